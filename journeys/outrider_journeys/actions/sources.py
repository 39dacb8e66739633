"""Where ``extract`` takes values from: what each source needs, and how it is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from outrider_journeys.asserting.answers import found_answer
from outrider_journeys.asserting.downloaded import found_download, text_of
from outrider_journeys.asserting.elements import CSS, PROPERTY, by_script
from outrider_journeys.asserting.judging import wrong
from outrider_journeys.bounded_calls import within_time
from outrider_journeys.evaluating import evaluated
from outrider_journeys.operators import cut
from outrider_journeys.page_scripts import filled_in
from outrider_journeys.patterns import compiled
from outrider_journeys.received import Received
from outrider_journeys.values import as_text

from .contract import StepScope

if TYPE_CHECKING:
    from playwright.sync_api import Locator as Element

    from .extracting import ExtractStep

Source: TypeAlias = Literal[
    "text",
    "value",
    "html",
    "attribute",
    "property",
    "css",
    "count",
    "title",
    "url",
    "script",
    "response",
    "header",
    "cookie",
    "storage",
    "console",
    "download",
]
Part: TypeAlias = Literal["body", "json_path", "header", "status", "name", "size", "text"]
Reader: TypeAlias = Callable[[float], "str | None"]
"""Reads a text within so many milliseconds."""


@dataclass(frozen=True, slots=True)
class Takes:
    """What a source needs.

    Attributes:
        locator: whether it is about an element.
        required, optional: fields of the step.
        parts: what of it can be taken, the usual one first.
    """

    locator: Literal["required", "optional", ""] = ""
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


SOURCES: Mapping[str, Takes] = {
    "text": Takes("required"),
    "value": Takes("required"),
    "html": Takes("required"),
    "attribute": Takes("required", ("attribute",)),
    "property": Takes("required", ("key",)),
    "css": Takes("required", ("key",)),
    "count": Takes("required"),
    "title": Takes(),
    "url": Takes(),
    "script": Takes("optional", ("script",)),
    "response": Takes("", ("response",), (), ("body", "json_path", "header", "status")),
    "header": Takes("", ("key",), ("response",)),
    "cookie": Takes("", ("key",)),
    "storage": Takes("", ("key",), ("area",)),
    "console": Takes(),
    "download": Takes("", (), ("download",), ("name", "size", "text")),
}


def reader(step: "ExtractStep", pattern: str | None, scope: StepScope) -> Reader:
    """Return how the value of a step is read; ``None`` is what is not there (yet).

    Args:
        step: the step.
        pattern: what it must match, with variables filled in.
        scope: of the step.
    """
    if step.source in _OF_WALK:
        return _OF_WALK[step.source](step, scope)
    if step.source == "console":
        return lambda _: _line(pattern, scope)
    if step.source == "count":
        return lambda _: str(scope.count(scope.elements(step.ways)[0]))
    if step.source == "script":
        return _script(step, scope)
    read = _of_element(step)
    element = scope.on_element(step.ways, lambda element, _: element)  # whoever reads of it waits for it
    return lambda left: read(element, left)


def missing(step: "ExtractStep", text: str | None) -> str:
    """Return in words that there is no value, or none that fits."""
    called = step.attribute or step.key
    what = f"the {step.part or step.source}" + (f" {called}" if called else "")
    if text is not None:
        return f"{what} is “{cut(text)}”, which does not match {step.pattern}"
    if step.attribute is not None:
        return f"the element has no attribute {step.attribute}"
    return f"there is no line that matches {step.pattern}" if step.source == "console" else f"{what} is not there"


def _of_element(step: "ExtractStep") -> "Callable[[Element, float], str | None]":
    attribute = step.attribute
    if attribute is not None:
        return lambda element, left: element.get_attribute(attribute, timeout=left)
    if step.source in _SCRIPTS:
        return by_script(_SCRIPTS[step.source], step.key)
    return _PLAYWRIGHTS[step.source]


_SCRIPTS = {"property": PROPERTY, "css": CSS}
_PLAYWRIGHTS: "Mapping[str, Callable[[Element, float], str | None]]" = {
    "text": lambda element, left: element.inner_text(timeout=left),
    "value": lambda element, left: element.input_value(timeout=left),
    "html": lambda element, left: element.inner_html(timeout=left),
}


def _script(step: "ExtractStep", scope: StepScope) -> Reader:
    script = filled_in(step.script or "", scope.variables)
    target = scope.on_element(step.ways, lambda element, _: element) if step.ways else scope.page
    return lambda left: as_text(evaluated(target, script, timeout_ms=left))


def _line(pattern: str | None, scope: StepScope) -> str | None:
    lines = [line.text for line in scope.session.console]
    return next((line for line in reversed(lines) if pattern is None or compiled(pattern).search(line)), None)


def _cookie(step: "ExtractStep", scope: StepScope) -> Reader:
    name = scope.render(step.key or "")

    def read(left: float) -> str | None:
        with within_time(scope.context, left):
            found = scope.context.cookies(scope.page.url)
        return next((cookie["value"] for cookie in found if cookie["name"] == name), None)

    return read


def _storage(step: "ExtractStep", scope: StepScope) -> Reader:
    key, area = scope.render(step.key or ""), step.area or "local"
    return lambda left: as_text(evaluated(scope.page, f"key => {area}Storage.getItem(key)", key, timeout_ms=left))


def _response(step: "ExtractStep", scope: StepScope) -> Reader:
    answer = found_answer(scope.session, step.response, None, None)
    if answer is None:
        raise wrong("no answer has been given a name")
    path, key = scope.render(step.path or ""), scope.render(step.key or "")

    def read(left: float) -> str | None:
        if step.part == "json_path":
            return as_text(answer.at(path, left)[1])
        if step.part == "header":
            return answer.header(key, left)
        return str(answer.status) if step.part == "status" else answer.text(left)

    return read


def _header(step: "ExtractStep", scope: StepScope) -> Reader:
    key = scope.render(step.key or "")

    def read(left: float) -> str | None:
        answer = found_answer(scope.session, step.response, None, None) if step.response else _document(scope)
        return answer.header(key, left) if answer else None

    return read


def _document(scope: StepScope) -> Received | None:
    address = scope.page.url.partition("#")[0]
    for record in reversed(scope.session.requests):
        if record.resource_type == "document" and record.url.partition("#")[0] == address and record.response:
            return Received(record.response)
    return None


def _download(step: "ExtractStep", scope: StepScope) -> Reader:
    def read(_: float) -> str:
        record = found_download(step.download, scope)
        if step.part == "size":
            return str(record.size)
        return text_of(record) if step.part == "text" else record.name

    return read


_OF_WALK: Mapping[str, "Callable[[ExtractStep, StepScope], Reader]"] = {
    "url": lambda _step, scope: lambda _: scope.page.url,
    "title": lambda _step, scope: lambda _: scope.page_title(),
    "cookie": _cookie,
    "storage": _storage,
    "response": _response,
    "header": _header,
    "download": _download,
}

"""Choosing: select_option, check, uncheck, upload."""

import base64
import binascii
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from outrider_engine.domain.verdicts import Reason
from outrider_journeys.evaluating import evaluated
from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.exporting.expressions import Expression, called, literal
from outrider_journeys.steps import ElementStep, shortened
from outrider_journeys.strict_model import StrictModel, Text

from .contract import StepFailure, StepScope

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload
    from playwright.sync_api import Locator as Element


def _several(given: Any) -> Any:
    return (given,) if isinstance(given, str | int) and not isinstance(given, bool) else given


Texts = Annotated[
    tuple[Text, ...],
    Field(min_length=1, max_length=1000),
    BeforeValidator(_several),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]
"""A text, or several."""


Indexes = Annotated[
    tuple[Annotated[int, Field(ge=0, le=100_000)], ...],
    Field(min_length=1, max_length=1000),
    BeforeValidator(_several),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0},
                {"type": "array", "items": {"type": "integer", "minimum": 0}, "minItems": 1},
            ]
        }
    ),
]
"""A position, or several."""


class SelectOptionStep(ElementStep):
    """Choose one or more options of a `<select>`: by value, by label or by index (exactly one of the three)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"action": "select_option", "locator": {"label": "Country"}, "label": "Iceland"}],
            "oneOf": [{"required": ["value"]}, {"required": ["label"]}, {"required": ["index"]}],
        }
    )

    action: Literal["select_option"]
    value: Texts | None = None
    """The option's value attribute, or several; what it shows will do, too, except with `add` and `remove`."""
    label: Texts | None = None
    """What the option shows, or several."""
    index: Indexes | None = None
    """The option's position, from 0, or several."""
    add: bool = False
    """Choose them besides what is chosen already, of a list that allows several."""
    remove: bool = False
    """Take them from what is chosen instead."""

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        if sum(given is not None for given in (self.value, self.label, self.index)) != 1:
            raise ValueError("exactly one of value, label and index is needed")
        if self.add and self.remove:
            raise ValueError("give either add or remove, not both")
        return self

    def summary(self) -> str:
        """Return the step in words."""
        chosen = next(given for given in (self.label, self.value, self.index) if given is not None)
        verb = "Also select" if self.add else "Deselect" if self.remove else "Select"
        return self.about(f"{verb} “{shortened(', '.join(map(str, chosen)), 40)}” in")


class CheckStep(ElementStep):
    """Tick a checkbox or choose a radio button; nothing happens when it is so already."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"action": "check", "locator": {"label": "I agree"}}]})

    action: Literal["check"]

    def summary(self) -> str:
        """Return the step in words."""
        return self.about("Check")


class UncheckStep(ElementStep):
    """Clear a checkbox; nothing happens when it is clear already."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "uncheck", "locator": {"label": "Newsletter"}}]}
    )

    action: Literal["uncheck"]

    def summary(self) -> str:
        """Return the step in words."""
        return self.about("Uncheck")


def _decodable(text: str) -> str:
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"not Base64: {error}") from None
    return text


class UploadedFile(StrictModel):
    """A file that is carried by the journey itself: its content as text or as Base64.

    In a journey file, `path` (relative to it and inside its folder) may stand in place of both; loading puts the
    content in. Journeys never read the files of the machine that runs them.
    """

    name: str = Field(min_length=1, max_length=255, pattern=r"^[^/\\\x00]+$")
    """The file's name as the page sees it."""
    text: str | None = Field(default=None, max_length=5_000_000)
    """Content of a text file (UTF-8); may name variables."""
    base64: Annotated[str, Field(max_length=7_000_000), AfterValidator(_decodable)] | None = None
    """Content of any file in Base64."""
    content_type: str = Field(default="application/octet-stream", max_length=200, pattern=r"^[\w.+-]+/[\w.+-]+$")
    """The file's media type."""

    @model_validator(mode="after")
    def _one_content(self) -> Self:
        if (self.text is None) == (self.base64 is None):
            raise ValueError("exactly one of text and base64 is needed")
        return self

    def content(self, render: Callable[[str], str]) -> bytes:
        """Return the file's bytes, with the variables that a text names."""
        return base64.b64decode(self.base64) if self.base64 is not None else render(self.text or "").encode()


class UploadStep(ElementStep):
    """Choose files in a file field."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "action": "upload",
                    "locator": {"label": "Photo"},
                    "files": [{"name": "note.txt", "text": "hello", "content_type": "text/plain"}],
                }
            ]
        }
    )

    action: Literal["upload"]
    files: Annotated[tuple[UploadedFile, ...], Field(max_length=20)]
    """The files; none clears the field."""

    def summary(self) -> str:
        """Return the step in words."""
        return self.about(f"Upload {shortened(', '.join(file.name for file in self.files), 40)} to")


class SelectOption:
    """Selects options."""

    name = "select_option"
    title = "Select an option"
    model = SelectOptionStep

    def run(self, step: SelectOptionStep, scope: StepScope) -> None:
        """Select and note what is selected now."""
        by = {
            "value": _rendered(step.value, scope),
            "label": _rendered(step.label, scope),
            "index": list(step.index) if step.index is not None else None,
        }
        chosen = scope.on_element(step.ways, lambda element, timeout: _chosen(element, step, by, timeout))
        scope.note(selected=chosen)

    def export(self, step: SelectOptionStep, code: CodeWriter) -> None:
        """Select."""
        by = {
            "value": _expressions(step.value, code),
            "label": _expressions(step.label, code),
            "index": list(step.index) if step.index is not None else None,
        }
        if not (step.add or step.remove):
            code.call(f"{code.element(step)}.select_option", **by, timeout=code.timeout(step))
        else:
            by = {kind: given for kind, given in by.items() if given is not None}
            code.call(code.helper("reselect"), code.element(step), literal(step.add), **by)


class Check:
    """Ticks a box."""

    name = "check"
    title = "Check a box"
    model = CheckStep

    def run(self, step: CheckStep, scope: StepScope) -> None:
        """Tick it."""
        scope.on_element(step.ways, lambda element, timeout: element.check(timeout=timeout))

    def export(self, step: CheckStep, code: CodeWriter) -> None:
        """Tick it."""
        code.call(f"{code.element(step)}.check", timeout=code.timeout(step))


class Uncheck:
    """Clears a box."""

    name = "uncheck"
    title = "Uncheck a box"
    model = UncheckStep

    def run(self, step: UncheckStep, scope: StepScope) -> None:
        """Clear it."""
        scope.on_element(step.ways, lambda element, timeout: element.uncheck(timeout=timeout))

    def export(self, step: UncheckStep, code: CodeWriter) -> None:
        """Clear it."""
        code.call(f"{code.element(step)}.uncheck", timeout=code.timeout(step))


class Upload:
    """Chooses files."""

    name = "upload"
    title = "Upload files"
    model = UploadStep

    def run(self, step: UploadStep, scope: StepScope) -> None:
        """Hand the files to the field."""
        files: list[FilePayload] = [
            {"name": file.name, "mimeType": file.content_type, "buffer": file.content(scope.render)}
            for file in step.files
        ]
        scope.on_element(step.ways, lambda element, timeout: element.set_input_files(files, timeout=timeout))

    def export(self, step: UploadStep, code: CodeWriter) -> None:
        """Hand the files to the field."""
        code.needs("from playwright.sync_api import FilePayload")
        files = [
            Expression(
                called(
                    "FilePayload",
                    name=file.name,
                    mimeType=file.content_type,
                    buffer=Expression(_content(file, code)),
                )
            )
            for file in step.files
        ]
        code.call(f"{code.element(step)}.set_input_files", literal(files), timeout=code.timeout(step))


def _rendered(given: tuple[str, ...] | None, scope: StepScope) -> list[str] | None:
    return None if given is None else [scope.render(text) for text in given]


def _expressions(given: tuple[str, ...] | None, code: CodeWriter) -> list[Expression] | None:
    return None if given is None else [Expression(code.text(text)) for text in given]


def _chosen(element: "Element", step: SelectOptionStep, by: dict[str, Any], timeout: float) -> list[str]:
    """Select, and return the values that are selected now.

    Raises:
        StepFailure: what shall be added or taken away is no option.
    """
    if not (step.add or step.remove):
        return element.select_option(**by, timeout=timeout)
    kind, wanted = next((kind, given) for kind, given in by.items() if given is not None)
    options: Any = evaluated(element, _OPTIONS, timeout_ms=timeout)
    missing = set(wanted) - {option[kind] for option in options}
    if missing:
        message = f"there is no option whose {kind} is {', '.join(sorted(map(str, missing)))}"
        raise StepFailure(message, reason=Reason.LOCATOR)
    chosen = [option["index"] for option in options if (step.add if option[kind] in wanted else option["selected"])]
    return element.select_option(index=chosen, timeout=timeout)


_OPTIONS = """select => [...select.options].map((each, index) =>
  ({value: each.value, label: each.label.trim(), index, selected: each.selected}))"""


def _content(file: UploadedFile, code: CodeWriter) -> str:
    if file.base64 is None:
        return f"{code.text(file.text or '')}.encode()"
    code.needs("import base64")
    return f"base64.b64decode({literal(file.base64)})"

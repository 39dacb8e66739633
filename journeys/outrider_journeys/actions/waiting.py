"""Waiting: for an element, an address, a request, a file, a moment at which something is so, or a while."""

from typing import TYPE_CHECKING, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from outrider_engine.domain.verdicts import Reason
from outrider_journeys.asserting.downloaded import finished
from outrider_journeys.asserting.judging import too_late
from outrider_journeys.comparing import TextTest
from outrider_journeys.evaluating import evaluated
from outrider_journeys.expectations import ExpectedDownload, ExpectedRequest, ExpectedResponse
from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.exporting.waiting import write_wait
from outrider_journeys.number_tests import NumberTest
from outrider_journeys.operators import cut
from outrider_journeys.page_scripts import Script, filled_in
from outrider_journeys.steps import OptionalElementStep, Record, shortened
from outrider_journeys.strict_model import Alias
from outrider_journeys.values import as_text

from .contract import ElementState, StepFailure, StepScope

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from outrider_journeys.walking.session import RequestRecord

_SUBJECTS = (
    "locator",
    "locators",
    "url",
    "load",
    "request",
    "response",
    "download",
    "popup",
    "function",
    "seconds",
)
_RECORDS = {"request": Record.REQUESTS, "response": Record.REQUESTS, "download": Record.DOWNLOADS}


class WaitForStep(OptionalElementStep):
    """Wait for one thing: elements, the address, a load state, what pages cause, a script, or a number of seconds.

    What pages cause may have happened before the step begins, since the start of the journey. Each request, answer,
    file and page is taken by one step only: the next one that waits for the same waits for another.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"action": "wait_for", "locator": ".spinner", "state": "hidden"},
                {"action": "wait_for", "locator": "#results li", "count": {"at_least": 10}},
                {"action": "wait_for", "url": {"ends_with": "/thanks"}},
                {"action": "wait_for", "response": {"url": "**/api/orders", "method": "POST", "as": "order"}},
                {"action": "wait_for", "download": {"as": "invoice"}},
                {"action": "wait_for", "function": "window.app?.isReady"},
            ],
            "oneOf": [{"required": [subject]} for subject in _SUBJECTS],
        }
    )

    action: Literal["wait_for"]
    state: ElementState = "visible"
    """With `locator`: what the element has to be."""
    count: NumberTest | None = None
    """With `locator`: how many elements it has to find; then their state does not matter."""
    url: TextTest | None = None
    """What the address of the page has to be like."""
    load: Literal["load", "domcontentloaded", "networkidle"] | None = None
    """How far the page has to be loaded."""
    request: ExpectedRequest | None = None
    """A request that a page sends."""
    response: ExpectedResponse | None = None
    """An answer to a request of a page, to its last byte."""
    download: ExpectedDownload | None = None
    """A file that a page downloads, to its last byte."""
    popup: Alias | None = None
    """Another page that opens; later steps call it by this name."""
    function: Script | None = None
    """[JavaScript](#javascript) in the page that gives something true: anything but false, 0 and empty."""
    seconds: float | None = Field(default=None, gt=0, le=3600, allow_inf_nan=False)
    """How long to wait, whatever happens. Waiting for something is quicker and surer."""

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        given = [subject for subject in _SUBJECTS if getattr(self, subject) is not None]
        if len(given) != 1:
            raise ValueError(f"exactly one of {', '.join(_SUBJECTS)} is needed")
        if self.count is not None and not self.ways:
            raise ValueError("count goes with locator")
        return self

    @property
    def needs(self) -> frozenset[Record]:
        """What has to be recorded."""
        return super().needs | {record for subject, record in _RECORDS.items() if getattr(self, subject) is not None}

    def summary(self) -> str:
        """Return the step in words."""
        if self.ways:
            wanted = f"is there {self.count.describe()} times" if self.count else f"is {self.state}"
            return f"{self.about('Wait until')} {wanted}"
        if self.url is not None:
            return f"Wait until the address {self.url.describe()}"
        if self.seconds is not None:
            return f"Wait {self.seconds:g} s"
        if self.function is not None:
            return f"Wait until {shortened(self.function)}"
        what = self.request or self.response
        if what is not None:
            kind = "answer to a request" if self.response else "request"
            return shortened(" ".join(filter(None, ["Wait for the", what.method, kind, what.url.describe()])), 100)
        return f"Wait for {self.load or ('a download' if self.download else f'the page {self.popup}')}"


class WaitFor:
    """Waits."""

    name = "wait_for"
    title = "Wait"
    model = WaitForStep

    def run(self, step: WaitForStep, scope: StepScope) -> None:
        """Wait, at most for the step's time."""
        if step.seconds is not None:
            _pause(step.seconds, scope)
        elif step.load is not None:
            scope.page.wait_for_load_state(step.load, timeout=scope.time_left_ms())
        elif step.url is not None:
            _await_address(step.url.rendered(scope.variables), scope)
        elif step.function is not None:
            _await_truth(step.function, scope)
        elif step.ways:
            _await_element(step, scope)
        else:
            _await_effect(step, scope)

    def export(self, step: WaitForStep, code: CodeWriter) -> None:
        """Write it."""
        write_wait(step, code)


def _await_element(step: WaitForStep, scope: StepScope) -> None:
    what = step.ways[0].describe()
    if step.count is not None:
        test, element = step.count.rendered(scope.variables), scope.elements(step.ways)[0]
        held, count = scope.eventually(lambda _: scope.count(element), test.holds)
        if not held:
            raise too_late(f"the number of {what} {test.problem_with(count)}")
        return
    present = step.state in ("visible", "attached")
    for element in (scope.element(step.ways),) if present else scope.elements(step.ways):
        if not scope.reaches(element, step.state):
            raise too_late(f"{what} did not become {step.state} in time")


def _await_address(test: TextTest, scope: StepScope) -> None:
    held, url = scope.eventually(lambda _: scope.page.url, lambda url: test.problem_with(url) is None)
    if not held:
        raise too_late(f"the address {test.problem_with(url)}")
    scope.note(url=url)


def _await_truth(script: str, scope: StepScope) -> None:
    filled = filled_in(script, scope.variables)
    held, value = scope.eventually(lambda left: evaluated(scope.page, filled, timeout_ms=left), bool)
    if not held:
        raise too_late(f"“{cut(script, 60)}” is still {cut(as_text(value) or 'null')}")


def _pause(seconds: float, scope: StepScope) -> None:
    left = scope.time_left_ms()
    scope.page.wait_for_timeout(min(seconds * 1000, left))
    if seconds * 1000 > left:
        raise too_late(f"waiting {seconds:g} s takes longer than the step may")


def _await_effect(step: WaitForStep, scope: StepScope) -> None:
    if step.request is not None:
        scope.note(request=_taken("request", step.request, scope).url)
    elif step.response is not None:
        record = _taken("response", step.response, scope)
        scope.note(response={"url": record.url, "status": record.status})
        if step.response.as_ is not None and record.response is not None:
            scope.session.responses[step.response.as_] = record.response
    elif step.download is not None:
        _await_download(step.download, scope)
    elif step.popup is not None:
        _await_popup(step.popup, scope)


def _taken(kind: str, expected: ExpectedRequest | ExpectedResponse, scope: StepScope) -> "RequestRecord":
    """Wait for a request or its answer that no step has waited for yet, and take it."""
    url = expected.url.rendered(scope.variables)
    status = expected.status if isinstance(expected, ExpectedResponse) else None

    def is_meant(record: "RequestRecord") -> bool:
        fits = url.problem_with(record.url) is None and expected.method in (None, record.method)
        has_come = kind == "request" or (record.ms is not None and status in (None, record.status))
        return fits and has_come and kind not in record.awaited

    requests = scope.session.requests
    _, found = scope.eventually(lambda _: next(filter(is_meant, tuple(requests)), None), lambda each: each is not None)
    if found is None:
        what = (
            "a request" if kind == "request" else f"an answer{f' with status {status}' if status else ''} to a request"
        )
        raise too_late(" ".join(filter(None, [what, expected.method, url.describe(), "did not come in time"])))
    found.awaited |= {kind}
    return found


def _await_download(expected: ExpectedDownload, scope: StepScope) -> None:
    downloads = scope.session.downloads
    taken = list(downloads.named.values())
    came, under_way = scope.eventually(
        lambda _: next((each for each in downloads.begun if each.record is None or each.record not in taken), None),
        lambda each: each is not None and each.is_over,
    )
    if under_way is None or not came:
        raise too_late("no download began in time" if under_way is None else "the download did not end in time")
    record = finished(under_way)
    downloads.named[expected.as_] = record
    scope.note(download={"name": record.name, "size": record.size})
    if expected.file_name is not None:
        problem = expected.file_name.rendered(scope.variables).problem_with(record.name)
        if problem is not None:
            raise StepFailure(f"the name of the download {problem}", reason=Reason.ASSERTION)


def _await_popup(name: str, scope: StepScope) -> None:
    known = [scope.pages.get(each) for each in scope.pages.names]

    def newcomer(_: float) -> "Page | None":
        return next((page for page in scope.context.pages if page not in known), None)

    _, page = scope.eventually(newcomer, lambda each: each is not None)
    if page is None:
        raise too_late("no other page opened in time")
    scope.pages.open(name, page, use=False)
    page.wait_for_load_state("domcontentloaded", timeout=scope.time_left_ms())
    scope.note(opened=page.url)

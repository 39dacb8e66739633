"""Answers in place of the site's: mock_response, mock_from_har, unmock."""

import json
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import ConfigDict, Field, JsonValue, model_validator

from outrider_engine.domain.templates import render_tree
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.bounded_calls import within_time
from outrider_journeys.browser_options import Headers
from outrider_journeys.expectations import Method
from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.exporting.expressions import Expression, called, literal
from outrider_journeys.exporting.values import written_content, written_json
from outrider_journeys.steps import StepModel, shortened
from outrider_journeys.strict_model import Text

from .addresses import AddressGlob, glob_of
from .choosing import UploadedFile
from .contract import StepFailure, StepScope

if TYPE_CHECKING:
    from playwright.sync_api import Request, Route

    from outrider_journeys.walking.interception import Answer

AbortReason = Literal[
    "aborted",
    "accessdenied",
    "addressunreachable",
    "blockedbyclient",
    "connectionclosed",
    "connectionfailed",
    "connectionrefused",
    "connectionreset",
    "failed",
    "internetdisconnected",
    "namenotresolved",
    "timedout",
]
_CONTENT = ("body", "json", "file")


class MockResponseStep(StepModel):
    """Answer requests of pages to some addresses oneself, from now on; they never reach the network.

    The newest that fits answers. `http_request` is not concerned.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"action": "mock_response", "url": "**/api/stock", "json": {"kettle": 0}},
                {"action": "mock_response", "url": "**/api/pay", "method": "POST", "status": 503, "times": 1},
                {"action": "mock_response", "url": "**/tracker.js", "abort": "connectionrefused"},
            ]
        }
    )

    action: Literal["mock_response"]
    url: AddressGlob
    """A glob of the addresses (`*` stands for anything but `/`, `**` for anything), or a path of the base URL."""
    method: Method | None = None
    """The only method that is answered so; all when absent."""
    status: int = Field(default=200, ge=100, le=599)
    """The status code."""
    headers: Headers = Field(default_factory=dict)
    """Headers of the answer; values may name variables and secrets. Another site's scripts may only read it with
    `Access-Control-Allow-Origin`."""
    body: Text | None = None
    """What the answer says, as text."""
    json_: JsonValue = Field(default=None, alias="json")
    """What the answer says, as JSON; its texts may name variables."""
    file: UploadedFile | None = None
    """A file that is the answer; in a journey file its `path` is enough."""
    times: int | None = Field(default=None, ge=1, le=10_000)
    """How often it is answered so, before requests go where they went before; without an end when absent."""
    abort: AbortReason | None = None
    """Let the request fail in this way instead of answering it."""

    @model_validator(mode="after")
    def _one_answer(self) -> Self:
        given = [
            name for name, value in zip(_CONTENT, (self.body, self.json_, self.file), strict=True) if value is not None
        ]
        if len(given) > 1:
            raise ValueError(f"give one of {', '.join(_CONTENT)}, not {' and '.join(given)}")
        if self.abort is not None and (given or self.headers or "status" in self.model_fields_set):
            raise ValueError("what is aborted has no answer: leave status, headers, body, json and file out")
        return self

    def summary(self) -> str:
        """Return what is answered, and how."""
        how = f"by {self.abort}" if self.abort else f"with {self.status}"
        return f"{'Fail' if self.abort else 'Answer'} {shortened(self.url, 40)} {how}"


class MockFromHarStep(StepModel):
    """Answer requests of pages from a recording (HAR), from now on.

    What a run has kept of its requests ([`network.har`](artifacts.md)) is such a recording: put it beside the journey,
    and name it by its `path`. It becomes part of the journey and stays when the run's files are gone; secrets in it are
    masked.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "action": "mock_from_har",
                    "file": {"name": "shop.har", "text": '{"log": {"entries": []}}'},
                    "url": "**/api/**",
                    "not_found": "fallback",
                }
            ]
        }
    )

    action: Literal["mock_from_har"]
    file: UploadedFile
    """The recording, or a zip of it with its files; in a journey file its `path` is enough."""
    url: AddressGlob | None = None
    """A glob of the only addresses that are answered from it; all when absent."""
    not_found: Literal["abort", "fallback"] = "abort"
    """What becomes of requests that it has no answer for: they fail, or go where they went before."""

    def summary(self) -> str:
        """Return the recording's name."""
        return f"Answer from {shortened(self.file.name, 40)}"


class UnmockStep(StepModel):
    """Let requests go to the network again, which `mock_response`, `mock_from_har` or `block_requests` kept from it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "unmock", "url": "**/api/stock"}, {"action": "unmock"}]}
    )

    action: Literal["unmock"]
    url: AddressGlob | None = None
    """The glob as it was given there; all of them when absent."""

    def summary(self) -> str:
        """Return what is let go."""
        return f"Answer {shortened(self.url, 40)} no more" if self.url else "Answer nothing in place of the site"


class MockResponse:
    """Answers requests."""

    name = "mock_response"
    title = "Answer requests"
    model = MockResponseStep

    def run(self, step: MockResponseStep, scope: StepScope) -> None:
        """Answer them from now on."""
        with within_time(scope.context, scope.time_left_ms()):
            scope.session.interception.add(glob_of(step.url, scope), _answer(step, scope))

    def export(self, step: MockResponseStep, code: CodeWriter) -> None:
        """Write it."""
        if step.abort is not None:
            done = called("route.abort", literal(step.abort))
        else:
            done = called("route.fulfill", status=step.status, **_written_answer(step, code))
        answer, times = f"lambda route: {done}", step.times
        if step.method is not None and times is None:
            answer += f" if route.request.method == {literal(step.method)} else route.fallback()"
        elif step.method is not None:
            _write_counted(step, done, code)
            answer, times = "answer", None
        code.call(f"{code.page}.context.route", code.text(step.url), answer, times=times)


class MockFromHar:
    """Answers from a recording."""

    name = "mock_from_har"
    title = "Answer from a recording"
    model = MockFromHarStep

    def run(self, step: MockFromHarStep, scope: StepScope) -> None:
        """Answer from it from now on."""
        content = step.file.content(scope.render)
        is_zip = content.startswith(b"PK\x03\x04")
        problem = None if is_zip else _problem_with_har(content)
        if problem is not None:
            raise StepFailure(f"{step.file.name} {problem}", reason=Reason.INVALID_DEFINITION, verdict=Verdict.ERROR)
        glob = glob_of(step.url, scope) if step.url is not None else None
        with within_time(scope.context, scope.time_left_ms()):
            scope.session.interception.add_har(content, ".zip" if is_zip else ".har", glob, step.not_found)

    def export(self, step: MockFromHarStep, code: CodeWriter) -> None:
        """Write it with the recording in it."""
        code.needs("import tempfile")
        code.needs("from pathlib import Path")
        code.line(f"har = Path(tempfile.mkdtemp()) / {literal(step.file.name)}")
        code.line(f"har.write_bytes({written_content(step.file, code)})")
        url = Expression(code.text(step.url)) if step.url is not None else None
        code.call(f"{code.page}.context.route_from_har", "har", url=url, not_found=step.not_found)


class Unmock:
    """Answers no more."""

    name = "unmock"
    title = "Answer no more"
    model = UnmockStep

    def run(self, step: UnmockStep, scope: StepScope) -> None:
        """Let requests go; note how many routes that ended."""
        glob = glob_of(step.url, scope) if step.url is not None else None
        with within_time(scope.context, scope.time_left_ms()):
            scope.note(ended=scope.session.interception.remove(glob))

    def export(self, step: UnmockStep, code: CodeWriter) -> None:
        """Write it."""
        if step.url is None:
            code.line(f"{code.page}.context.unroute_all()")
        else:
            code.line(f"{code.page}.context.unroute({code.text(step.url)})")


def _answer(step: MockResponseStep, scope: StepScope) -> "Answer":
    """Return what answers, with the variables as they are now."""
    headers = {name: scope.render(value) for name, value in step.headers.items()}
    body, content_type = _content(step, scope)
    left = step.times

    def answer(route: "Route", request: "Request") -> None:
        nonlocal left
        if left == 0 or (step.method is not None and request.method != step.method):
            route.fallback()
            return
        left = None if left is None else left - 1
        if step.abort is not None:
            route.abort(step.abort)
        else:
            route.fulfill(status=step.status, headers=_with_type(headers, content_type), body=body)

    return answer


def _content(step: MockResponseStep, scope: StepScope) -> tuple[str | bytes, str | None]:
    if step.file is not None:
        return step.file.content(scope.render), step.file.content_type
    if step.json_ is not None:
        return json.dumps(render_tree(step.json_, scope.variables), ensure_ascii=False), "application/json"
    return scope.render(step.body or ""), None


def _with_type(headers: dict[str, str], content_type: str | None) -> dict[str, str]:
    if content_type is None or any(name.lower() == "content-type" for name in headers):
        return headers
    return {**headers, "Content-Type": content_type}


def _written_answer(step: MockResponseStep, code: CodeWriter) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if step.headers:
        given["headers"] = {name: Expression(code.text(value)) for name, value in step.headers.items()}
    if step.json_ is not None:
        given["json"] = Expression(written_json(step.json_, code))
    elif step.file is not None:
        given["body"] = Expression(written_content(step.file, code))
        given["content_type"] = step.file.content_type
    elif step.body is not None:
        given["body"] = Expression(code.text(step.body))
    return given


def _write_counted(step: MockResponseStep, done: str, code: CodeWriter) -> None:
    """Write a function that counts what it answers: Playwright itself would count what it lets pass as well."""
    code.needs("from typing import Any")
    with code.block(f"def answer(route: Any, *, left: list[int] = [{step.times}]) -> None:"):
        with code.block(f"if route.request.method != {literal(step.method)} or not left[0]:"):
            code.line("route.fallback()")
            code.line("return")
        code.line("left[0] -= 1")
        code.line(done)


def _problem_with_har(content: bytes) -> str | None:
    """Return why a text is no recording that can be used: one that is not zipped has nothing beside it."""
    try:
        entries = json.loads(content)["log"]["entries"]
        parts = [part for entry in entries for part in (entry["response"]["content"], entry["request"].get("postData"))]
        if any("_file" in part for part in parts if part is not None):
            return "has its contents in other files: give the zip of all of them"
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "is no HAR: JSON with a log of entries, each with request and response, or a zip of it"
    return None

"""Requests without a page: http_request shares cookies and egress with the pages of the walk."""

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal, Self
from urllib.parse import urlsplit

from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from pydantic import ConfigDict, Field, JsonValue, model_validator

from outrider_engine.assertions import (
    STATUS_IS_FINE,
    Extraction,
    NothingThere,
    WrittenAssertion,
    as_written,
    judge,
    read_assertion,
    rendered,
)
from outrider_engine.domain.observations import Observation
from outrider_engine.domain.templates import render_tree
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.bounded_calls import within_time
from outrider_journeys.browser_options import Headers
from outrider_journeys.exporting.requests import write_request
from outrider_journeys.steps import StepModel, shortened
from outrider_journeys.strict_model import Alias, Text

from .contract import StepFailure, StepScope
from .navigation import refusal_in

if TYPE_CHECKING:
    from playwright.sync_api import APIResponse

    from outrider_journeys.exporting.code import CodeWriter

_MOST = 50
_BODIES = ("body", "json", "form")
_REDIRECTS = 20
_NODE_FAULTS = (
    (r"ENOTFOUND|EAI_AGAIN", Reason.DNS),
    (r"ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE|socket hang up", Reason.CONNECT),
    (r"certificate|altnames|SSL|TLS|EPROTO", Reason.TLS),
    (r"Max redirect count|redirect URL", Reason.REDIRECT),
    (r"aborted|decompress|Parse Error", Reason.PROTOCOL),
)
"""What Node's errors mean; the proxy of an egress policy answers itself, and these are then told by ``refusal_in``."""

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
Value = Annotated[str, Field(max_length=100_000)] | int | float | bool
Fields = Annotated[dict[str, Value], Field(max_length=200)]


class HttpRequestStep(StepModel):
    """Make an HTTP request with the cookies of the pages, and judge its answer.

    It goes the way that the pages' requests go: through the same egress policy, with the browser's `extra_headers`,
    credentials and user agent. Cookies that it is sent are those of the pages from then on.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "action": "http_request",
                    "method": "POST",
                    "url": "/api/cart",
                    "json": {"article": "kettle", "count": 2},
                    "assertions": [{"source": "status", "operator": "equals", "expected": 200}],
                    "extract": [{"name": "CART", "path": "$.id"}],
                },
                {"action": "http_request", "url": "/api/session", "as": "session"},
            ]
        }
    )

    action: Literal["http_request"]
    method: Method = "GET"
    """The method."""
    url: Text = Field(min_length=1)
    """Absolute, or relative to the journey's base URL."""
    query: Fields = Field(default_factory=dict)
    """Parameters that are added to the address."""
    headers: Headers = Field(default_factory=dict)
    """Headers to send besides the browser's; values may name variables and secrets."""
    body: Text | None = None
    """What is sent, as text."""
    json_: JsonValue = Field(default=None, alias="json")
    """What is sent, as JSON; its texts may name variables."""
    form: Fields | None = None
    """What is sent, as the fields of a form."""
    follow_redirects: bool = True
    """Whether redirects are followed, 20 at most, or the first answer is judged."""
    max_body: int = Field(default=2_000_000, ge=1, le=20_000_000)
    """Bytes that the answer may have at most."""
    assertions: tuple[WrittenAssertion, ...] = Field(default=(), max_length=_MOST)
    """What must hold of the answer, in the words of [API monitors](api-monitors.md): `source`, `selector`, `operator`,
    `expected`. Without any, a status from 200 to 399."""
    extract: tuple[Extraction, ...] = Field(default=(), max_length=_MOST)
    """What is taken from the answer: `name` of a variable, `from` (`body`, `header`, `status`, `cookie`), `path`,
    `pattern`, `secret`."""
    as_: Alias | None = Field(default=None, alias="as")
    """What later steps call the answer."""

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        given = [
            name for name, value in zip(_BODIES, (self.body, self.json_, self.form), strict=True) if value is not None
        ]
        if len(given) > 1:
            raise ValueError(f"give one of {', '.join(_BODIES)}, not {' and '.join(given)}")
        if given and self.method == "HEAD":
            raise ValueError("a HEAD request has no body")
        return self

    def summary(self) -> str:
        """Return method and address."""
        return f"{self.method} {shortened(self.url)}"

    def produces(self) -> frozenset[str]:
        """Return the variables that are extracted."""
        return frozenset(each.name for each in self.extract)


class HttpRequest:
    """Makes a request."""

    name = "http_request"
    title = "Make an HTTP request"
    model = HttpRequestStep

    def run(self, step: HttpRequestStep, scope: StepScope) -> None:
        """Send it, judge the answer, take from it what is wanted."""
        before_ms = scope.time_left_ms()
        response = _sent(step, scope)
        duration_ms = before_ms - scope.time_left_ms()
        try:
            seen = _seen(step, response, duration_ms, scope)
            if step.as_ is not None:
                scope.session.responses[step.as_] = response
            degraded = _judged(step, seen, scope)
            for index, wanted in enumerate(step.extract):
                _take(index, wanted, seen, scope)
        finally:
            if step.as_ is None:
                response.dispose()
        if degraded is not None:
            raise degraded

    def export(self, step: HttpRequestStep, code: "CodeWriter") -> None:
        """Write it."""
        write_request(step, code)


def _sent(step: HttpRequestStep, scope: StepScope) -> "APIResponse":
    url = scope.address(step.url)
    if urlsplit(url).scheme not in ("http", "https"):
        raise _wrong(f"{step.url!r} is not an address with http:// or https://")
    try:
        return scope.context.request.fetch(
            url,
            method=step.method,
            params=_filled_in(step.query, scope) or None,
            headers=_headers(step, scope),
            data=_data(step, scope),
            form=_filled_in(step.form, scope) if step.form is not None else None,
            max_redirects=_REDIRECTS if step.follow_redirects else 0,
            timeout=scope.time_left_ms(),
        )
    except PlaywrightTimeout:
        problem = f"{url} did not answer in time"
        raise StepFailure(problem, reason=Reason.TIMEOUT, verdict=Verdict.TIMED_OUT) from None
    except Error as error:
        raise _explained(error, url) from None


def _filled_in(fields: Mapping[str, Value], scope: StepScope) -> dict[str, str | float | bool]:
    return {name: scope.render(value) if isinstance(value, str) else value for name, value in fields.items()}


def _headers(step: HttpRequestStep, scope: StepScope) -> dict[str, str]:
    headers = {name: scope.render(value) for name, value in step.headers.items()}
    content_type = "application/json" if step.json_ is not None else "text/plain" if step.body is not None else None
    if content_type is None or any(name.lower() == "content-type" for name in headers):
        return headers
    return {**headers, "Content-Type": content_type}


def _data(step: HttpRequestStep, scope: StepScope) -> bytes | str | None:
    if step.json_ is not None:
        return json.dumps(render_tree(step.json_, scope.variables), ensure_ascii=False).encode()
    return scope.render(step.body) if step.body is not None else None


def _explained(error: Error, url: str) -> StepFailure:
    message = error.message.strip().split("\n", 1)[0].partition(": ")[2] or "it could not be sent"
    if re.search(r"Invalid (?:URL|character|header)|ERR_INVALID", message):
        return _wrong(f"{url}: {message}")
    for pattern, reason in _NODE_FAULTS:
        if re.search(pattern, message):
            return StepFailure(f"{url} could not be reached: {message}", reason=reason)
    return StepFailure(f"{url}: {message}", reason=Reason.PROTOCOL)


def _seen(step: HttpRequestStep, response: "APIResponse", duration_ms: float, scope: StepScope) -> Observation:
    """Return what the answer shows.

    Raises:
        StepFailure: the egress policy forbids the address, or the answer is too long.
    """
    headers = {name.lower(): value for name, value in response.headers.items()}
    refusal = refusal_in(response.url, headers)
    if refusal is not None:
        raise refusal
    scope.note(url=response.url, status=response.status)
    announced = headers.get("content-length", "")
    body = b"" if announced.isdecimal() and int(announced[:18]) > step.max_body else response.body()
    size = len(body) or (int(announced[:18]) if announced.isdecimal() and step.method != "HEAD" else 0)
    if size > step.max_body:
        raise StepFailure(f"the answer has {size:,} bytes, more than {step.max_body:,}", reason=Reason.BODY)
    scope.note(size=size, response_time_ms=round(duration_ms, 1))
    facts: dict[str, JsonValue] = {"status": response.status, "url": response.url, "size": size}
    return Observation(duration_ms=duration_ms, facts=facts, headers=headers, body=body)


def _judged(step: HttpRequestStep, seen: Observation, scope: StepScope) -> StepFailure | None:
    """Judge the answer; return the failure of soft assertions, if no other does not hold.

    Raises:
        StepFailure: it does not hold.
    """
    written = [read_assertion(each) for each in step.assertions] or list(STATUS_IS_FINE)
    assertions = [rendered(each, scope.variables) for each in written]
    judgement = judge(seen, assertions, by_default=not step.assertions, redact=scope.redacted)
    scope.note(assertions=as_written(judgement, written))
    if judgement.verdict is Verdict.PASSED:
        return None
    problem = judgement.error or "the answer is not as it must be"
    failure = StepFailure(problem, reason=judgement.reason or Reason.ASSERTION, verdict=judgement.verdict)
    if judgement.verdict is Verdict.DEGRADED:
        return failure
    raise failure


def _take(index: int, wanted: Extraction, seen: Observation, scope: StepScope) -> None:
    def cookie(name: str) -> str | None:
        with within_time(scope.context, scope.time_left_ms()):
            cookies = scope.context.cookies(str(seen.facts["url"]))
        return next((each["value"] for each in reversed(cookies) if each["name"] == name), None)

    try:
        value = wanted.value(seen, scope.variables, cookie)
    except NothingThere as problem:
        where = f"extract[{index}] {wanted.name}: {wanted.place}"
        raise StepFailure(f"{where}: {problem}", reason=Reason.ASSERTION) from None
    scope.set_variable(wanted.name, value, secret=wanted.secret)


def _wrong(problem: str) -> StepFailure:
    return StepFailure(problem, reason=Reason.INVALID_DEFINITION, verdict=Verdict.ERROR)

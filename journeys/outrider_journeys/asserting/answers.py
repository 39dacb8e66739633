"""Tests on an answer to a request of the page: status, headers, body, time and size."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, Field, model_validator

from outrider_engine.assertions.json_paths import compiled as compiled_path
from outrider_engine.domain.templates import names_in
from outrider_engine.errors import InvalidInput
from outrider_journeys.actions.contract import StepScope
from outrider_journeys.comparing import TextTest, TextTests
from outrider_journeys.expectations import Method
from outrider_journeys.json_schemas import JsonSchema, misfit
from outrider_journeys.number_tests import NumberTest
from outrider_journeys.operators import cut
from outrider_journeys.received import Received
from outrider_journeys.strict_model import Alias, StrictModel
from outrider_journeys.url_tests import UrlTest
from outrider_journeys.values import as_text

from .judging import demand, wrong
from .several import quantified

if TYPE_CHECKING:
    from outrider_journeys.walking.session import Session

ValueT = TypeVar("ValueT", str, float)
Problem = Callable[[Received, float], str | None]
_TESTS = ("status", "header", "body", "json_path", "json_schema", "time_ms", "size")


def _json_path(path: str) -> str:
    if not names_in(path):
        try:
            compiled_path(path)
        except InvalidInput as error:
            raise ValueError(error.problem) from None
    return path


JsonPath = Annotated[str, Field(min_length=1, max_length=512), AfterValidator(_json_path)]
"""The type of a field that holds a JSONPath (RFC 9535), which may name variables."""


class HeaderTest(TextTests):
    """Tests on a header of the answer; without any, that there is one."""

    name: str = Field(min_length=1, max_length=200)
    """Name of the header, in any case."""


class JsonPathTest(TextTests):
    """Tests on what a JSONPath selects in the body; without any, that there is something."""

    path: JsonPath = Field(examples=["$.items[0].price", "$.items.length"])
    """JSONPath (RFC 9535); `.length` at its end is the length of a list or text."""
    exists: bool | None = None
    """Whether there has to be something, or nothing."""
    each: Literal["any", "every", "none"] | None = None
    """With a path that may select several values: how many of them have to pass."""

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.exists is False and (self.expectations() or self.each):
            raise ValueError("what must not exist can't be tested")
        return self

    def problem_in(self, answer: Received, timeout_ms: float) -> str | None:
        """Return why the body of an answer does not pass; variables are filled in."""
        exists, value = answer.at(self.path, timeout_ms)
        if self.exists is False:
            return f"{self.path} is “{cut(as_text(value) or 'null')}”, expected: nothing" if exists else None
        if not exists:
            return f"{self.path} is missing, expected: {self.describe() or 'any'}"
        if self.each is not None and isinstance(value, list):
            passing = sum(self.problem_with(as_text(each)) is None for each in value)
            if quantified(self.each, passing, len(value)):
                return None
            found = f"{passing} of {len(value)} values at {self.path} pass"
            return f"{found}, expected: {self.each} {self.describe()}: {cut(as_text(value) or '')}"
        problem = self.problem_with(as_text(value)) if self.expectations() else None
        return f"{self.path} {problem}" if problem else None


class ResponseTest(StrictModel):
    """An answer to a request of the page, and what it has to be like."""

    as_: Alias | None = Field(default=None, alias="as")
    """The name that an earlier step gave it; or"""
    url: UrlTest | None = None
    """what its address is like: then it is the latest one."""
    method: Method | None = None
    """With `url`: the method of the request."""
    status: NumberTest | None = None
    """Its status."""
    header: HeaderTest | None = None
    """One of its headers."""
    body: TextTest | None = None
    """Its body as text."""
    json_path: JsonPathTest | None = None
    """A value in its body, which is JSON."""
    json_schema: JsonSchema | None = None
    """A JSON Schema that its body has to fit."""
    time_ms: NumberTest | None = None
    """Milliseconds from the start of the request to the end of the answer."""
    size: NumberTest | None = None
    """Bytes of its body, unpacked."""

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if (self.as_ is None) == (self.url is None):
            raise ValueError("exactly one of as and url is needed")
        if self.method is not None and self.url is None:
            raise ValueError("method goes with url")
        return self

    def describe(self) -> str:
        """Return in words which answer it is."""
        if self.as_ is not None:
            return f"the answer {self.as_}"
        test = self.url.describe() if self.url else ""
        return " ".join(filter(None, ["the answer to", self.method, f"an address {test}"]))


def judge_response(test: ResponseTest, scope: StepScope) -> None:
    """Wait until the answer is there and passes.

    Raises:
        StepFailure: it did not within the step's time, or can't be read; or no step gave an answer this name.
    """
    what = test.describe()
    problems = list(_problems(test, scope))
    known: list[Received] = []

    def problem(timeout_ms: float) -> str | None:
        answer = found_answer(scope.session, test.as_, url, test.method)
        if answer is None:
            return "has not come"
        if not known or known[-1].answer is not answer.answer:
            known.append(answer)
        found = (judge(known[-1], timeout_ms) for judge in problems)
        return next((f"does not fit: {why}" for why in found if why is not None), None)

    url = test.url.rendered(scope.variables) if test.url else None
    held, why = scope.eventually(problem, lambda each: each is None)
    demand(held, f"{what} {why}")
    scope.note(response={"url": known[-1].url, "status": known[-1].status})


def found_answer(session: "Session", name: str | None, url: UrlTest | None, method: str | None) -> Received | None:
    """Return the answer of a name, or the latest one from an address; ``None`` if none has come from there.

    Raises:
        StepFailure: no step gave an answer this name.
    """
    if name is not None:
        if name not in session.responses:
            known = ", ".join(session.responses) or "none"
            raise wrong(f"no answer is called {name!r} (there are: {known})")
        return Received(session.responses[name])
    for record in reversed(session.requests):
        is_meant = url is not None and url.problem_with(record.url) is None and method in (None, record.method)
        if is_meant and record.response is not None:
            return Received(record.response)
    return None


def _problems(test: ResponseTest, scope: StepScope) -> Iterator[Problem]:
    values = scope.variables
    if test.status is not None:
        yield _part("status", test.status.rendered(values).problem_with, lambda answer, _: answer.status)
    if test.header is not None:
        name = test.header.name
        wanted = test.header.rendered(values)
        yield _part(f"the header {name}", wanted.problem_with, lambda answer, ms: answer.header(name, ms))
    if test.time_ms is not None:
        yield _part("its time in ms", test.time_ms.rendered(values).problem_with, lambda answer, _: answer.ms)
    if test.size is not None:
        size = test.size.rendered(values)
        yield _part("its size in bytes", size.problem_with, lambda answer, ms: len(answer.body(ms)))
    if test.body is not None:
        yield _part("the body", test.body.rendered(values).problem_with, lambda answer, ms: answer.text(ms))
    if test.json_path is not None:
        rendered = test.json_path.rendered(values)
        yield rendered.model_copy(update={"path": scope.render(test.json_path.path)}).problem_in
    if test.json_schema is not None:
        schema = test.json_schema
        yield lambda answer, ms: misfit(answer.json(ms), schema)


def _part(
    what: str, problem_with: Callable[[ValueT | None], str | None], read: Callable[[Received, float], ValueT | None]
) -> Problem:
    def problem(answer: Received, timeout_ms: float) -> str | None:
        why = problem_with(read(answer, timeout_ms))
        return f"{what} {why}" if why else None

    return problem

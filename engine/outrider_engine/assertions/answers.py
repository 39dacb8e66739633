"""What is taken from an HTTP answer and what must hold of it, wherever a step of a check makes a request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from outrider_engine.contracts.wrong_field import wrong_field
from outrider_engine.domain.assertions import Assertion, AssertionResult, Judgement, Operator, Source
from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.observations import Observation
from outrider_engine.domain.templates import render
from outrider_engine.errors import InvalidInput

from .extracting import NothingThere, check_pattern, extracted
from .spelling import read_assertion

STATUS_IS_FINE = (Assertion(Source.STATUS, Operator.BETWEEN, (200, 399)),)
"""What is judged of an answer about which nothing else is said."""
LONGEST_VALUE = 100_000
"""Characters of a value that is taken from an answer."""
_NEEDS_PATH = {"header": "header", "headers": "header", "cookie": "cookie"}
_SOURCES = {"header": Source.HEADER, "headers": Source.HEADER, "status": Source.STATUS}


class Extraction(BaseModel):
    """A value that is taken from the answer, for ``{{name}}`` in the steps that follow."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,99}$", description="What later steps call it.")
    from_: Literal["body", "header", "headers", "status", "cookie"] = Field(
        default="body",
        alias="from",
        description="Which part of the answer it is in; `headers` is the same as `header`.",
    )
    path: str | None = Field(
        default=None,
        min_length=1,
        max_length=512,
        description="A JSONPath in the body (the whole text without one), or the name of the header or cookie.",
        examples=["$.data.access_token"],
    )
    pattern: str | None = Field(
        default=None,
        min_length=1,
        max_length=1000,
        description="A regular expression (RE2) that takes a part of it: its first group, else all that it matches.",
    )
    secret: bool = Field(default=False, description="Whether the value is hidden in everything that is kept.")

    @property
    def place(self) -> str:
        """Where the value is, in words."""
        return f"{self.from_} {self.path}" if self.path else self.from_

    def value(self, seen: Observation, values: Mapping[str, str], cookie: Callable[[str], str | None]) -> str:
        """Return the value.

        Args:
            seen: the answer.
            values: for ``{{name}}`` in the path.
            cookie: returns the value of a cookie that the visitor has now.

        Raises:
            NothingThere: there is no such value, or it is too long; the message says which.
            InvalidInput: path or pattern make no sense, or name a variable that nothing defines.
        """
        path = render(self.path, values) if self.path is not None else None
        if self.from_ == "cookie":
            found = cookie(path or "")
            if found is None:
                raise NothingThere("there is no such cookie")
            text = extracted(replace(seen, facts={"cookie": found}), Source.FACT, "cookie", self.pattern)
        else:
            in_body = Source.BODY if path is None else Source.JSON
            text = extracted(seen, _SOURCES.get(self.from_, in_body), path, self.pattern)
        if len(text) > LONGEST_VALUE:
            raise NothingThere(f"it is longer than {LONGEST_VALUE} characters")
        return text

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        try:
            self._check()
        except InvalidInput as error:
            raise wrong_field(error) from None
        return self

    def _check(self) -> None:
        if self.from_ in _NEEDS_PATH and self.path is None:
            raise InvalidInput(f"is required: the name of the {_NEEDS_PATH[self.from_]}", field="path")
        if self.from_ == "status" and self.path is not None:
            raise InvalidInput("a status has no parts to select", field="path")
        if self.from_ == "body" and self.path is not None:
            given = {"source": Source.JSON.value, "selector": self.path, "operator": Operator.EXISTS.value}
            try:
                read_assertion(given)
            except InvalidInput as error:
                raise InvalidInput(error.problem, field="path") from None
        if self.pattern is not None:
            try:
                check_pattern(self.pattern)
            except InvalidInput as error:
                raise InvalidInput(error.problem, field="pattern") from None


def as_written(judgement: Judgement, written: Sequence[Assertion]) -> list[JsonValue]:
    """Return what became of each assertion, as its author wrote it: without the values of variables and secrets."""
    return [
        AssertionResult(own, result.passed, result.actual, result.message).as_json()
        for own, result in zip(written, judgement.results, strict=False)
    ]

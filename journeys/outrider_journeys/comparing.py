"""Tests on texts: what a page shows, an address, a variable."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from outrider_engine.domain.templates import names_in, render

from .numbers_in_texts import number_of
from .operators import OPERATORS, cut, holds, in_words, on_one_line
from .patterns import Pattern, rendered_pattern
from .strict_model import ShortenableModel, StrictModel, Text


def _numeric(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("must be a number")  # noqa: TRY004 - pydantic wants ValueError
    if isinstance(value, str) and not names_in(value) and number_of(value) is None:
        raise ValueError("must be a number, or name a variable that is one")
    return value


_Finite = Annotated[float, Field(allow_inf_nan=False)]
Number = Annotated[int | _Finite | Annotated[str, Field(max_length=200)], BeforeValidator(_numeric)]
"""A number, or a text that names the variable that is one."""
Choices = Annotated[tuple[Text, ...], Field(min_length=1, max_length=1000)]


class TextTests(StrictModel):
    """Tests on a text; all that are given must hold. Runs of white space count as one space."""

    equals: Text | None = None
    """The whole text."""
    not_equals: Text | None = None
    """Anything but this text."""
    contains: Text | None = None
    """A part of it."""
    not_contains: Text | None = None
    """Nowhere in it."""
    starts_with: Text | None = None
    """How it begins."""
    ends_with: Text | None = None
    """How it ends."""
    matches: Pattern | None = None
    """A regular expression (RE2) that matches somewhere in it."""
    not_matches: Pattern | None = None
    """A regular expression (RE2) that matches nowhere in it."""
    in_: Choices | None = Field(default=None, alias="in")
    """The whole text is one of these."""
    not_in: Choices | None = None
    """The whole text is none of these."""
    empty: bool | None = None
    """Whether there is no text at all."""
    greater_than: Number | None = None
    """The number in the text is greater."""
    at_least: Number | None = None
    """The number in the text is so great or greater."""
    less_than: Number | None = None
    """The number in the text is less."""
    at_most: Number | None = None
    """The number in the text is so great or less."""
    between: tuple[Number, Number] | None = None
    """The number in the text is not outside of these two."""
    ignore_case: bool = False
    """Whether upper and lower case are the same."""

    def expectations(self) -> dict[str, Any]:
        """Return the tests that are given, by operator."""
        given = {operator: getattr(self, _FIELDS.get(operator, operator)) for operator in OPERATORS}
        return {operator: expected for operator, expected in given.items() if expected is not None}

    def rendered(self, variables: Mapping[str, str]) -> Self:
        """Return the test with every ``{{name}}`` replaced.

        Raises:
            UnknownVariable: nothing defines a name.
        """
        return self.model_copy(
            update={
                _FIELDS.get(operator, operator): _filled(operator, expected, variables)
                for operator, expected in self.expectations().items()
            }
        )

    def problem_with(self, actual: str | None) -> str | None:
        """Return why a text (``None``: there is none) does not pass, ``None`` when it does."""
        if actual is None:
            return f"is missing, expected: {self.describe() or 'any'}"
        text = on_one_line(actual)
        for operator, expected in self.expectations().items():
            if not holds(operator, text, expected, ignore_case=self.ignore_case):
                return f"is “{cut(actual)}”, expected: {in_words(operator, expected)}"
        return None

    def describe(self) -> str:
        """Return the test in words."""
        return " and ".join(in_words(operator, expected) for operator, expected in self.expectations().items())


class TextTest(TextTests, ShortenableModel):
    """What a text has to be like; all the tests that are given must hold.

    Runs of white space count as one space. A bare text in its place means `contains`.
    """

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, data: Any) -> Any:
        return {"contains": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.expectations():
            raise ValueError("give a test: " + ", ".join(OPERATORS))
        return self


_FIELDS = {"in": "in_"}
"""Names of fields that differ from the word for it, because that is Python's."""


def _filled(operator: str, expected: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(expected, str):
        return (rendered_pattern if "matches" in operator else render)(expected, variables)
    return tuple(_filled(operator, each, variables) for each in expected) if isinstance(expected, tuple) else expected

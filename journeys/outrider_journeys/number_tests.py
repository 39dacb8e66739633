"""Tests on numbers: how many elements there are, how long an answer took."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator

from outrider_engine.domain.templates import render

from .comparing import Number
from .operators import NUMBER_OPERATORS, in_words, number_holds
from .strict_model import ShortenableModel

_FIELDS = {"in": "in_"}


class NumberTest(ShortenableModel):
    """What a number has to be; all the tests that are given must hold. A bare number means `equals`."""

    bare_schema: ClassVar[dict[str, Any]] = {"type": "number"}

    equals: Number | None = None
    """Exactly this number."""
    not_equals: Number | None = None
    """Any other number."""
    in_: Annotated[tuple[Number, ...], Field(min_length=1, max_length=1000)] | None = Field(default=None, alias="in")
    """One of these."""
    greater_than: Number | None = None
    """Greater than this."""
    at_least: Number | None = None
    """So great or greater."""
    less_than: Number | None = None
    """Less than this."""
    at_most: Number | None = None
    """So great or less."""
    between: tuple[Number, Number] | None = None
    """Not outside of these two."""

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, data: Any) -> Any:
        is_number = isinstance(data, int | float | str) and not isinstance(data, bool)
        return {"equals": data} if is_number else data

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.expectations():
            raise ValueError("give a number, or a test: " + ", ".join(NUMBER_OPERATORS))
        return self

    def expectations(self) -> dict[str, Any]:
        """Return the tests that are given, by operator."""
        given = {operator: getattr(self, _FIELDS.get(operator, operator)) for operator in NUMBER_OPERATORS}
        return {operator: expected for operator, expected in given.items() if expected is not None}

    def rendered(self, variables: Mapping[str, str]) -> Self:
        """Return the test with every ``{{name}}`` replaced.

        Raises:
            UnknownVariable: nothing defines a name.
        """

        def filled(expected: Any) -> Any:
            if isinstance(expected, tuple):
                return tuple(map(filled, expected))
            return render(expected, variables) if isinstance(expected, str) else expected

        return self.model_copy(
            update={_FIELDS.get(operator, operator): filled(each) for operator, each in self.expectations().items()}
        )

    def holds(self, value: float) -> bool:
        """Whether a number passes."""
        return all(number_holds(operator, value, expected) for operator, expected in self.expectations().items())

    def problem_with(self, value: float | None) -> str | None:
        """Return why a number (``None``: there is none) does not pass, ``None`` when it does."""
        if value is None:
            return f"is missing, expected: {self.describe()}"
        return None if self.holds(value) else f"is {value:.15g}, expected: {self.describe()}"

    def describe(self) -> str:
        """Return the test in words; of an exact number, that alone."""
        given = self.expectations()
        if list(given) == ["equals"]:
            return in_words("equals", given["equals"]).removeprefix("equals ")
        if sorted(given) == ["at_least", "at_most"] and given["at_least"] == given["at_most"]:
            return in_words("equals", given["at_least"]).removeprefix("equals ")
        return " and ".join(in_words(operator, expected) for operator, expected in given.items())

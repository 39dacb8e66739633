"""``when``: whether a step is run, decided by one variable."""

from collections.abc import Mapping
from typing import Self

from pydantic import ConfigDict, model_validator

from .comparing import TextTests
from .strict_model import VariableName


class Condition(TextTests):
    """Holds when the variable is set and passes all the tests that are given."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"variable": "COUNTRY", "equals": "de"}]})

    variable: VariableName
    """The variable that decides; secrets can't."""
    exists: bool | None = None
    """Whether the variable must be set at all, or must not be."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.exists is None and not self.expectations():
            raise ValueError("give a test: exists, equals, not_equals, contains, matches, …")
        if self.exists is False and self.expectations():
            raise ValueError("a variable that must not exist has no text to be tested")
        return self

    def objection(self, variables: Mapping[str, str]) -> str | None:
        """Return why the step is not run, ``None`` when it is.

        Raises:
            UnknownVariable: the expected text names a variable that nothing defines.
        """
        value = variables.get(self.variable)
        if self.exists is False:
            return f"variable {self.variable} is set" if value is not None else None
        if value is None:
            return f"variable {self.variable} is not set"
        problem = self.rendered(variables).problem_with(value) if self.expectations() else None
        return f"variable {self.variable} {problem}" if problem else None

"""Tests on texts: what a page shows, an address, a variable."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Self

import re2
from pydantic import AfterValidator, Field, model_validator

from outrider_engine.domain.templates import names_in, render

from .strict_model import ShortenableModel, StrictModel, Text

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False


def compiled(pattern: str) -> Any:
    """Return the compiled RE2 pattern, which matches in linear time whatever it is given.

    Raises:
        ValueError: RE2 does not accept it (it has neither look-around nor back-references).
    """
    try:
        return re2.compile(pattern, _OPTIONS)
    except (re2.error, UnicodeEncodeError) as error:
        why = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else str(error)
        raise ValueError(f"not a pattern of RE2: {why}") from None


def rendered_pattern(pattern: str, variables: Mapping[str, str]) -> str:
    """Return a pattern with its ``{{name}}`` replaced by text that only matches itself.

    Raises:
        UnknownVariable: nothing defines a name.
    """
    return render(pattern, {name: re2.escape(value) for name, value in variables.items()})


def _compilable(pattern: str) -> str:
    compiled(render(pattern, dict.fromkeys(names_in(pattern), "x")))
    return pattern


Pattern = Annotated[str, Field(max_length=1000), AfterValidator(_compilable)]
"""A regular expression of RE2, which may name variables."""


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
    ignore_case: bool = False
    """Whether upper and lower case are the same."""

    def expectations(self) -> dict[str, str]:
        """Return the tests that are given, by operator."""
        given = {operator: getattr(self, operator) for operator in _OPERATORS}
        return {operator: expected for operator, expected in given.items() if expected is not None}

    def rendered(self, variables: Mapping[str, str]) -> Self:
        """Return the test with every ``{{name}}`` replaced.

        Raises:
            UnknownVariable: nothing defines a name.
        """
        return self.model_copy(
            update={
                operator: (rendered_pattern if "matches" in operator else render)(expected, variables)
                for operator, expected in self.expectations().items()
            }
        )

    def problem_with(self, actual: str | None) -> str | None:
        """Return why a text (``None``: there is none) does not pass, ``None`` when it does."""
        if actual is None:
            return f"is missing, expected: {self.describe() or 'any'}"
        text = _on_one_line(actual)
        for operator, expected in self.expectations().items():
            if not self._holds(operator, text, expected):
                return f"is “{_cut(actual)}”, expected: {_words(operator)} “{_cut(expected)}”"
        return None

    def describe(self) -> str:
        """Return the test in words."""
        return " and ".join(f"{_words(operator)} “{_cut(text)}”" for operator, text in self.expectations().items())

    def _holds(self, operator: str, text: str, expected: str) -> bool:
        if "matches" in operator:
            return _OPERATORS[operator](text, f"(?i){expected}" if self.ignore_case else expected)
        if self.ignore_case:
            return _OPERATORS[operator](text.casefold(), _on_one_line(expected).casefold())
        return _OPERATORS[operator](text, _on_one_line(expected))


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
            raise ValueError("give a test: " + ", ".join(_OPERATORS))
        return self


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "equals": lambda text, expected: text == expected,
    "not_equals": lambda text, expected: text != expected,
    "contains": lambda text, expected: expected in text,
    "not_contains": lambda text, expected: expected not in text,
    "starts_with": lambda text, expected: text.startswith(expected),
    "ends_with": lambda text, expected: text.endswith(expected),
    "matches": lambda text, pattern: compiled(pattern).search(text) is not None,
    "not_matches": lambda text, pattern: compiled(pattern).search(text) is None,
}


def _words(operator: str) -> str:
    return operator.replace("_", " ")


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str, limit: int = 200) -> str:
    line = _on_one_line(text)
    return line if len(line) <= limit else line[: limit - 1] + "…"

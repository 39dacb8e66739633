"""Tests on the addresses of requests and responses: a glob, or a test on a text."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Self

import re2
from pydantic import ConfigDict, Field, model_validator

from outrider_engine.domain.templates import render

from .comparing import TextTests
from .patterns import compiled
from .strict_model import ShortenableModel

_PART = re.compile(r"\{\{\s*[A-Za-z_][A-Za-z0-9_.-]*\s*\}\}|\\.|\*+|.", re.DOTALL)


class UrlTest(TextTests, ShortenableModel):
    """What an address has to be like; all the tests that are given must hold.

    A bare text in its place is a `glob` when it has a `*` in it, and means `contains` otherwise.
    """

    model_config = ConfigDict(json_schema_extra={"examples": ["**/api/cart", {"ends_with": "/cart"}]})

    glob: str | None = Field(default=None, min_length=1, max_length=2000)
    """The whole address: `*` stands for anything but `/`, `**` for anything, `{a,b}` for one of several."""

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, data: Any) -> Any:
        return {"glob" if "*" in data else "contains": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.glob is None and not self.expectations():
            raise ValueError("give a test: glob, equals, contains, starts_with, ends_with, matches, …")
        return self

    def rendered(self, variables: Mapping[str, str]) -> Self:
        """Return the test with every ``{{name}}`` replaced; in a glob it only matches itself."""
        tested = super().rendered(variables)
        if self.glob is None:
            return tested
        literal = {name: re.sub(r"([*{},\\])", r"\\\1", value) for name, value in variables.items()}
        return tested.model_copy(update={"glob": render(self.glob, literal)})

    def problem_with(self, actual: str | None) -> str | None:
        """Return why an address does not pass, ``None`` when it does."""
        if self.glob is not None and actual is not None and not _compiled_glob(self.glob).fullmatch(actual):
            return f"is “{actual[:200]}”, expected: like “{self.glob}”"
        return super().problem_with(actual)

    def describe(self) -> str:
        """Return the test in words."""
        words = [f"like “{self.glob}”"] if self.glob is not None else []
        return " and ".join([*words, *filter(None, [super().describe()])])


@lru_cache(maxsize=512)
def _compiled_glob(glob: str) -> Any:
    return compiled(f"(?s){glob_source(glob)}")


def glob_source(glob: str) -> str:
    """Return the regular expression of a glob, by the rules of Playwright's ``page.route``.

    What names a variable (``{{name}}``) is left as it is.
    """
    parts, depth = [], 0
    for part in _PART.findall(glob):
        if part.startswith("{{"):
            parts.append(part)
        elif part.startswith("*"):
            parts.append("[^/]*" if part == "*" else ".*")
        elif part == "{":
            depth += 1
            parts.append("(?:")
        elif part == "}" and depth:
            depth -= 1
            parts.append(")")
        elif part == "," and depth:
            parts.append("|")
        else:
            parts.append(re2.escape(part[1:] if part.startswith("\\") and len(part) > 1 else part))
    return "".join(parts) + ")" * depth

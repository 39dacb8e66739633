"""Tests on what pages print and throw."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from outrider_journeys.actions.contract import StepScope
from outrider_journeys.comparing import TextTest
from outrider_journeys.operators import cut
from outrider_journeys.strict_model import StrictModel

from .judging import demand

if TYPE_CHECKING:
    from outrider_journeys.walking.session import ConsoleRecord

LEVELS: dict[str, frozenset[str] | None] = {
    "any": None,
    "error": frozenset({"error", "assert"}),
    "warning": frozenset({"warning"}),
    "info": frozenset({"info", "log", "debug"}),
}
"""The browser's words for each level; ``None``: all."""
_MOST_SHOWN = 3


class ConsoleTest(StrictModel):
    """How many lines the pages have printed so far; without `at_least` and `at_most`, none may be there."""

    level: Literal["error", "warning", "info", "any"] = "error"
    """Which ones: `error` has what pages throw and fail to load, too; `info` has `log` and `debug`."""
    matches: TextTest | None = None
    """What they are like; all of that level when absent."""
    at_least: int | None = Field(default=None, ge=0, le=200)
    """So many or more are waited for."""
    at_most: int | None = Field(default=None, ge=0, le=200)
    """So many or fewer may be there."""

    @property
    def most(self) -> int | None:
        """How many there may be."""
        return 0 if self.at_least is None and self.at_most is None else self.at_most

    def describe(self) -> str:
        """Return the test in words."""
        limits = [f"at least {self.at_least}"] if self.at_least is not None else []
        limits += [f"at most {self.most}"] if self.most is not None else []
        sort = "line" if self.level == "any" else self.level
        return f"{' and '.join(limits)} {sort}(s)" + (f" {self.matches.describe()}" if self.matches else "")


def judge_console(test: ConsoleTest, scope: StepScope) -> None:
    """Count lines of the console, and wait for those that have to come.

    Raises:
        StepFailure: there are too many, or too few when the step's time is over.
    """
    wanted, levels = test.matches.rendered(scope.variables) if test.matches else None, LEVELS[test.level]

    def lines(_: float) -> Sequence["ConsoleRecord"]:
        return [
            line
            for line in scope.session.console
            if (levels is None or line.level in levels) and (wanted is None or wanted.problem_with(line.text) is None)
        ]

    held, found = scope.eventually(lines, lambda each: len(each) >= (test.at_least or 0))
    held = held and (test.most is None or len(found) <= test.most)
    shown = "; ".join(f"“{cut(line.text, 150)}”" for line in found[:_MOST_SHOWN])
    demand(held, f"the console has {len(found)}, expected: {test.describe()}" + (f": {shown}" if shown else ""))

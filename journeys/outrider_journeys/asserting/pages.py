"""Tests on the page: what it shows, as text and as a tree of roles."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from playwright.sync_api import expect
from pydantic import Field, model_validator

from outrider_engine.domain.verdicts import Reason
from outrider_journeys.actions.contract import StepFailure, StepScope
from outrider_journeys.bounded_calls import within_time
from outrider_journeys.operators import cut
from outrider_journeys.strict_model import ShortenableModel

from .judging import demand, wrong

if TYPE_CHECKING:
    from playwright.sync_api import Locator as Element

Snapshot = Annotated[str, Field(min_length=1, max_length=20_000)]
_GRACE_MS = 100
_LONGEST_SHOWN = 600
_ACTUAL = re.compile(r"^Actual value: (.*?)\s*^Call log:", re.MULTILINE | re.DOTALL)
_BROKEN = re.compile(r"^Error: (?!element\(s\) not found)(.+)", re.MULTILINE)


class AriaTest(ShortenableModel):
    """What a screen reader finds: roles, names and states, as a tree.

    A bare text in its place is a `snapshot`.
    """

    bare_schema: ClassVar[dict[str, Any]] = {"type": "string", "minLength": 1}

    snapshot: Snapshot | None = None
    """[YAML of Playwright](https://playwright.dev/python/docs/aria-snapshots), such as `- button "Buy"`; what it does
    not name may be there as well."""
    contains: Snapshot | None = None
    """A text that occurs in the whole tree, written in that YAML; runs of white space count as one space."""

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, data: Any) -> Any:
        return {"snapshot": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.snapshot is None and self.contains is None:
            raise ValueError("give snapshot or contains")
        return self

    def describe(self) -> str:
        """Return the test in words."""
        return f"“{cut(self.snapshot or self.contains or '', 60)}”"


def page_text(scope: StepScope) -> Callable[[float], str]:
    """Return a reader of the text that the page shows."""
    root = scope.page.locator(":root")
    return lambda timeout: root.inner_text(timeout=timeout)


def judge_aria(test: AriaTest, element: "Element", whose: str, scope: StepScope) -> None:
    """Wait until the tree of an element is as it has to be.

    Raises:
        StepFailure: it was not within the step's time; or the snapshot is none.
    """
    if test.snapshot is not None:
        _match(scope.render(test.snapshot), element, whose, scope)
    if test.contains is not None:
        wanted = " ".join(scope.render(test.contains).split())
        held, tree = scope.eventually(
            lambda timeout: element.aria_snapshot(timeout=timeout), lambda tree: wanted in " ".join(tree.split())
        )
        demand(held, f"the roles of {whose} are {_shown(tree)}, expected: contains “{cut(wanted)}”")


def _match(snapshot: str, element: "Element", whose: str, scope: StepScope) -> None:
    left = scope.time_left_ms()
    expected = expect(element)
    try:
        with within_time(expected, left, grace_ms=_GRACE_MS):
            expected.to_match_aria_snapshot(snapshot, timeout=left)
    except AssertionError as error:
        broken = _BROKEN.search(str(error))
        if broken is not None:
            raise wrong(f"aria.snapshot can't be read: {broken[1]}") from None
        actual = _ACTUAL.search(str(error))
        tree = actual[1] if actual else ""
        problem = f"the roles of {whose} are {_shown(tree)}, expected: {cut(snapshot, _LONGEST_SHOWN)}"
        raise StepFailure(problem, reason=Reason.ASSERTION) from None


def _shown(tree: str) -> str:
    return cut(tree, _LONGEST_SHOWN) or "none at all"

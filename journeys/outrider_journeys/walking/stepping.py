"""Walking steps one after the other, those within others among them."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog
from playwright.sync_api import Error

from outrider_engine.domain.observations import Failure
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.actions.contract import LoopBreak, NestedFailure, StepFailure, WalkEnd
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.faults import explained
from outrider_journeys.healing import healing_patch
from outrider_journeys.model import CalledJourney, Journey
from outrider_journeys.naming import ids_by_identity
from outrider_journeys.steps import LONGEST, OptionalElementStep, StepModel

from .expecting import caused
from .scope import LiveScope
from .surroundings import Surroundings
from .telling import Teller, Timing, action_of
from .within import Frame, Within

if TYPE_CHECKING:
    from playwright.sync_api import Page

log = structlog.get_logger(__name__)

_PICTURE_S = 5.0
"""Seconds that a picture may take at most."""
_NEARLY_S = 0.05


@dataclass(frozen=True, slots=True)
class _Attempt:
    """How one try of a step ended."""

    scope: LiveScope
    broken: StepFailure | None = None
    signal: LoopBreak | WalkEnd | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a step stands among the results, and since when it is walked."""

    index: int
    id: str
    frame: Frame
    timing: Timing


class Stepper:
    """Walks lists of steps.

    Attributes:
        lesser: failures that did not stop the walk, in order.
        journeys, base_url, variables: see ``Within``.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        teller: Teller,
        actions: StepActions,
        *,
        journey: Journey,
        base_url: str | None,
    ) -> None:
        """Get ready to walk.

        Args:
            surroundings: what all steps share.
            teller: is told how each step ended.
            actions: that are installed.
            journey: that is walked.
            base_url: goes before that of every journey.
        """
        self.lesser: list[Failure] = []
        self.journeys: Mapping[str, CalledJourney] = journey.journeys
        self._journey = journey
        self.base_url = base_url
        self.variables = surroundings.variables
        self._surroundings = surroundings
        self._clock = surroundings.clock
        self._teller = teller
        self._actions = actions
        self._begun = 0

    def walk(self, steps: tuple[StepModel, ...], frame: Frame, ids: Mapping[int, str] | None = None) -> None:
        """Walk steps in order, until one of them stops the rest; these are reported as not run.

        Args:
            steps: to be walked.
            frame: what holds for them.
            ids: their ids by ``id(step)``, where they are not alone in a block.

        Raises:
            NestedFailure: a step failed that stops them.
            LoopBreak, WalkEnd: a step wants it so.
        """
        named = ids_by_identity(steps) if ids is None else ids
        stop: NestedFailure | LoopBreak | WalkEnd | None = None
        for step in steps:
            path = frame.prefix + named[id(step)]
            if stop is not None:
                self.leave_out(step, path, None if isinstance(stop, NestedFailure) else str(stop))
                continue
            try:
                self.step(step, path, frame)
            except (NestedFailure, LoopBreak, WalkEnd) as signal:
                stop = signal
        if stop is not None:
            raise stop

    def leave_out(self, step: StepModel, id: str, why: str | None = None, failure: Failure | None = None) -> None:
        """Report a step that is not run; with a failure, that it is the cause."""
        if self._begun >= LONGEST:
            return
        self._teller.report(
            step,
            self._next(),
            id,
            failure.verdict if failure else Verdict.CANCELLED,
            Timing(self._clock),
            reason=failure.reason if failure else None,
            error=failure.message if failure else None,
            detail={"skipped": why} if why else None,
        )

    def step(self, step: StepModel, id: str, frame: Frame) -> None:
        """Walk one step.

        Raises:
            NestedFailure: it failed, and the walk does not go on after it.
            LoopBreak, WalkEnd: it, or one within it, wants it so.
        """
        if self._begun >= LONGEST:
            many = f"more than {LONGEST:,} steps were walked"
            broken = StepFailure(many, reason=Reason.INVALID_DEFINITION, verdict=Verdict.ERROR)
            raise NestedFailure(self._teller.told(step, broken))
        place = _Place(self._next(), id, frame, Timing(self._clock))
        if place.timing.began >= frame.ends_at:
            self._teller.report(step, place.index, id, Verdict.CANCELLED, place.timing)
            raise NestedFailure(self._teller.told(step, _out_of_time("it was not begun", frame)), begun=False)
        self._conclude(step, place, self._tried(step, place))

    def _next(self) -> int:
        self._begun += 1
        return self._begun - 1

    def _tried(self, step: StepModel, place: _Place) -> _Attempt | str:
        """Try a step as often as it may be; return how that ended, or why it is not run."""
        try:
            objection = "the journey says so" if step.skip else None
            if step.when is not None and objection is None:
                objection = step.when.objection(self._surroundings.variables)
        except Exception as error:  # noqa: BLE001 - explained as any error of the step
            page = self._surroundings.pages.current
            return _Attempt(self._scope(step, place, page, 1), self._broken(step, error, place, page))
        if objection is not None:
            return objection
        tries = 1 + place.frame.defaults.retries_of(step)
        for number in range(1, tries + 1):
            attempt = self._attempt(step, place, number)
            if number > 1:
                attempt.scope.note(tries=number)
            is_last = number == tries or attempt.broken is None
            if is_last or not self._may_go_on(attempt.broken, place.frame):
                break
            self._pause(step.retry_delay or 0, place.frame)
        return attempt

    def _attempt(self, step: StepModel, place: _Place, number: int) -> _Attempt:
        pages = self._surroundings.pages
        try:
            page = pages.get(step.page)
        except StepFailure as failure:
            return _Attempt(self._scope(step, place, pages.current, number), failure)
        scope = self._scope(step, place, page, number)
        try:
            with caused(step.expects, scope) if step.expects else nullcontext():
                self._actions[action_of(step)].run(step, scope)
        except (LoopBreak, WalkEnd) as signal:
            return _Attempt(scope, signal=signal)
        except Exception as error:  # noqa: BLE001 - the action may be a stranger's
            return _Attempt(scope, self._broken(step, error, place, page))
        return _Attempt(scope, _crashed() if pages.has_crashed(page) else None)

    def _scope(self, step: StepModel, place: _Place, page: "Page", number: int) -> LiveScope:
        frame = place.frame
        ends_at = min(self._clock.monotonic() + frame.defaults.timeout_of(step), frame.ends_at)
        path = place.id if number == 1 else f"{place.id}~{number}"
        whose = frame.whose if ends_at == frame.ends_at else f"the block {self._teller.name(step)}"
        inner = Within(self, step, path, replace(frame, ends_at=ends_at, whose=whose))
        return LiveScope(
            self._surroundings,
            step,
            page,
            index=place.index,
            ends_at=ends_at,
            default_s=frame.defaults.timeout,
            base_url=frame.base_url,
            inner=inner,
        )

    def _broken(self, step: StepModel, error: Exception, place: _Place, page: "Page") -> StepFailure:
        if self._surroundings.pages.has_crashed(page):
            return _crashed()
        ways = step.ways if isinstance(step, OptionalElementStep) else ()
        subject = ways[0].describe() if ways else "the page"
        waited_s = self._clock.monotonic() - place.timing.began
        found = explained(error, page, subject=subject, waited_s=waited_s)
        if found.reason is Reason.PLUGIN and not isinstance(error, StepFailure):
            log.warning(
                "action broke", action=action_of(step), error=self._surroundings.secrecy.redactor.text(repr(error))
            )
        waited_in_vain = found.reason in (Reason.TIMEOUT, Reason.LOCATOR) and found.verdict is not Verdict.ERROR
        if waited_in_vain and self._is_over(place.frame) and not isinstance(found, NestedFailure):
            return _out_of_time(found.message, place.frame)
        return found

    def _conclude(self, step: StepModel, place: _Place, ended: "_Attempt | str") -> None:
        if isinstance(ended, str):
            self._teller.report(
                step, place.index, place.id, Verdict.CANCELLED, Timing(self._clock), detail={"skipped": ended}
            )
            return
        place.timing.end()
        scope, broken = ended.scope, ended.broken
        if step.is_block:
            scope.note(block=True)
        failure = self._failure(step, scope, broken)
        goes_on = broken is None or (
            self._may_go_on(broken, place.frame)
            and (broken.verdict is Verdict.DEGRADED or place.frame.defaults.goes_on_after(step))
        )
        if failure is not None and goes_on:
            self.lesser.append(failure)
        self._show(step, place, scope, broken)
        self._teller.report(
            step,
            place.index,
            place.id,
            _status(step, broken, failure, goes_on=goes_on),
            place.timing,
            reason=failure.reason if failure else None,
            error=self._teller.worded(step, broken) if broken else failure.message if failure else None,
            detail=scope.told_facts(),
        )
        if ended.signal is not None:
            raise ended.signal
        if failure is not None and not goes_on:
            raise NestedFailure(failure)

    def _failure(self, step: StepModel, scope: LiveScope, broken: StepFailure | None) -> Failure | None:
        if broken is not None:
            scope.note(url=scope.page.url)
            return self._teller.told(step, broken)
        if scope.healed is None:
            return None
        scope.note(locator=scope.healed.spelling())
        if scope.worked is not None:
            scope.note(patch=healing_patch(self._journey, step, scope.worked))
        message = f"its first locator finds nothing; {scope.healed.describe()} did"
        return self._teller.told(step, StepFailure(message, reason=Reason.HEALED, verdict=Verdict.DEGRADED))

    def _may_go_on(self, broken: StepFailure | None, frame: Frame) -> bool:
        """Whether a failure is the site's, on a page that still lives, with time left."""
        is_targets = broken is None or broken.verdict in (Verdict.FAILED, Verdict.TIMED_OUT, Verdict.DEGRADED)
        has_page = broken is None or broken.reason is not Reason.PAGE_CRASH
        return is_targets and has_page and not self._is_over(frame)

    def _is_over(self, frame: Frame) -> bool:
        return self._clock.monotonic() >= frame.ends_at - _NEARLY_S

    def _pause(self, seconds: float, frame: Frame) -> None:
        left_s = min(seconds, frame.ends_at - self._clock.monotonic())
        page = self._surroundings.pages.current
        if left_s > 0 and not page.is_closed():
            page.wait_for_timeout(left_s * 1000)

    def _show(self, step: StepModel, place: _Place, scope: LiveScope, broken: StepFailure | None) -> None:
        """Take the picture after a step, if one is wanted; a step within has taken that of a block already."""
        wish = place.frame.defaults.picture_wish(step)
        if broken is None and (wish != "always" or step.is_block):
            return
        is_shown = isinstance(broken, NestedFailure) and broken.begun
        is_gone = broken is not None and broken.reason is Reason.PAGE_CRASH
        if wish != "never" and not is_shown and not is_gone:
            self.picture(scope.page, place.id, place.index, until=place.frame.pictures_until)

    def picture(self, page: "Page", name: str, index: int, *, until: float) -> None:
        """Take a picture if there is time and a page for it."""
        left_s = min(_PICTURE_S, until - self._clock.monotonic())
        if left_s <= 0 or self._surroundings.pages.has_crashed(page) or page.is_closed():
            return
        try:
            self._surroundings.pictures.take(page, name, step_index=index, timeout_ms=max(left_s * 1000, 1))
        except (Error, OSError, StepFailure) as error:
            log.warning("no screenshot", step=name, error=self._surroundings.secrecy.redactor.text(str(error)))


def _status(step: StepModel, broken: StepFailure | None, failure: Failure | None, *, goes_on: bool) -> Verdict:
    if broken is not None:
        return Verdict.DEGRADED if goes_on and step.is_soft else broken.verdict
    return failure.verdict if failure is not None else Verdict.PASSED


def _crashed() -> StepFailure:
    return StepFailure("the page crashed", reason=Reason.PAGE_CRASH)


def _out_of_time(message: str, frame: Frame) -> StepFailure:
    problem = f"the time of {frame.whose} was over: {message}"
    return StepFailure(problem, reason=Reason.TIMEOUT, verdict=Verdict.TIMED_OUT)

"""Walks a journey on a Playwright page that it is handed: one code for the engine, the command line and tests."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import structlog
from playwright.sync_api import Error

from outrider_engine.domain.json_values import JsonObject
from outrider_engine.domain.observations import Failure, ProducedFile, StepResult
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.ports.clock import Clock

from .actions.contract import StepFailure
from .actions.registry import StepActions
from .faults import explained
from .model import Journey, variables_named
from .pictures import Pictures
from .scope import LiveScope
from .secrecy import Secrecy
from .steps import OptionalElementStep, StepModel

if TYPE_CHECKING:
    from playwright.sync_api import Page

log = structlog.get_logger(__name__)

_PICTURE_S = 5.0
"""Seconds that a picture may take at most."""
_NEARLY_S = 0.05
_RESERVE_S = 1.0
_RESERVE_SHARE = 0.1
"""Steps leave this much of the walk's time, and no more than the seconds above, for the last picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkOptions:
    """What a walk is given besides the journey and the page.

    Attributes:
        variables: values that go before the journey's own.
        secrets: values of the secrets, by name.
        pinned: names whose values no step can change.
        base_url: goes before the journey's own.
        deadline: ``clock.monotonic()`` seconds after which no step starts, and beyond which no wait goes.
        folder: where files are written; it exists.
        screenshots: ``on_failure``: a picture after each step that does not hold; ``always``: one at the end as well,
            unless the last step took one; ``never``: none at all, whatever the journey asks for.
        on_step: told of each step as it ends, and of those that were not run.
    """

    deadline: float
    clock: Clock
    folder: Path
    actions: StepActions
    variables: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    pinned: Collection[str] = ()
    base_url: str | None = None
    screenshots: Literal["always", "on_failure", "never"] = "on_failure"
    on_step: Callable[[StepResult], None] = lambda _: None


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkResult:
    """How a walk ended.

    Attributes:
        steps: one for each step of the journey, those not run among them.
        failure: ``None`` when all held; ``DEGRADED`` when only soft things did not.
        variables: the variables at the end, without secrets.
    """

    steps: tuple[StepResult, ...]
    files: tuple[ProducedFile, ...]
    failure: Failure | None
    variables: Mapping[str, str]


def walk(journey: Journey, page: "Page", options: WalkOptions) -> WalkResult:
    """Walk a journey from its first step to its last, or to the first failure that stops it.

    What goes wrong is in the result; nothing that a page does raises.
    """
    walk_ = _Walk(journey, page, options)
    page.on("crash", walk_.note_crash)
    try:
        walk_.run()
    finally:
        page.remove_listener("crash", walk_.note_crash)
    return WalkResult(
        steps=tuple(walk_.steps),
        files=tuple(walk_.pictures.files),
        failure=walk_.failure(),
        variables=walk_.plain_variables(),
    )


class _Walk:
    """One walk under way."""

    def __init__(self, journey: Journey, page: "Page", options: WalkOptions) -> None:
        self.steps: list[StepResult] = []
        self._journey = journey
        self._page = page
        self._options = options
        self._clock = options.clock
        self._secrecy = Secrecy(options.secrets.values())
        self.pictures = Pictures(page, options.folder, self._secrecy, enabled=options.screenshots != "never")
        self._variables = {**journey.variables, **options.variables, **options.secrets}
        self._ids = journey.step_ids
        reserve = min(_RESERVE_S, _RESERVE_SHARE * max(0.0, options.deadline - self._clock.monotonic()))
        self._end = options.deadline - (0 if options.screenshots == "never" else reserve)
        self._stopped: Failure | None = None
        self._lesser: list[Failure] = []
        self._crashed = False

    def note_crash(self, _: "Page") -> None:
        """Remember that the page crashed, also when that broke no step."""
        self._crashed = True

    def run(self) -> None:
        """Walk, and report every step."""
        doomed = self._check_before_start()
        for index, step in enumerate(self._journey.steps):
            if index == doomed and self._stopped is not None:
                self._report(index, step, self._stopped.verdict, failure=self._stopped)
            elif self._stopped is not None:
                self._report(index, step, Verdict.CANCELLED)
            else:
                self._step(index, step)
        last = len(self.steps) - 1
        is_shown = any(file.step_index == last for file in self.pictures.files)
        if self._options.screenshots == "always" and self._stopped is None and self.steps and not is_shown:
            self._picture("end", last)

    def failure(self) -> Failure | None:
        """Return what the walk amounts to: what stopped it, else what degraded it, else nothing."""
        if self._stopped is not None:
            return self._stopped
        not_healed = (failure for failure in self._lesser if failure.reason is not Reason.HEALED)
        worst = next(not_healed, self._lesser[0] if self._lesser else None)
        return Failure(Verdict.DEGRADED, worst.reason, worst.message) if worst else None

    def plain_variables(self) -> dict[str, str]:
        """Return the variables without those that are secret."""
        return {
            name: value
            for name, value in self._variables.items()
            if name not in self._options.secrets and not self._secrecy.holds_secret(value)
        }

    def _check_before_start(self) -> int | None:
        """Stop before the first step when a later one surely can't be done; return the index of that one."""
        missing = [name for name in self._journey.secrets if name not in self._options.secrets]
        if not self._journey.steps:
            self._stop(None, _wrong("the journey has no steps", Reason.INVALID_DEFINITION))
        elif missing:
            self._stop(None, _wrong(f"there is no value for the secret {', '.join(missing)}", Reason.MISSING_SECRET))
        else:
            known = set(self._variables)
            for index, step in enumerate(self._journey.steps):
                problem = self._problem_before_start(step, known)
                if problem is not None:
                    self._stop(step, problem)
                    return index
                known |= step.produces()
        return None

    def _problem_before_start(self, step: StepModel, known: set[str]) -> StepFailure | None:
        action = _action(step)
        if action not in self._options.actions:
            return _wrong(f"no plugin offers the action {action!r}", Reason.UNKNOWN_ACTION)
        unknown = sorted(variables_named(step) - known)
        if unknown:
            return _wrong(f"nothing defines the variable {', '.join(unknown)}", Reason.UNKNOWN_VARIABLE)
        return None

    def _step(self, index: int, step: StepModel) -> None:
        timing = _Timing(self._clock)
        if timing.began >= self._end:
            self._stop(step, _out_of_time("it was not begun"))
            self._report(index, step, Verdict.CANCELLED)
            return
        scope = self._scope(index, min(timing.began + self._journey.timeout_of(step), self._end))
        try:
            objection = step.when.objection(self._variables) if step.when else None
            if objection is not None:
                self._report(index, step, Verdict.CANCELLED, detail={"skipped": objection})
                return
            self._options.actions[_action(step)].run(step, scope)
            broken = StepFailure("the page crashed", reason=Reason.PAGE_CRASH) if self._crashed else None
        except Exception as error:  # noqa: BLE001 - the action may be a stranger's
            broken = self._broken(step, error, timing)
        timing.end()
        self._conclude(index, step, scope, broken, timing)

    def _scope(self, index: int, ends_at: float) -> LiveScope:
        return LiveScope(
            page=self._page,
            index=index,
            variables=self._variables,
            pinned=self._options.pinned,
            base_url=self._options.base_url or self._journey.base_url,
            ends_at=ends_at,
            clock=self._clock,
            secrecy=self._secrecy,
            pictures=self.pictures,
        )

    def _broken(self, step: StepModel, error: Exception, timing: "_Timing") -> StepFailure:
        ways = step.ways if isinstance(step, OptionalElementStep) else ()
        subject = ways[0].describe() if ways else "the page"
        waited_s = self._clock.monotonic() - timing.began
        found = explained(error, self._page, subject=subject, waited_s=waited_s)
        if self._crashed:
            return StepFailure("the page crashed", reason=Reason.PAGE_CRASH)
        if found.reason is Reason.PLUGIN:
            log.warning("action broke", action=_action(step), error=self._secrecy.redactor.text(repr(error)))
        waited_in_vain = found.reason in (Reason.TIMEOUT, Reason.LOCATOR) and found.verdict is not Verdict.ERROR
        return _out_of_time(found.message) if waited_in_vain and self._is_over() else found

    def _conclude(
        self, index: int, step: StepModel, scope: LiveScope, broken: StepFailure | None, timing: "_Timing"
    ) -> None:
        if broken is None:
            verdict, failure = self._held(step, scope)
        else:
            is_targets = broken.verdict in (Verdict.FAILED, Verdict.TIMED_OUT)
            may_go_on = is_targets and broken.reason is not Reason.PAGE_CRASH and not self._is_over()
            if may_go_on and self._journey.goes_on_after(step):
                verdict = Verdict.DEGRADED if step.is_soft else broken.verdict
                failure = self._told(step, broken)
                self._lesser.append(failure)
            else:
                verdict, failure = broken.verdict, self._stop(step, broken)
            scope.note(url=self._page.url)
            if broken.reason is not Reason.PAGE_CRASH:
                self._picture(self._ids[index], index)
        message = self._worded(step, broken) if broken else failure.message if failure else None
        self._report(index, step, verdict, failure=failure, error=message, detail=scope.facts, timing=timing)

    def _held(self, step: StepModel, scope: LiveScope) -> tuple[Verdict, Failure | None]:
        if scope.healed is None:
            return Verdict.PASSED, None
        scope.note(locator=scope.healed.spelling())
        message = f"its first locator finds nothing; {scope.healed.describe()} did"
        failure = self._told(step, StepFailure(message, reason=Reason.HEALED, verdict=Verdict.DEGRADED))
        self._lesser.append(failure)
        return Verdict.DEGRADED, failure

    def _is_over(self) -> bool:
        return self._clock.monotonic() >= self._end - _NEARLY_S

    def _stop(self, step: StepModel | None, broken: StepFailure) -> Failure:
        self._stopped = self._told(step, broken)
        return self._stopped

    def _told(self, step: StepModel | None, broken: StepFailure) -> Failure:
        message = self._worded(step, broken)
        told = self._secrecy.redactor.text(f"{self._name(step)}: {message}") if step else message
        return Failure(broken.verdict, broken.reason, told)

    def _name(self, step: StepModel) -> str:
        return self._filled_in(step.display_name)

    def _worded(self, step: StepModel | None, broken: StepFailure) -> str:
        """Return what went wrong, with variables filled in where locators are named, and nowhere in texts of pages."""
        message = broken.message
        for way in step.ways if isinstance(step, OptionalElementStep) else ():
            message = message.replace(way.describe(), self._filled_in(way.describe()))
        return self._secrecy.redactor.text(message)

    def _filled_in(self, text: str) -> str:
        plain = {name: value for name, value in self._variables.items() if name not in self._options.secrets}
        return self._secrecy.filled_in(text, plain)

    def _report(
        self,
        index: int,
        step: StepModel,
        status: Verdict,
        *,
        failure: Failure | None = None,
        error: str | None = None,
        detail: JsonObject | None = None,
        timing: "_Timing | None" = None,
    ) -> None:
        facts = self._secrecy.redactor.tree(detail or {})
        result = StepResult(
            index=index,
            id=self._ids[index],
            name=self._name(step),
            action=_action(step),
            status=status,
            started_at=timing.started_at if timing else self._clock.now(),
            duration_ms=timing.duration_ms if timing else 0.0,
            reason=failure.reason if failure else None,
            error=error or (failure.message if failure else None),
            detail=facts if isinstance(facts, dict) else {},
        )
        self.steps.append(result)
        self._options.on_step(result)

    def _picture(self, name: str, index: int) -> None:
        left_s = min(_PICTURE_S, self._options.deadline - self._clock.monotonic())
        if left_s <= 0 or self._crashed or self._page.is_closed():
            return
        try:
            self.pictures.take(name, step_index=index, timeout_ms=max(left_s * 1000, 1))
        except (Error, OSError) as error:
            log.warning("no screenshot", step=self._ids[index], error=self._secrecy.redactor.text(str(error)))


class _Timing:
    """When a step began and how long it took, without its picture."""

    def __init__(self, clock: Clock) -> None:
        self.started_at = clock.now()
        self.began = clock.monotonic()
        self.duration_ms = 0.0
        self._clock = clock

    def end(self) -> None:
        """Note that it is over."""
        self.duration_ms = (self._clock.monotonic() - self.began) * 1000


def _action(step: StepModel) -> str:
    return str(getattr(step, "action", ""))


def _wrong(message: str, reason: Reason) -> StepFailure:
    return StepFailure(message, reason=reason, verdict=Verdict.ERROR)


def _out_of_time(message: str) -> StepFailure:
    problem = f"the time of the run was over: {message}"
    return StepFailure(problem, reason=Reason.TIMEOUT, verdict=Verdict.TIMED_OUT)

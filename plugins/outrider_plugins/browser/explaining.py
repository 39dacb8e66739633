"""Telling steps as they end, those whose page was refused or did not answer with what the proxy knows of that."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from outrider_engine.domain.observations import Failure, StepResult
from outrider_engine.domain.verdicts import Reason, Verdict

from .denials import VAGUE, ask, explanation
from .watching import Guard, Target, target_of

_ASKED_ABOUT = VAGUE | {Reason.EGRESS_DENIED}
_BROKEN = frozenset({Verdict.FAILED, Verdict.ERROR, Verdict.TIMED_OUT})


class ExplainedSteps:
    """Passes steps on as they end; what is told of them meanwhile is what is told at the end.

    Attributes:
        better: what is told in the place of a failure, of a step or of the walk.
    """

    def __init__(self, proxy: str | None, guard: Guard, pass_on: Callable[[StepResult], None]) -> None:
        self.better: dict[Failure, Failure] = {}
        self._proxy = proxy
        self._guard = guard
        self._pass_on = pass_on

    def ended(self, step: StepResult) -> None:
        """Pass on a step that ended."""
        self._look_into(step)
        self._pass_on(self.told(step))

    def told(self, step: StepResult) -> StepResult:
        """Return what is told of a step: of one that broke, and of the blocks around it, which tell the same."""
        failure = self.better.get(_of(step)) or self.better.get(_named(step))
        if failure is None:
            return step
        message = failure.message if _of(step) in self.better else failure.message.removeprefix(f"{step.name}: ")
        return replace(step, status=failure.verdict, reason=failure.reason, error=message)

    def _look_into(self, step: StepResult) -> None:
        is_broken = step.status in _BROKEN and "block" not in step.detail
        if self._proxy is None or not is_broken or step.reason not in _ASKED_ABOUT:
            return
        refusals = ask(self._proxy)
        for page in self._pages(step):
            found = explanation(_of(step), page, refusals)
            if found is not None:
                self.better[_named(step)] = replace(found, message=f"{step.name}: {found.message}")
                return

    def _pages(self, step: StepResult) -> Iterable[Target]:
        """Return hosts and ports of the pages that may be the cause, the likeliest first."""
        now = str(step.detail.get("url", ""))
        return [page for page in map(target_of, [*reversed(self._guard.unreached), now]) if page is not None]


def _of(step: StepResult) -> Failure:
    return Failure(step.status, step.reason or Reason.INTERNAL, step.error or "")


def _named(step: StepResult) -> Failure:
    """Return the failure of a step as the walk and the blocks around it tell it."""
    failure = _of(step)
    return replace(failure, message=f"{step.name}: {failure.message}")

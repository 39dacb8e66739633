"""What is told of a walk: names, failures and results, with plain variables filled in and without secrets."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from outrider_engine.domain.json_values import JsonObject
from outrider_engine.domain.observations import Failure, StepResult
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.ports.clock import Clock
from outrider_journeys.actions.contract import NestedFailure, StepFailure
from outrider_journeys.secrecy import Secrecy
from outrider_journeys.steps import OptionalElementStep, StepModel


class Timing:
    """When a step began and how long it took, without its picture."""

    def __init__(self, clock: Clock) -> None:
        self.started_at: datetime = clock.now()
        self.began = clock.monotonic()
        self.duration_ms = 0.0
        self._clock = clock

    def end(self) -> None:
        """Note that it is over."""
        self.duration_ms = (self._clock.monotonic() - self.began) * 1000


class Teller:
    """Words everything that leaves a walk.

    Attributes:
        results: of the steps, in the order in which they ended.
    """

    def __init__(
        self,
        secrecy: Secrecy,
        variables: Mapping[str, str],
        secret_names: Collection[str],
        on_step: Callable[[StepResult], None],
    ) -> None:
        self.results: list[StepResult] = []
        self._secrecy = secrecy
        self._variables = variables
        self._secret_names = secret_names
        self._on_step = on_step

    def name(self, step: StepModel) -> str:
        """Return what people read of a step."""
        return self._filled_in(step.display_name)

    def worded(self, step: StepModel | None, broken: StepFailure) -> str:
        """Return what went wrong, with variables filled in where locators are named, and nowhere in texts of pages."""
        message = broken.message
        for way in step.ways if isinstance(step, OptionalElementStep) else ():
            message = message.replace(way.describe(), self._filled_in(way.describe()))
        return self._secrecy.redactor.text(message)

    def told(self, step: StepModel | None, broken: StepFailure) -> Failure:
        """Return what is told of the whole walk when a step breaks so: a step within a block has told it already."""
        if isinstance(broken, NestedFailure):
            return broken.told
        message = self.worded(step, broken)
        told = self._secrecy.redactor.text(f"{self.name(step)}: {message}") if step else message
        return Failure(broken.verdict, broken.reason, told)

    def report(
        self,
        step: StepModel,
        index: int,
        id: str,
        status: Verdict,
        timing: Timing,
        *,
        reason: Reason | None = None,
        error: str | None = None,
        detail: JsonObject | None = None,
    ) -> None:
        """Tell how a step ended."""
        facts = self._secrecy.redactor.tree(detail or {})
        result = StepResult(
            index=index,
            id=id,
            name=self.name(step),
            action=action_of(step),
            status=status,
            started_at=timing.started_at,
            duration_ms=timing.duration_ms,
            reason=reason,
            error=error,
            detail=facts if isinstance(facts, dict) else {},
        )
        self.results.append(result)
        self._on_step(result)

    def _filled_in(self, text: str) -> str:
        plain = {name: value for name, value in self._variables.items() if name not in self._secret_names}
        return self._secrecy.filled_in(text, plain)


def action_of(step: StepModel) -> str:
    """Return the action of a step."""
    return str(getattr(step, "action", ""))

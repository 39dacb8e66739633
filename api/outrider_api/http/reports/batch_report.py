"""What reports tell of a batch: its runs with their steps, and whether each of them counts against it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from outrider_api.http.wire.runs import RUNS
from outrider_api.junit_xml import Weight, weight
from outrider_engine.domain.batches import BatchRun
from outrider_engine.domain.observations import StepResult
from outrider_engine.domain.verdicts import Verdict
from outrider_engine.services.batches import BatchView


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReport:
    """A batch with the steps of its runs. ``server`` is where links lead, without a slash at its end."""

    view: BatchView
    steps: Mapping[str, Sequence[StepResult]]
    server: str

    def name_of(self, run: BatchRun) -> str:
        """Return the name of a run's check."""
        return self.view.names.get(run.check_id, run.check_id)

    def link_to(self, run: BatchRun) -> str:
        """Return where a run can be read."""
        return f"{self.server}{RUNS}/{run.id}"

    def steps_of(self, run: BatchRun) -> Sequence[StepResult]:
        """Return the steps of a run, as far as it came."""
        return self.steps.get(run.id, ())


def weight_of_run(run: BatchRun) -> Weight:
    """Return what a run weighs."""
    if not run.status.is_terminal:
        return Weight.ERROR if run.is_blocking else Weight.TOLERATED
    return weight(Verdict(run.status), run.cause, is_tolerated=not run.is_blocking)


def tolerates_steps(run: BatchRun) -> bool:
    """Whether steps of a run that failed do not count: those of a run that passed were allowed to."""
    return not run.is_blocking or weight_of_run(run) is Weight.GOOD

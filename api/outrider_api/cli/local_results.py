"""What came of a journey that was walked here, without secrets."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from outrider_engine.domain.observations import Observation, StepResult
from outrider_engine.domain.redaction import Redactor
from outrider_engine.domain.verdicts import Cause, Reason, Verdict, cause_of, exit_status

from .local_plan import Walk


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalResult:
    """One journey walked once, without secrets; ``files`` are what was kept of it."""

    walk: Walk
    started_at: datetime
    observation: Observation
    files: tuple[Path, ...]

    @property
    def name(self) -> str:
        """The journey's name."""
        return self.walk.file.journey.name

    @property
    def path(self) -> Path:
        """Where the journey was read from."""
        return self.walk.file.path

    @property
    def title(self) -> str:
        """The journey's name, with the number of the attempt if there are several."""
        return self.walk.title

    @property
    def verdict(self) -> Verdict:
        """How it ended."""
        return self.observation.failure.verdict if self.observation.failure else Verdict.PASSED

    @property
    def reason(self) -> Reason | None:
        """Why it did not pass."""
        return self.observation.failure.reason if self.observation.failure else None

    @property
    def cause(self) -> Cause | None:
        """Who has to act on it."""
        return cause_of(self.verdict, self.reason)

    @property
    def error(self) -> str | None:
        """What went wrong, if something did."""
        return self.observation.failure.message if self.observation.failure else None

    @property
    def exit_status(self) -> int:
        """With which a program ends that ran nothing else."""
        return exit_status(self.verdict, self.cause)


def redacted(observation: Observation, redactor: Redactor) -> Observation:
    """Return an observation in whose texts no secret stands."""
    hidden = redactor.also(observation.secrets)
    failure = observation.failure
    return replace(
        observation,
        failure=replace(failure, message=hidden.text(failure.message)) if failure else None,
        steps=tuple(redacted_step(step, hidden) for step in observation.steps),
        facts={name: hidden.tree(value) for name, value in observation.facts.items()},
        secrets=(),
        login_states=(),
    )


def redacted_step(step: StepResult, redactor: Redactor) -> StepResult:
    """Return a step in whose texts no secret stands."""
    return replace(
        step,
        name=redactor.text(step.name),
        error=redactor.text(step.error) if step.error else None,
        detail={name: redactor.tree(value) for name, value in step.detail.items()},
    )


def overall_exit_status(results: Sequence[LocalResult]) -> int:
    """Return 0 if all passed, else the least of the others: a site that failed goes before what is our own fault."""
    return min((result.exit_status for result in results if result.exit_status), default=0)

"""The tries of one run: again after each that did not pass, as often as the check allows."""

from outrider_engine.domain.assertions import AssertionResult
from outrider_engine.domain.observations import Observation
from outrider_engine.domain.runs import Outcome, Try
from outrider_engine.domain.verdicts import Reason, Verdict, cause_of
from outrider_engine.ports.clock import Clock

_FINAL = frozenset({Verdict.PASSED, Verdict.DEGRADED, Verdict.CANCELLED})


class Tries:
    """Counts tries and turns the last one into the run's outcome."""

    def __init__(self, *, clock: Clock, max_retries: int) -> None:
        self._clock = clock
        self._left = max_retries + 1
        self._started_at = clock.now()
        self._began = self._mark = clock.monotonic()
        self._tries: list[Try] = []
        self._observation: Observation | None = None
        self._assertions: tuple[AssertionResult, ...] = ()

    @property
    def due(self) -> bool:
        """Whether another try is due: none was made yet, or the last one calls for it and retries are left."""
        if not self._tries:
            return True
        last = self._tries[-1]
        hopeless = last.verdict is Verdict.ERROR and cause_of(last.verdict, last.reason) == "check"
        return self._left > 0 and last.verdict not in _FINAL and not hopeless

    def add(
        self,
        observation: Observation,
        *,
        verdict: Verdict,
        reason: Reason | None,
        error: str | None,
        assertions: tuple[AssertionResult, ...],
    ) -> None:
        """Record a try and its judgement."""
        now = self._clock.monotonic()
        self._tries.append(
            Try(
                number=len(self._tries) + 1,
                verdict=verdict,
                reason=reason,
                error=error,
                duration_ms=(now - self._mark) * 1000,
            )
        )
        self._left -= 1
        self._mark = now
        self._observation = observation
        self._assertions = assertions

    def outcome(self) -> Outcome:
        """Return the outcome: that of the last try, over the time of all of them."""
        last = self._tries[-1]
        return Outcome(
            verdict=last.verdict,
            reason=last.reason,
            error=last.error,
            started_at=self._started_at,
            completed_at=self._clock.now(),
            duration_ms=(self._clock.monotonic() - self._began) * 1000,
            observation=self._observation,
            assertions=self._assertions,
            tries=tuple(self._tries),
        )

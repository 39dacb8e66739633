"""Pings: a job calls in, and that is a run.

As with Healthchecks (https://healthchecks.io/docs), a check waits for its first ping without failing; each success
begins a new period; a failure is told at once, and then only the next success is awaited, without a second alarm.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from outrider_engine.assertions.texts import storable
from outrider_engine.domain.checks import Check, CheckStatus
from outrider_engine.domain.identity import key_digest
from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.observations import Failure, Observation
from outrider_engine.domain.runs import Claim, Outcome, Trigger
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import NotFound
from outrider_engine.plugin_manager import Plugins
from outrider_engine.ports.hints import Hints
from outrider_engine.ports.storage import Storage, Transaction
from outrider_engine.ports.told import Told

from .check_types import allowed_silence, is_passive
from .execution import Execution, Executions
from .reported_runs import Report, store_reports
from .surroundings import surrounded

MOST_OUTPUT = 65_536
"""Bytes from the end of a job's output that are looked at."""
MOST_KEPT = 10_000
"""Characters from the end of a job's output that are kept with the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """What a job says. ``output`` is the end of what it wrote, ``duration_ms`` how long it took."""

    exit_code: int = 0
    output: bytes = b""
    duration_ms: float | None = None


class PingService:
    """Takes pings."""

    def __init__(self, *, storage: Storage, plugins: Plugins, executions: Executions, hints: Hints, told: Told) -> None:
        self._storage = storage
        self._plugins = plugins
        self._executions = executions
        self._hints = hints
        self._told = told

    def ping(self, token: str, ping: Ping) -> None:
        """Store a ping as a finished run, and await the next one.

        Raises:
            NotFound: no check has that token.
        """
        with self._storage.begin() as tx:
            check = self._found(tx, token)
            outcome = self._judged(tx, check, ping)
            reported = store_reports(tx, [Report(check=check, due_at=tx.now, outcome=outcome)])
            allowed = allowed_silence(check.definition, self._plugins)
            awaits = outcome.verdict.is_up and check.definition.status is CheckStatus.ACTIVE
            tx.checks.set_next_due({check.id: tx.now + allowed if awaits and allowed else None})
        reported.tell(hints=self._hints, told=self._told)

    def _found(self, tx: Transaction, token: str) -> Check:
        found = tx.pings.find(key_digest(token))
        check = tx.checks.lock(found.organization_id, found.check_id) if found is not None else None
        if check is None or not is_passive(check.definition, self._plugins):
            raise NotFound("heartbeat", "…")
        return check

    def _judged(self, tx: Transaction, check: Check, ping: Ping) -> Outcome:
        claim = Claim(
            run_id="",
            organization_id=check.organization_id,
            token="",
            attempt=1,
            lease_until=tx.now,
            check=check,
            location=check.definition.locations[0],
            trigger=Trigger.HEARTBEAT,
            due_at=tx.now,
        )
        execution = self._executions.prepare(*surrounded(tx, [claim]))
        outcome = (
            execution if isinstance(execution, Outcome) else self._executions.told(execution, _seen(ping, execution))
        )
        took = ping.duration_ms or 0.0
        return replace(outcome, started_at=tx.now - timedelta(milliseconds=took), completed_at=tx.now, duration_ms=took)


def _seen(ping: Ping, execution: Execution) -> Observation:
    facts: dict[str, JsonValue] = {"exit_code": ping.exit_code}
    output = ping.output[-MOST_OUTPUT:]
    if output:
        # redacted before it is cut: no half of a secret is left at the cut
        facts["output"] = execution.redactor.text(storable(output.decode("utf-8", "replace")))[-MOST_KEPT:]
    failure = None
    if ping.exit_code != 0:
        failure = Failure(Verdict.FAILED, Reason.EXIT_CODE, f"the job ended with exit code {ping.exit_code}")
    return Observation(duration_ms=ping.duration_ms or 0.0, facts=facts, body=output, failure=failure)

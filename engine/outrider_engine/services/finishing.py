"""Finishing runs: verdict, steps, artifacts, state of the check, alerts and messages in one transaction."""

import hashlib
import json
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from outrider_engine.domain.checks import Check
from outrider_engine.domain.ids import new_id
from outrider_engine.domain.incidents import Turn
from outrider_engine.domain.observations import ArtifactKind, ProducedFile
from outrider_engine.domain.runs import Artifact, Claim, Outcome
from outrider_engine.errors import StorageError
from outrider_engine.ports.artifacts import ArtifactStore
from outrider_engine.ports.clock import Clock
from outrider_engine.ports.hints import Hints
from outrider_engine.ports.run_repository import FinishedRun
from outrider_engine.ports.storage import Storage, Transaction
from outrider_engine.ports.told import Told

from .alert_changes import apply_results
from .baselines import Baselines
from .changes import Changes
from .claiming import LEASE
from .quotas import count_executed
from .run_diffs import FILE_NAME, RunDiffs
from .windowed import judged_over_window

log = structlog.get_logger(__name__)

PATIENCE_S = 2 * LEASE.total_seconds()
"""How long a result is kept in hand while the database is away."""

_INCIDENT_HOOKS = {
    Turn.CREATED: "outrider_incident_opened",
    Turn.UPDATED: "outrider_incident_updated",
    Turn.RESOLVED: "outrider_incident_resolved",
}

Files = Mapping[str, tuple[Artifact, ...]]
"""What was kept of the files of runs, by the runs' ids."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A claimed run and what it came to."""

    claim: Claim
    outcome: Outcome


class Finishing:
    """Stores outcomes of claimed runs. Whoever has lost a claim changes nothing."""

    def __init__(
        self,
        *,
        storage: Storage,
        artifacts: ArtifactStore,
        hints: Hints,
        told: Told,
        clock: Clock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._storage = storage
        self._artifacts = artifacts
        self._hints = hints
        self._told = told
        self._clock = clock
        self._sleep = sleep
        self._baselines = Baselines(storage=storage, artifacts=artifacts)
        self._diffs = RunDiffs(storage=storage, artifacts=artifacts)

    def finish(self, batch: Sequence[Finished]) -> set[str]:
        """Store a batch; returns the ids of the runs stored, the others' claims are lost.

        While the database is away the batch is tried again; a run whose result can't be stored at all does not keep
        its neighbours from theirs.
        """
        kept: dict[str, tuple[Artifact, ...]] = {}
        for done in batch:
            try:
                kept[done.claim.run_id] = self._keep_files(done)
            except Exception as error:
                log.exception("result can't be stored", run=done.claim.run_id, error=str(error))
        stored = self._store_patiently([done for done in batch if done.claim.run_id in kept], kept)
        for run_id in kept.keys() - stored:
            self._drop_files(kept[run_id])
        return stored

    def _store_patiently(self, batch: Sequence[Finished], kept: Files) -> set[str]:
        deadline = self._clock.monotonic() + PATIENCE_S
        pause, is_repeated = 0.1, False
        while batch:
            try:
                return self._store(batch, kept, is_repeated=is_repeated)
            except StorageError as error:
                if self._clock.monotonic() >= deadline:
                    log.error("results lost with the database", runs=len(batch), error=str(error))
                    break
                self._sleep(pause)
                pause, is_repeated = min(pause * 2, 2.0), True
            except Exception as error:
                if len(batch) > 1:
                    return set().union(*(self._store_patiently([single], kept) for single in batch))
                log.exception("result can't be stored", run=batch[0].claim.run_id, error=str(error))
                break
        return set()

    def _store(self, batch: Sequence[Finished], kept: Files, *, is_repeated: bool) -> set[str]:
        with self._storage.begin() as tx:
            held = tx.runs.hold({done.claim.run_id: done.claim.token for done in batch})
            others = [done for done in batch if done.claim.run_id not in held]
            before = {done.claim.run_id for done in others if is_repeated and _is_stored(tx, done)}
            finished = [_row(tx, done, kept[done.claim.run_id]) for done in batch if done.claim.run_id in held]
            tx.runs.finish(finished)
            _keep_login_states(tx, [done for done in batch if done.claim.run_id in held])
            checks = {done.claim.check.id: done.claim.check for done in batch}
            changes = apply_results(tx, finished, checks)
            count_executed(tx, finished)  # last: the locks on an organization's counts are short
        announce(changes, hints=self._hints, told=self._told)
        tell_finished(finished, checks, self._told)
        return held | before

    def _keep_files(self, done: Finished) -> tuple[Artifact, ...]:
        kept = tuple(self._keep(done.claim, file) for file in done.outcome.files if file.path.is_file())
        self._keep_baselines(done, kept)
        return (*kept, *self._kept_difference(done, kept))

    def _keep_baselines(self, done: Finished, files: Sequence[Artifact]) -> None:
        try:
            self._baselines.keep_first(done.claim, done.outcome, files)
        except (OSError, StorageError) as error:
            log.warning("no baselines of the run", run=done.claim.run_id, error=str(error))

    def _kept_difference(self, done: Finished, files: Sequence[Artifact]) -> tuple[Artifact, ...]:
        """Keep what a run that fails did otherwise than the good one before it; the run itself matters more."""
        try:
            different = self._diffs.at_a_change(done.claim, done.outcome, files)
            if different is None:
                return ()
            with tempfile.TemporaryDirectory(prefix="outrider-diff-") as folder:
                path = Path(folder) / FILE_NAME
                path.write_text(json.dumps(different, ensure_ascii=False), encoding="utf-8", errors="replace")
                file = ProducedFile(kind=ArtifactKind.DIFF, name=FILE_NAME, path=path, content_type="application/json")
                return (self._keep(done.claim, file),)
        except Exception as error:
            log.exception("no difference to the last good run", run=done.claim.run_id, error=str(error))
            return ()

    def _keep(self, claim: Claim, file: ProducedFile) -> Artifact:
        now = self._clock.now()
        identifier = new_id("artifact", now)
        key = f"{claim.organization_id}/{claim.run_id}/{identifier}{Path(file.name).suffix}"
        self._artifacts.put(key, file.path)
        with file.path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        return Artifact(
            id=identifier,
            organization_id=claim.organization_id,
            run_id=claim.run_id,
            kind=file.kind,
            name=file.name,
            content_type=file.content_type,
            size=file.path.stat().st_size,
            digest=digest,
            key=key,
            step_index=file.step_index,
            created_at=now,
        )

    def _drop_files(self, artifacts: Sequence[Artifact]) -> None:
        for artifact in artifacts:
            self._artifacts.delete(artifact.key)


def tell_finished(finished: Sequence[FinishedRun], checks: Mapping[str, Check], told: Told) -> None:
    """Tell plugins about runs whose outcomes have been stored; runs of deleted checks are left out."""
    for row in finished:
        if row.check_id in checks:
            told.tell(
                "outrider_run_finished",
                check=checks[row.check_id],
                run_id=row.run_id,
                location=row.location,
                outcome=row.outcome,
            )


def announce(changes: Changes, *, hints: Hints, told: Told) -> None:
    """Tell plugins about committed changes, and wake the notifiers."""
    for alert, check in changes.opened:
        told.tell("outrider_alert_opened", alert=alert, check=check)
    for alert, check in changes.resolved:
        told.tell("outrider_alert_resolved", alert=alert, check=check)
    for turn, incident in changes.incidents:
        told.tell(_INCIDENT_HOOKS[turn], incident=incident)
    for check, reason in changes.paused:
        log.warning("check paused", check=check.id, reason=reason)
        told.tell("outrider_check_paused", check=check, reason=reason)
    if changes.notifications:
        hints.send("notify", "")


def _is_stored(tx: Transaction, done: Finished) -> bool:
    """Tell whether a commit that seemed to fail was ours all the same: its answer was lost with the connection."""
    run = tx.runs.get(done.claim.organization_id, done.claim.run_id)
    ending = (done.claim.attempt, done.outcome.completed_at)
    return run is not None and (run.attempt, run.completed_at) == ending


def _keep_login_states(tx: Transaction, batch: Sequence[Finished]) -> None:
    states = [state for done in batch for state in done.outcome.login_states]
    for state in sorted(states, key=lambda state: (state.place.project_id, state.name)):
        if not tx.login_states.put(state):
            log.info("login state not kept, its project or environment is gone", name=state.name)


def _row(tx: Transaction, done: Finished, artifacts: tuple[Artifact, ...]) -> FinishedRun:
    check: Check = done.claim.check
    return FinishedRun(
        run_id=done.claim.run_id,
        organization_id=done.claim.organization_id,
        check_id=check.id,
        check_revision=check.revision,
        check_version=check.version,
        location=done.claim.location,
        due_at=done.claim.due_at,
        outcome=replace(judged_over_window(tx, done.claim, done.outcome), login_states=()),
        artifacts=artifacts,
        is_rehearsal=done.claim.overrides is not None,
        batch_id=done.claim.batch_id,
    )

"""Comparing a run with the last good one of the same check at the same place."""

import json
from collections.abc import Mapping, Sequence

from outrider_engine.domain.checks import Family
from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.observations import ArtifactKind, StepResult
from outrider_engine.domain.run_diffs import RunRecord, difference
from outrider_engine.domain.runs import Artifact, Claim, Outcome, Overrides, Run
from outrider_engine.domain.verdicts import Cause, RunStatus
from outrider_engine.errors import Conflict, NotFound, NothingBefore
from outrider_engine.ports.artifacts import ArtifactStore
from outrider_engine.ports.run_repository import RunQuery
from outrider_engine.ports.storage import Storage, Transaction

FILE_NAME = "diff.json"
_LOOKED_THROUGH = 20
"""Good runs among which one under the same circumstances is looked for."""
_LARGEST = 10_000_000
_COMPARED = (ArtifactKind.NETWORK, ArtifactKind.CONSOLE, ArtifactKind.ARIA)
_ENDED = tuple(status for status in RunStatus if status.is_terminal)


class RunDiffs:
    """Makes differences, and reads those that were kept."""

    def __init__(self, *, storage: Storage, artifacts: ArtifactStore) -> None:
        self._storage = storage
        self._artifacts = artifacts

    def of(self, organization_id: str, run_id: str) -> Mapping[str, JsonValue]:
        """Return what a run did otherwise than the last good one before it.

        Raises:
            NotFound: there is no such run, or no good one before it.
            Conflict: it has not ended.
        """
        with self._storage.read() as tx:
            run = tx.runs.get(organization_id, run_id)
            if run is None:
                raise NotFound("run", run_id)
            if not run.status.is_terminal:
                raise Conflict("the run has not ended; ask again when it has")
            files = tx.runs.artifacts([run_id]).get(run_id, ())
            steps = tx.runs.steps([run_id]).get(run_id, ())
            kept = next((file for file in files if file.kind is ArtifactKind.DIFF), None)
            good = None if kept is not None else _last_good(tx, run)
            good_steps, good_files = _parts(tx, good)
        if kept is not None and (known := self._json(kept)) is not None:
            return known
        if good is None:
            raise NothingBefore
        return difference(self._record(good, good_steps, good_files), self._record(run, steps, files))

    def at_a_change(self, claim: Claim, outcome: Outcome, files: Sequence[Artifact]) -> Mapping[str, JsonValue] | None:
        """Return the difference for a run about to be stored, if it fails where the one before it was good."""
        if outcome.cause is not Cause.TARGET or claim.check.definition.family is not Family.JOURNEY:
            return None
        with self._storage.read() as tx:
            run = tx.runs.get(claim.organization_id, claim.run_id)
            before = None if run is None else _newest(tx, run, _ENDED)
            if run is None or before is None or before.status is not RunStatus.PASSED:
                return None
            good_steps, good_files = _parts(tx, before)
        url = (outcome.observation.facts if outcome.observation else {}).get("url")
        bad = self._record(run, outcome.steps, files, url=str(url) if url else None)
        return difference(self._record(before, good_steps, good_files), bad)

    def _record(
        self, run: Run, steps: Sequence[StepResult], files: Sequence[Artifact], *, url: str | None = None
    ) -> RunRecord:
        of_kind = {file.kind: file for file in files if file.kind in _COMPARED}
        ended_at = url or run.facts.get("url")
        return RunRecord(
            run_id=run.id,
            steps=steps,
            url=str(ended_at) if ended_at else None,
            network=self._json(of_kind.get(ArtifactKind.NETWORK)),
            console=self._json(of_kind.get(ArtifactKind.CONSOLE)),
            aria=self._text(of_kind.get(ArtifactKind.ARIA)),
        )

    def _json(self, artifact: Artifact | None) -> Mapping[str, JsonValue] | None:
        try:
            content = json.loads(self._text(artifact) or "")
        except ValueError:
            return None
        return content if isinstance(content, dict) else None

    def _text(self, artifact: Artifact | None) -> str | None:
        """Read a file; one that the store has lost, or that is too large, can't be compared."""
        if artifact is None or artifact.size > _LARGEST:
            return None
        try:
            with self._artifacts.open(artifact.key) as file:
                return file.read().decode("utf-8", "replace")
        except FileNotFoundError:
            return None


def _last_good(tx: Transaction, run: Run) -> Run | None:
    return _newest(tx, run, (RunStatus.PASSED,))


def _newest(tx: Transaction, run: Run, statuses: tuple[RunStatus, ...]) -> Run | None:
    """Return the newest run before another, of the same check at the same place and under the same circumstances."""
    query = RunQuery(
        check_id=run.check_id, location=run.location, statuses=statuses, before=run.id, limit=_LOOKED_THROUGH
    )
    earlier = tx.runs.list(run.organization_id, query)
    return next((each for each in earlier if _circumstances(each) == _circumstances(run)), None)


def _circumstances(run: Run) -> tuple[object, ...]:
    asked = run.overrides or Overrides()
    return asked.base_url, asked.environment_id, tuple(sorted(asked.variables.items()))


def _parts(tx: Transaction, run: Run | None) -> tuple[Sequence[StepResult], Sequence[Artifact]]:
    if run is None:
        return (), ()
    return tx.runs.steps([run.id]).get(run.id, ()), tx.runs.artifacts([run.id]).get(run.id, ())

"""What runs came to: one of them, or many, with their steps and files."""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import BinaryIO

from outrider_engine.domain.checks import Family
from outrider_engine.domain.observations import StepResult
from outrider_engine.domain.runs import Artifact, Run
from outrider_engine.errors import NotFound
from outrider_engine.ports.artifacts import ArtifactStore
from outrider_engine.ports.run_repository import RunQuery
from outrider_engine.ports.storage import Storage, Transaction

from .found_checks import require_check


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """A run with its steps (so far) and its files."""

    run: Run
    steps: Sequence[StepResult]
    artifacts: Sequence[Artifact]


class RunHistory:
    """Reads runs of one organization."""

    def __init__(self, *, storage: Storage, artifacts: ArtifactStore) -> None:
        self._storage = storage
        self._artifacts = artifacts

    def get(self, organization_id: str, id: str) -> RunView:
        """Return a run.

        Raises:
            NotFound: there is none of that id.
        """
        with self._storage.read() as tx:
            return _views(tx, [_found(tx, organization_id, id)])[0]

    def list(self, organization_id: str, query: RunQuery) -> tuple[Sequence[RunView], bool]:
        """Return runs, newest first, and whether there are more."""
        with self._storage.read() as tx:
            return _page(tx, organization_id, query)

    def of_check(
        self,
        organization_id: str,
        check_id: str,
        family: Family,
        query: RunQuery,
        *,
        type: str | None = None,
        deleted_too: bool = False,
    ) -> tuple[Sequence[RunView], bool]:
        """Return runs of one check, newest first, and whether there are more; also of a deleted one, if wanted.

        Raises:
            NotFound: there is no such check, or it is of another ``type``.
        """
        with self._storage.read() as tx:
            require_check(tx, organization_id, check_id, family, type=type, deleted_too=deleted_too)
            return _page(tx, organization_id, replace(query, check_id=check_id))

    def ended(self, wanted: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Return those of (organization id, run id) that are over, or do not exist."""
        with self._storage.read() as tx:
            return set(wanted) - tx.runs.going([id for _, id in wanted])

    def artifacts(self, organization_id: str, run_id: str) -> Sequence[Artifact]:
        """Return the files of a run.

        Raises:
            NotFound: there is no such run.
        """
        return self.get(organization_id, run_id).artifacts

    def artifact(self, organization_id: str, run_id: str, id: str) -> Artifact:
        """Return one file of a run.

        Raises:
            NotFound: there is none of that id.
        """
        with self._storage.read() as tx:
            artifact = tx.runs.artifact(organization_id, run_id, id)
        if artifact is None:
            raise NotFound("artifact", id)
        return artifact

    def open(self, artifact: Artifact) -> AbstractContextManager[BinaryIO]:
        """Open a file for reading; it can seek.

        Raises:
            FileNotFoundError: the store has lost it.
        """
        return self._artifacts.open(artifact.key)


def _found(tx: Transaction, organization_id: str, id: str) -> Run:
    run = tx.runs.get(organization_id, id)
    if run is None:
        raise NotFound("run", id)
    return run


def _page(tx: Transaction, organization_id: str, query: RunQuery) -> tuple[Sequence[RunView], bool]:
    runs = tx.runs.list(organization_id, replace(query, limit=query.limit + 1))
    return _views(tx, runs[: query.limit]), len(runs) > query.limit


def _views(tx: Transaction, runs: Sequence[Run]) -> list[RunView]:
    ids = [run.id for run in runs]
    steps = tx.runs.steps(ids) if ids else {}
    files = tx.runs.artifacts(ids) if ids else {}
    return [RunView(run=run, steps=steps.get(run.id, ()), artifacts=files.get(run.id, ())) for run in runs]

"""Claiming runs, and keeping hold of them."""

import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta

from outrider_engine.domain.observations import StepResult
from outrider_engine.domain.runs import Claim
from outrider_engine.ports.storage import Storage

from .calling import with_called
from .quiet import Quiet
from .surroundings import surrounded

LEASE = timedelta(seconds=30)
"""How long a claim holds without being renewed, in the database's time."""


def new_token() -> str:
    """Return a claim token: fresh for every acquisition, never a worker's name."""
    return secrets.token_urlsafe(18)


class Claims:
    """What one worker takes from the queue of runs."""

    def __init__(
        self, *, storage: Storage, worker: str, locations: Collection[str] | None, lease: timedelta = LEASE
    ) -> None:
        """Claim for ``worker`` at ``locations`` (``None``: everywhere)."""
        self.lease = lease
        self._storage = storage
        self._worker = worker
        self._locations = locations
        self._quiet: dict[str, Quiet] = {}

    def take(self, queue: str, limit: int) -> Sequence[Claim]:
        """Claim up to ``limit`` runs, longest due first; they share a fresh token, and have what surrounds them."""
        quiet = self._quiet.setdefault(queue, Quiet(self._storage))
        if quiet.lasts():
            return ()
        with self._storage.begin() as tx:
            claims = tx.runs.claim(
                queue, self._locations, worker=self._worker, token=new_token(), limit=limit, lease=self.lease
            )
            ready = surrounded(tx, with_called(tx, claims))
        quiet.found(bool(claims))
        return ready

    def renew(self, token: str, run_ids: Collection[str]) -> set[str]:
        """Prolong claims; what is missing from the answer is lost and must be stopped and discarded."""
        with self._storage.begin() as tx:
            return tx.runs.renew(token, run_ids, self.lease)

    def give_back(self, claims: Collection[Claim]) -> int:
        """Return claims that were not begun; the attempt is not charged."""
        if not claims:
            return 0
        by_token: dict[str, list[str]] = {}
        for claim in claims:
            by_token.setdefault(claim.token, []).append(claim.run_id)
        with self._storage.begin() as tx:
            return sum(tx.runs.release(token, run_ids) for token, run_ids in by_token.items())

    def add_steps(self, steps: Sequence[tuple[Claim, StepResult]]) -> None:
        """Store steps of runs that are going on; those of claims that are lost or ended are left out."""
        with self._storage.begin() as tx:
            for claim, step in steps:
                tx.runs.add_step(claim.run_id, claim.token, claim.attempt, step)

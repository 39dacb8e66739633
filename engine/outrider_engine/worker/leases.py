"""Keeping the leases of all claims of a process, and noticing when one is lost."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from outrider_engine.domain.runs import Claim
from outrider_engine.errors import StorageError
from outrider_engine.ports.clock import Clock
from outrider_engine.services.claiming import Claims

from .periodic import Periodic

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Held:
    claim: Claim
    lost: Callable[[], None]
    renewed_at: float


class LeaseKeeper:
    """Renews claims on a thread of its own; calls back, once, for each that is lost."""

    def __init__(self, *, claims: Claims, clock: Clock) -> None:
        self._claims = claims
        self._clock = clock
        self._lease_s = claims.lease.total_seconds()
        self._held: dict[tuple[str, str], _Held] = {}
        self._lock = threading.Lock()
        self._renewing = Periodic("leases", self._lease_s / 3, self.renew)

    def start(self) -> None:
        """Begin to renew."""
        self._renewing.start()

    def stop(self) -> None:
        """Renew no more."""
        self._renewing.stop()

    def hold(self, claim: Claim, lost: Callable[[], None]) -> None:
        """Keep a claim alive; ``lost`` is called, from another thread, when that fails: stop and discard."""
        with self._lock:
            self._held[claim.run_id, claim.token] = _Held(claim, lost, self._clock.monotonic())

    def drop(self, claim: Claim) -> None:
        """Stop to keep a claim alive: it was finished, given back or is to expire."""
        with self._lock:
            self._held.pop((claim.run_id, claim.token), None)

    def holds(self, claim: Claim) -> bool:
        """Whether a claim is kept alive; when it was lost, what came of its run belongs to nobody."""
        with self._lock:
            return (claim.run_id, claim.token) in self._held

    def renew(self) -> None:
        """Renew everything that is held, once."""
        with self._lock:
            held = list(self._held.values())
        by_token: dict[str, list[_Held]] = {}
        for each in held:
            by_token.setdefault(each.claim.token, []).append(each)
        for token, group in by_token.items():
            asked_at = self._clock.monotonic()
            try:
                kept = self._claims.renew(token, [each.claim.run_id for each in group])
            except StorageError as error:
                log.warning("leases not renewed", runs=len(group), error=str(error))
                self._give_up([e for e in group if asked_at - e.renewed_at > self._lease_s], "lease ran out")
                continue
            for each in group:
                each.renewed_at = asked_at
            self._give_up([each for each in group if each.claim.run_id not in kept], "claim taken away")

    def _give_up(self, group: list[_Held], why: str) -> None:
        for each in group:
            with self._lock:
                mine = self._held.pop((each.claim.run_id, each.claim.token), None)
            if mine is not None:
                log.debug("claim not held any more", run=each.claim.run_id, why=why)
                each.lost()

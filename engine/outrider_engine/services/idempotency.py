"""Requests that are carried out once, however often they are sent."""

import json
import secrets
from dataclasses import asdict

from outrider_engine.domain.audit import current_project
from outrider_engine.domain.idempotency import HELD_FOR, KEPT_FOR, RequestClaim, StoredAnswer
from outrider_engine.errors import IdempotencyKeyReused, StillInProgress, WrongParameter
from outrider_engine.ports.idempotency_repository import KnownRequest
from outrider_engine.ports.secrets import SecretBox
from outrider_engine.ports.storage import Storage

LONGEST_KEY = 255
FIELD = "Idempotency-Key"


class Idempotency:
    """Claims requests before they are carried out and keeps their answers, sealed: they may show a key.

    The transaction of the change marks its request too. A process that dies before that leaves a claim that runs out,
    and the next request takes its place; one that dies after it leaves the mark, and nothing is done twice.
    """

    def __init__(self, *, storage: Storage, secrets: SecretBox) -> None:
        self._storage = storage
        self._secrets = secrets

    def claim(self, claim: RequestClaim, organization_id: str) -> StoredAnswer | None:
        """Claim a request for an organization; returns the answer of an earlier one that was the same.

        Raises:
            WrongParameter: the key is empty, too long, or not printable ASCII.
            IdempotencyKeyReused: the earlier request had another body.
            StillInProgress: the earlier request is not answered yet, or its answer is lost.
        """
        if not (1 <= len(claim.key) <= LONGEST_KEY and claim.key.isascii() and claim.key.isprintable()):
            raise WrongParameter(f"must have 1 to {LONGEST_KEY} printable ASCII characters", field=FIELD)
        claim.organization_id, claim.project_id = organization_id, current_project()
        token = secrets.token_hex(16)
        with self._storage.begin() as tx:
            now = tx.now
            claim.token = token
            if tx.idempotency.claim(claim, now=now, held_until=now + HELD_FOR, expires_at=now + KEPT_FOR):
                return None
            claim.token = ""
            known = tx.idempotency.get(claim)
        if known is None:
            raise StillInProgress("the first request with this Idempotency-Key was just refused", retry_after_s=1)
        if known.body_digest != claim.body_digest:
            raise IdempotencyKeyReused
        if known.sealed_answer is not None:
            return StoredAnswer(**json.loads(self._secrets.open(known.sealed_answer)))
        raise StillInProgress(_still(known, is_over=known.held_until <= now), retry_after_s=1)

    def complete(self, claim: RequestClaim, answer: StoredAnswer) -> None:
        """Keep the answer to a claimed request."""
        sealed = self._secrets.seal(json.dumps(asdict(answer)))
        with self._storage.begin() as tx:
            tx.idempotency.complete(claim, sealed)

    def release(self, claim: RequestClaim) -> None:
        """Forget a claimed request that was refused, so that it can be sent again, corrected."""
        with self._storage.begin() as tx:
            tx.idempotency.release(claim)

    def purge(self) -> int:
        """Delete the answers that are kept no longer; returns how many."""
        with self._storage.begin() as tx:
            return tx.idempotency.purge(tx.now)


def _still(known: KnownRequest, *, is_over: bool) -> str:
    if known.is_applied and is_over:
        return (
            f"the first request with this {FIELD} was carried out, but its answer is lost; "
            "look for what it made, or send it with another key"
        )
    return f"the first request with this {FIELD} is still in progress; send it again in a moment"

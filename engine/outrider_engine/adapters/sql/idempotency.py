"""Requests that carry an ``Idempotency-Key``, in the database."""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, literal, or_, select, update

from outrider_engine.domain.idempotency import RequestClaim
from outrider_engine.errors import Conflict
from outrider_engine.ports.idempotency_repository import KnownRequest

from .schema import idempotent_requests as requests
from .session import Session


class SqlIdempotency:
    """Implements ``IdempotencyRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def claim(self, claim: RequestClaim, *, now: datetime, held_until: datetime, expires_at: datetime) -> bool:
        """Store a request as begun; ``False`` when there is one already that is neither expired nor lost."""
        values: dict[str, Any] = {
            "organization_id": claim.organization_id,
            "route": claim.route,
            "key_digest": _digest(claim),
            "body_digest": claim.body_digest,
            "token": claim.token,
            "is_applied": False,
            "held_until": held_until,
            "expires_at": expires_at,
            "sealed_answer": None,
        }
        lost = and_(
            requests.c.body_digest == claim.body_digest,
            requests.c.is_applied.is_(False),
            requests.c.sealed_answer.is_(None),
            requests.c.held_until <= now,
        )
        statement = (
            self._session.insert(requests)
            .values(**values)
            .on_conflict_do_update(
                index_elements=["organization_id", "route", "key_digest"],
                set_=values,
                where=or_(requests.c.expires_at <= now, lost),
            )
        )
        return self._session.first(statement.returning(literal(1))) is not None

    def get(self, claim: RequestClaim) -> KnownRequest | None:
        """Return what is stored of the request with that organization, route and key."""
        row = self._session.first(select(requests).where(*_same(claim)))
        if row is None:
            return None
        return KnownRequest(
            body_digest=row.body_digest,
            sealed_answer=row.sealed_answer,
            is_applied=row.is_applied,
            held_until=row.held_until,
        )

    def complete(self, claim: RequestClaim, sealed_answer: str) -> None:
        """Store the answer, unless another request has taken this one's place."""
        self._session.run(update(requests).where(*_mine(claim)).values(sealed_answer=sealed_answer, is_applied=True))

    def release(self, claim: RequestClaim) -> None:
        """Forget a request that changed nothing, so that it can be sent again."""
        self._session.run(delete(requests).where(*_mine(claim), requests.c.is_applied.is_(False)))

    def purge(self, now: datetime) -> int:
        """Delete what has expired; returns how many requests that were."""
        return self._session.changes(delete(requests).where(requests.c.expires_at <= now))


def mark_applied(session: Session, claim: RequestClaim) -> None:
    """Note in the transaction of a change which request it belongs to.

    Raises:
        Conflict: another request with the same key has taken its place.
    """
    if session.changes(update(requests).where(*_mine(claim)).values(is_applied=True)) != 1:
        raise Conflict("this request took too long, and another one with its Idempotency-Key has taken its place")


def _digest(claim: RequestClaim) -> str:
    """Return what stands for a key; the same one is another for whoever sees another project alone."""
    named = claim.key if claim.project_id is None else f"{claim.project_id}\n{claim.key}"
    return hashlib.sha256(named.encode()).hexdigest()


def _same(claim: RequestClaim) -> tuple[ColumnElement[bool], ...]:
    return (
        requests.c.organization_id == claim.organization_id,
        requests.c.route == claim.route,
        requests.c.key_digest == _digest(claim),
    )


def _mine(claim: RequestClaim) -> tuple[ColumnElement[bool], ...]:
    return (*_same(claim), requests.c.token == claim.token)

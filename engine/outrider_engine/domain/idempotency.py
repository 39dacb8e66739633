"""Requests that may be sent twice and are carried out once: what stands for one, and what becomes of it."""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta

KEPT_FOR = timedelta(hours=24)
"""How long the first answer is repeated."""

HELD_FOR = timedelta(seconds=60)
"""How long a request may take; after that it counts as lost, and the next one with its key takes its place."""


@dataclass(slots=True, kw_only=True)
class RequestClaim:
    """A request under way that carries an ``Idempotency-Key``.

    ``organization_id`` and ``token`` are empty until the request has been claimed for an organization, and within one
    of its projects (``project_id``) when the caller sees no more than that. ``applied``
    tells that a change of it was committed; the mark is stored by the same transaction.
    """

    key: str
    route: str
    body_digest: str
    organization_id: str = ""
    project_id: str | None = None
    token: str = ""
    applied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """The answer to a request that was carried out."""

    status: int
    content_type: str
    body: str


CURRENT: ContextVar[RequestClaim | None] = ContextVar("outrider_idempotent_request", default=None)
"""The request that the running code works for; the storage ties its first change to it."""

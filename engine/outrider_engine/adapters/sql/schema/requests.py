"""Requests that carry an ``Idempotency-Key``."""

from sqlalchemy import Boolean, Column, Index, PrimaryKeyConstraint, Table

from outrider_engine.adapters.sql.column_types import Id, StrictText, UtcDateTime

from .columns import metadata, of_organization, owner, required

idempotent_requests = Table(
    "idempotent_requests",
    metadata,
    owner(),
    required("route", StrictText),
    required("key_digest", Id),
    required("body_digest", Id),
    required("token", Id),
    required("is_applied", Boolean),
    required("held_until", UtcDateTime),
    required("expires_at", UtcDateTime),
    Column("sealed_answer", StrictText),
    of_organization(),
    PrimaryKeyConstraint("organization_id", "route", "key_digest"),
    Index(None, "expires_at"),
)

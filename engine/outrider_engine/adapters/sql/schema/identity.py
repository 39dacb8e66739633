"""Who there is: organizations, their keys; locations and signs of life."""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, PrimaryKeyConstraint, Table

from outrider_engine.adapters.sql.column_types import Id, StrictJson, StrictText, UtcDateTime

from .columns import BOUND, NOT_REVOKED, metadata, of_organization, owner, partial, required

organizations = Table(
    "organizations",
    metadata,
    Column("id", Id, primary_key=True),
    required("name", StrictText),
    Column("slug", Id, index=True, unique=True),
    Column("industry", StrictText),
    required("created_at", UtcDateTime),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Id, primary_key=True),
    owner(),
    required("name", StrictText),
    required("digest", Id, unique=True),
    required("prefix", StrictText),
    required("role", Id),
    Column("scopes", StrictJson),
    required("created_at", UtcDateTime),
    Column("expires_at", UtcDateTime),
    Column("last_used_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    Column("monthly_limit", BigInteger),
    Column("user_id", Id, index=True),
    Column("previous_digest", Id, index=True, unique=True),
    Column("previous_until", UtcDateTime),
    Column("project_id", Id),
    of_organization(),
    ForeignKeyConstraint(["user_id"], ["users.id"]),
    partial("ix_api_keys_bound", BOUND, "project_id"),
    partial("uq_api_keys_name", NOT_REVOKED, "organization_id", "name", unique=True),
)
"""``project_id`` is null where a key sees the whole organization. Revoked keys outlive their project."""

locations = Table("locations", metadata, Column("name", Id, primary_key=True))

heartbeats = Table(
    "heartbeats",
    metadata,
    required("component", Id),
    required("instance", Id),
    required("seen_at", UtcDateTime),
    required("location", Id),
    required("queues", StrictJson),
    PrimaryKeyConstraint("component", "instance"),
)

"""Environments and variables."""

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, Table, UniqueConstraint

from outrider_engine.adapters.sql.column_types import Id, StrictText, UtcDateTime

from .columns import SHARED, metadata, of_organization, owner, partial, required

environments = Table(
    "environments",
    metadata,
    Column("id", Id, primary_key=True),
    owner(),
    required("name", StrictText),
    Column("base_url", StrictText),
    required("created_at", UtcDateTime),
    required("updated_at", UtcDateTime),
    of_organization(),
    UniqueConstraint("organization_id", "id"),
    UniqueConstraint("organization_id", "name"),
)

variables = Table(
    "variables",
    metadata,
    Column("id", Id, primary_key=True),
    owner(),
    Column("environment_id", Id),
    required("name", Id),
    required("is_secret", Boolean),
    Column("value", StrictText),
    Column("sealed", StrictText),
    required("created_at", UtcDateTime),
    required("updated_at", UtcDateTime),
    of_organization(),
    ForeignKeyConstraint(
        ["organization_id", "environment_id"],
        ["environments.organization_id", "environments.id"],
        ondelete="CASCADE",
    ),
    UniqueConstraint("organization_id", "name", "environment_id"),
    partial("uq_variables_shared", SHARED, "organization_id", "name", unique=True),
    Index(None, "environment_id"),
)
"""``environment_id`` is null where a variable holds for the whole organization."""

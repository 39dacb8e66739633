"""The parts of organizations."""

from sqlalchemy import Column, Table, UniqueConstraint

from outrider_engine.adapters.sql.column_types import Id, StrictText, UtcDateTime

from .columns import metadata, of_organization, owner, required

projects = Table(
    "projects",
    metadata,
    Column("id", Id, primary_key=True),
    owner(),
    required("name", StrictText),
    required("created_at", UtcDateTime),
    required("updated_at", UtcDateTime),
    of_organization(),
    UniqueConstraint("organization_id", "id"),
    UniqueConstraint("organization_id", "name"),
)

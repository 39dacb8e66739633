"""Who changed what."""

from sqlalchemy import Column, Index, Table

from outrider_engine.adapters.sql.column_types import CleanJson, Id, StrictText, UtcDateTime

from .columns import metadata, of_organization, owner, required

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("id", Id, primary_key=True),
    owner(),
    required("at", UtcDateTime),
    required("actor_kind", Id),
    Column("actor_id", Id),
    required("actor_name", StrictText),
    Column("user_id", Id),
    Column("address", Id),
    required("action", Id),
    required("subject", Id),
    required("subject_id", Id),
    required("subject_name", StrictText),
    Column("before", CleanJson),
    Column("after", CleanJson),
    of_organization(),
    Index("ix_audit_entries_organization_id_id", "organization_id", "id"),
)

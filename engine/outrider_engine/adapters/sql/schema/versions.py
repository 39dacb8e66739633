"""What the definitions of checks were."""

from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Table

from outrider_engine.adapters.sql.column_types import Id, StrictJson, StrictText, UtcDateTime

from .columns import metadata, of_check, owner, required

check_versions = Table(
    "check_versions",
    metadata,
    owner(),
    required("check_id", Id),
    required("number", Integer),
    required("digest", Id),
    required("source", Id),
    required("message", StrictText),
    Column("restored_from", Integer),
    required("made_at", UtcDateTime),
    required("actor_kind", Id),
    Column("actor_id", Id),
    required("actor_name", StrictText),
    required("definition", StrictJson),
    PrimaryKeyConstraint("check_id", "number"),
    of_check(),
)

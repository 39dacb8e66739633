"""The tokens of checks that are pinged."""

from sqlalchemy import Column, Table

from outrider_engine.adapters.sql.column_types import Id, StrictText

from .columns import metadata, of_check, owner, required

ping_tokens = Table(
    "ping_tokens",
    metadata,
    owner(),
    Column("check_id", Id, primary_key=True),
    required("digest", Id, unique=True),
    required("sealed", StrictText),
    of_check(),
)

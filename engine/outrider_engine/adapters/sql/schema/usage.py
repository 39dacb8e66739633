"""What is counted by calendar month."""

from sqlalchemy import BigInteger, PrimaryKeyConstraint, Table

from outrider_engine.adapters.sql.column_types import Id

from .columns import metadata, of_organization, owner, required

api_calls = Table(
    "api_calls",
    metadata,
    owner(),
    required("month", Id),
    required("key_id", Id),
    required("calls", BigInteger),
    of_organization(),
    PrimaryKeyConstraint("organization_id", "month", "key_id"),
)
"""Calls of each key; ``key_id`` is empty in the row of the whole organization."""

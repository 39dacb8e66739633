"""What has just happened."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from outrider_engine.adapters.sql.column_types import UtcDateTime

from .columns import metadata, of_organization, owner, required

events = Table(
    "events",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    required("transaction", BigInteger),
    owner(),
    required("at", UtcDateTime),
    required("entries", Text),
    of_organization(),
    Index(None, "transaction", "id"),
    Index(None, "organization_id", "transaction", "id"),
    Index(None, "at"),
    sqlite_autoincrement=True,
)
"""One row for what one transaction did in one organization; ``entries`` is a list in JSON. Numbers are never reused."""

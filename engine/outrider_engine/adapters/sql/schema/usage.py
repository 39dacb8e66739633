"""What is counted by calendar month."""

from sqlalchemy import BigInteger, PrimaryKeyConstraint, Table

from outrider_engine.adapters.sql.column_types import Id, UtcDateTime

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

monthly_runs = Table(
    "monthly_runs",
    metadata,
    owner(),
    required("month", Id),
    required("family", Id),
    required("runs", BigInteger),
    of_organization(),
    PrimaryKeyConstraint("organization_id", "month", "family"),
)
"""Executed runs of journeys and API monitors."""

organization_plans = Table(
    "organization_plans",
    metadata,
    owner(),
    required("plan_id", Id),
    required("assigned_at", UtcDateTime),
    of_organization(),
    PrimaryKeyConstraint("organization_id"),
)

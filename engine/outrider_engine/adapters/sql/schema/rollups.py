"""What runs add up to, by the hour and by the day."""

from sqlalchemy import Column, Float, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table

from outrider_engine.adapters.sql.column_types import Id, UtcDateTime

from .columns import metadata, of_check, owner, required


def _rollups(name: str) -> Table:
    return Table(
        name,
        metadata,
        owner(),
        required("check_id", Id),
        required("location", Id),
        required("starts_at", UtcDateTime),
        required("passed", Integer),
        required("degraded", Integer),
        required("failed", Integer),
        required("timed_out", Integer),
        required("other", Integer),
        required("sum_ms", Float),
        Column("min_ms", Float),
        Column("max_ms", Float),
        required("latency", LargeBinary),
        PrimaryKeyConstraint("check_id", "starts_at", "location"),
        of_check(),
        Index(None, "starts_at"),
    )


hourly_rollups = _rollups("hourly_rollups")
daily_rollups = _rollups("daily_rollups")

"""Hourly and daily rollups in the database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, func, select

from outrider_engine.domain.latency_histogram import LatencyHistogram
from outrider_engine.domain.rollups import Rollup, Span, Tally, gathered

from .schema import daily_rollups, hourly_rollups
from .session import Session

_TABLES = {Span.HOUR: hourly_rollups, Span.DAY: daily_rollups}
_KEY = ("check_id", "starts_at", "location")
_COUNTS = ("passed", "degraded", "failed", "timed_out", "other")


class SqlRollups:
    """Implements ``RollupRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, rollups: Sequence[Rollup], span: Span) -> None:
        """Add to what is stored: two statements, whatever the number."""
        new = gathered(rollups)
        if not new:
            return
        table = _TABLES[span]
        keys = {rollup.key for rollup in new}
        # Not by whole keys: in a batch nearly all are of one hour, and both databases look such lists up in the index.
        near = select(table).where(
            table.c.check_id.in_({rollup.check_id for rollup in new}),
            table.c.starts_at.in_({rollup.starts_at for rollup in new}),
        )
        stored = [_rollup_of(row) for row in self._session.all(near)]
        merged = gathered([*(rollup for rollup in stored if rollup.key in keys), *new])
        statement = self._session.insert(table)
        changed = {name: statement.excluded[name] for name in (*_COUNTS, "sum_ms", "min_ms", "max_ms", "latency")}
        self._session.run(
            statement.on_conflict_do_update(index_elements=_KEY, set_=changed), [_values(each) for each in merged]
        )

    def of(
        self, organization_id: str, check_id: str, span: Span, *, since: datetime, until: datetime | None = None
    ) -> Sequence[Rollup]:
        """Return the rollups of a check that begin at ``since`` or later, and before ``until``, oldest first."""
        table = _TABLES[span]
        wanted = select(table).where(
            table.c.organization_id == organization_id, table.c.check_id == check_id, table.c.starts_at >= since
        )
        if until is not None:
            wanted = wanted.where(table.c.starts_at < until)
        return [_rollup_of(row) for row in self._session.all(wanted.order_by(table.c.starts_at, table.c.location))]

    def uptimes(self, check_ids: Collection[str], span: Span, *, since: datetime) -> Mapping[str, tuple[int, int]]:
        """Return the runs that were up and those that were down of each check, since a time."""
        if not check_ids:
            return {}
        table = _TABLES[span]
        wanted = (
            select(
                table.c.check_id,
                func.sum(table.c.passed + table.c.degraded).label("up"),
                func.sum(table.c.failed + table.c.timed_out).label("down"),
            )
            .where(table.c.check_id.in_(check_ids), table.c.starts_at >= since)
            .group_by(table.c.check_id)
        )
        return {row.check_id: (int(row.up), int(row.down)) for row in self._session.all(wanted)}


def table_of(span: Span) -> Table:
    """Return where the rollups of a span are."""
    return _TABLES[span]


def _values(rollup: Rollup) -> dict[str, Any]:
    tally = rollup.tally
    return {
        "organization_id": rollup.organization_id,
        "check_id": rollup.check_id,
        "location": rollup.location,
        "starts_at": rollup.starts_at,
        **{name: getattr(tally, name) for name in _COUNTS},
        "sum_ms": tally.sum_ms,
        "min_ms": tally.min_ms,
        "max_ms": tally.max_ms,
        "latency": tally.latency.encoded(),
    }


def _rollup_of(row: Row[Any]) -> Rollup:
    return Rollup(
        organization_id=row.organization_id,
        check_id=row.check_id,
        location=row.location,
        starts_at=row.starts_at,
        tally=Tally(
            **{name: getattr(row, name) for name in _COUNTS},
            sum_ms=row.sum_ms,
            min_ms=row.min_ms,
            max_ms=row.max_ms,
            latency=LatencyHistogram.decoded(row.latency),
        ),
    )

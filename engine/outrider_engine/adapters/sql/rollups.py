"""Hourly and daily rollups in the database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import accumulate
from typing import Any

from sqlalchemy import ColumnElement, Executable, Row, Table, bindparam, case, func, literal_column, select

from outrider_engine.domain.latency_histogram import LatencyHistogram
from outrider_engine.domain.rollups import Rollup, Span, Tally, gathered

from .schema import daily_rollups, hourly_rollups
from .session import Session, insert_into

_TABLES = {Span.HOUR: hourly_rollups, Span.DAY: daily_rollups}
_KEY = ("check_id", "starts_at", "location")
_COUNTS = ("passed", "degraded", "failed", "timed_out", "other")
_TALLIED = (*_COUNTS, "sum_ms", "min_ms", "max_ms", "latency")

_NEAR = {
    span: select(table).where(
        table.c.check_id.in_(bindparam("check_ids", expanding=True)),
        table.c.starts_at.in_(bindparam("starts", expanding=True)),
    )
    for span, table in _TABLES.items()
}


@cache
def _written(span: Span, *, is_postgresql: bool) -> Executable:
    """Return the statement that stores rollups, new ones or in place of those there are; made once, it costs most."""
    table = _TABLES[span]
    statement = insert_into(table, is_postgresql=is_postgresql)
    changed = {name: statement.excluded[name] for name in _TALLIED}
    return statement.on_conflict_do_update(index_elements=_KEY, set_=changed)


class SqlRollups:
    """Implements ``RollupRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, rollups: Sequence[Rollup], span: Span) -> None:
        """Add to what is stored: two statements, whatever the number."""
        new = gathered(rollups)
        if not new:
            return
        near = {
            # Not by whole keys: in a batch nearly all are of one hour, and both databases look these up in the index.
            "check_ids": list({rollup.check_id for rollup in new}),
            "starts": list({rollup.starts_at for rollup in new}),
        }
        keys = {rollup.key for rollup in new}
        rows = self._session.run(_NEAR[span], near).all()
        stored = [_rollup_of(row) for row in rows if (row.check_id, row.location, row.starts_at) in keys]
        write = _written(span, is_postgresql=self._session.is_postgresql)
        self._session.run(write, [_values(each) for each in gathered([*stored, *new])])

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

    def tallies(
        self, organization_id: str, check_id: str, span: Span, *, since: Sequence[datetime]
    ) -> Mapping[str, Sequence[Tally]]:
        """Return by location what the rollups of a check add up to from each of some times on, latest time first."""
        firsts = {f"since_{number}": first for number, first in enumerate(since)}
        about = {"organization_id": organization_id, "check_id": check_id, "first": since[-1], **firsts}
        between: dict[str, list[Tally]] = {}
        for row in self._session.run(_sums(span, len(since), is_postgresql=self._session.is_postgresql), about):
            between.setdefault(row.location, [Tally()] * len(since))[row.band] = _tally_of(row)
        return {location: list(accumulate(bands, Tally.merged)) for location, bands in between.items()}

    def counts(
        self, organization_id: str, check_id: str, span: Span, *, since: datetime, until: datetime
    ) -> Mapping[datetime, tuple[int, int]]:
        """Return the runs that were up and those that were down, by the beginning of each hour or day that has any."""
        table = _TABLES[span]
        wanted = (
            select(table.c.starts_at, *_up_and_down(table))
            .where(table.c.organization_id == organization_id, table.c.check_id == check_id)
            .where(table.c.starts_at >= since, table.c.starts_at < until)
            .group_by(table.c.starts_at)
        )
        return {row.starts_at: (int(row.up), int(row.down)) for row in self._session.all(wanted)}

    def uptimes(self, check_ids: Collection[str], span: Span, *, since: datetime) -> Mapping[str, tuple[int, int]]:
        """Return the runs that were up and those that were down of each check, since a time."""
        if not check_ids:
            return {}
        table = _TABLES[span]
        wanted = (
            select(table.c.check_id, *_up_and_down(table))
            .where(table.c.check_id.in_(check_ids), table.c.starts_at >= since)
            .group_by(table.c.check_id)
        )
        return {row.check_id: (int(row.up), int(row.down)) for row in self._session.all(wanted)}


def _up_and_down(table: Table) -> tuple[ColumnElement[int], ColumnElement[int]]:
    return (
        func.sum(table.c.passed + table.c.degraded).label("up"),
        func.sum(table.c.failed + table.c.timed_out).label("down"),
    )


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


@cache
def _sums(span: Span, bands: int, *, is_postgresql: bool) -> Executable:
    """Return the query for what a check's rollups add up to between some times, by location; made once."""
    table = _TABLES[span]
    band = case(*((table.c.starts_at >= bindparam(f"since_{number}"), number) for number in range(bands)))
    # SQLite gathers texts alone.
    latencies = func.array_agg(table.c.latency) if is_postgresql else func.group_concat(func.hex(table.c.latency))
    return (
        select(
            table.c.location,
            band.label("band"),
            *(func.sum(table.c[name]).label(name) for name in (*_COUNTS, "sum_ms")),
            func.min(table.c.min_ms).label("min_ms"),
            func.max(table.c.max_ms).label("max_ms"),
            latencies.label("latencies"),
        )
        .where(
            table.c.organization_id == bindparam("organization_id"),
            table.c.check_id == bindparam("check_id"),
            table.c.starts_at >= bindparam("first"),
        )
        .group_by(table.c.location, literal_column("band"))
    )


def _tally_of(row: Row[Any]) -> Tally:
    gathered = row.latencies
    contents = map(bytes.fromhex, gathered.split(",")) if isinstance(gathered, str) else gathered
    return Tally(
        **{name: int(getattr(row, name)) for name in _COUNTS},
        sum_ms=row.sum_ms,
        min_ms=row.min_ms,
        max_ms=row.max_ms,
        latency=LatencyHistogram.decoded_together(contents),
    )

"""A history of runs as months of work leave it in PostgreSQL, made on the server within minutes.

Two organizations share the checks five to one; each check runs at three locations for ninety days. Five in six checks
are monitors of one address, the others API monitors of two steps. One run in fifty fails, which leaves an artifact of
API monitors, one in a thousand was asked for by a CI system. The rollups are what the engine makes of the same runs.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import psycopg

from outrider_engine.bootstrap.engine import Engine
from outrider_engine.domain.checks import Family
from outrider_engine.domain.latency_histogram import LatencyHistogram
from outrider_engine.domain.rollups import Rollup, Span, Tally, total

DAYS = 90
CHECKS = 400
PLACES = ("us-east", "eu-west", "ap-southeast")

_ADDRESS = "https://shop.example.com/health"
_STEPS_OF_CHECK = [{"name": name, "request": {"url": _ADDRESS}} for name in ("one", "two")]
_CHECKS_OF_SIX = {  # of each six checks of an organization
    Family.MONITOR: (5, "http", {"url": _ADDRESS}),
    Family.API_MONITOR: (1, "api", {"steps": _STEPS_OF_CHECK}),
}


def _id(prefix: str, bits: str, salt: str) -> str:
    """Return the SQL of an id as ``domain.ids`` makes them: digits of its time, then what matters to nobody."""
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    digits = " || ".join(f"substr('{alphabet}', ({bits} >> {shift} & 31)::int + 1, 1)" for shift in range(61, 0, -5))
    return f"{prefix} || '_' || {digits} || substr(md5({salt}), 1, 13)"


def _bits(moment: str) -> str:
    """Return the SQL of the first 64 bits of an id that was made then."""
    return f"((extract(epoch FROM {moment}) * 1000)::bigint << 16 | 28672)"


_LANES = """
CREATE TEMP TABLE lanes AS
SELECT row_number() OVER () AS lane, id AS check_id, organization_id, family, place
FROM checks, unnest(%(places)s::text[]) AS place
"""

_RUNS = f"""
INSERT INTO runs (id, organization_id, check_id, family, location, queue, trigger, status, slot, due_at, not_after,
                  created_at, queued_at, started_at, completed_at, attempt, max_attempts, worker, check_revision, cause,
                  reason, error, duration_ms, phases, facts, assertions, tries)
SELECT {_id("'run'", "bits", "'run ' || number")}, organization_id, check_id, family, place,
       'light', CASE WHEN number %% 997 = 0 THEN 'ci' ELSE 'schedule' END,
       status, CASE WHEN number %% 997 = 0 THEN NULL ELSE due END, due, due + interval '5 min', due, due,
       due + interval '20 ms', due + interval '20 ms' + duration * interval '1 ms', 1, 2, 'worker-1', 1,
       CASE WHEN status <> 'passed' THEN 'target' END, CASE WHEN status <> 'passed' THEN 'http_status' END,
       CASE WHEN status <> 'passed' THEN 'status: expected between [200, 399], got 503' END, duration,
       jsonb_build_object('dns', 0.1, 'connect', 10.5, 'tls', 22.25, 'first_byte', duration - 34, 'transfer', 0.5),
       jsonb_build_object('status', CASE status WHEN 'passed' THEN 200 ELSE 503 END, 'ip', '192.0.2.10',
                          'http_version', '2', 'hops', jsonb_build_array(%(address)s::text), 'size', 1020),
       jsonb_build_array(jsonb_build_object('source', 'status', 'selector', NULL, 'operator', 'between', 'expected',
                         '[200, 399]'::jsonb, 'passed', status = 'passed', 'actual', 200, 'message',
                         'status: expected between [200, 399], got 200')),
       jsonb_build_array(jsonb_build_object('number', 1, 'verdict', status, 'reason', NULL, 'error', NULL,
                         'duration_ms', duration))
FROM (SELECT *, {_bits("due")} AS bits,
             CASE WHEN hashint8(number) %% 50 = 0 THEN 'failed' ELSE 'passed' END AS status,
             (40 + lane %% 60 * 5 + random() ^ 4 * 400)::numeric(9, 2)::float AS duration
      FROM (SELECT slot * %(lanes)s + lane AS number, lane, check_id, organization_id, family, place,
                   %(since)s::timestamptz + (slot + lane::float / %(lanes)s) * %(every_s)s * interval '1 s' AS due
            FROM generate_series(0, %(slots)s - 1) AS slot, lanes) AS due
      ORDER BY number) AS made
"""
_STEPS = """
INSERT INTO steps (organization_id, run_id, position, step_id, name, action, status, started_at, duration_ms, detail)
SELECT organization_id, id, position, 'step-' || position, 'Step ' || position, 'request', status, started_at,
       duration_ms / 2, jsonb_build_object('method', 'GET', 'url', %(address)s::text, 'status', 200, 'size', 1020)
FROM runs, generate_series(0, 1) AS position WHERE family <> 'monitor' ORDER BY runs.id, position
"""
_ARTIFACTS = f"""
INSERT INTO artifacts (id, organization_id, run_id, kind, name, content_type, size, digest, key, step_index, created_at)
SELECT {_id("'art'", _bits("completed_at"), "id")}, organization_id, id, 'har', 'exchanges.har',
       'application/json', 24000, repeat('0', 64), organization_id || '/' || id || '/exchanges.har', 1, completed_at
FROM runs WHERE family <> 'monitor' AND status = 'failed' ORDER BY runs.id
"""
_HOURS = """
SELECT organization_id, check_id, location, date_trunc('hour', due_at, 'UTC'),
       count(*) FILTER (WHERE status = 'passed'), count(*) FILTER (WHERE status = 'failed'),
       array_agg(duration_ms) FILTER (WHERE status = 'passed')
FROM runs GROUP BY 1, 2, 3, 4 ORDER BY 2, 3, 4
"""
_COLUMNS = (
    "organization_id, check_id, location, starts_at, passed, degraded, failed, timed_out, other,"
    " sum_ms, min_ms, max_ms, latency"
)


@dataclass(frozen=True)
class History:
    """What was made: the organization to ask about, its owner's key, and some of its monitors."""

    organization_id: str
    key: str
    monitors: list[str]
    runs: int


def make_history(engine: Engine, url: str, runs: int, told: Callable[[str], None]) -> History:
    """Fill the migrated, empty database of ``engine`` with about ``runs`` runs."""
    organization, key = _organizations(engine)
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("session_replication_role = replica", "work_mem = '256MB'", "maintenance_work_mem = '1GB'"):
            connection.execute(f"SET {setting}")
        _multiply_checks(connection, organization)
        lanes = connection.execute(_LANES, {"places": list(PLACES)}).rowcount
        slots = max(1, runs // lanes)
        values = {
            "since": datetime.now(UTC) - timedelta(days=DAYS),
            "every_s": DAYS * 86_400 / slots,
            "slots": slots,
            "lanes": lanes,
            "address": _ADDRESS,
        }
        with _timed("runs", told), _without_indexes(connection, "runs"):
            connection.execute(_RUNS, values)
        with _timed("steps and artifacts", told):
            connection.execute(_STEPS, values)
            connection.execute(_ARTIFACTS)
        with _timed("rollups", told):
            _roll_up(connection)
        with _timed("statistics of the planner", told):
            connection.execute("VACUUM ANALYZE")
        wanted = "SELECT id FROM checks WHERE organization_id = %s AND family = 'monitor' ORDER BY id"
        monitors = [row[0] for row in connection.execute(wanted, [organization])]
    return History(organization, key, monitors, slots * lanes)


def _organizations(engine: Engine) -> tuple[str, str]:
    """Make two organizations with one check of each family; returns the first of them and the text of its key."""
    made = [engine.identity.create_organization(name).id for name in ("large", "small")]
    for organization in made:
        for family, (_, kind, config) in _CHECKS_OF_SIX.items():
            fields = {"name": family.value, "type": kind, "config": config, "locations": PLACES}
            engine.checks.create(organization, family, fields)
    return made[0], engine.identity.create_key(made[0], name="benchmark", role="owner").text


def _multiply_checks(connection: psycopg.Connection, large: str) -> None:
    more = f"""
        INSERT INTO checks SELECT (jsonb_populate_record(checks, jsonb_build_object(
            'id', {_id("split_part(id, '_', 1)", _bits("created_at"), "id || copy")}, 'name', name || ' ' || copy))).*
        FROM checks, generate_series(2, CASE WHEN organization_id = %s THEN 5 ELSE 1 END * %s) AS copy
        WHERE family = %s
        """
    for family, (of_six, _, _) in _CHECKS_OF_SIX.items():
        connection.execute(more, [large, CHECKS * of_six // 36, family.value])


@contextmanager
def _timed(what: str, told: Callable[[str], None]) -> Iterator[None]:
    began = time.monotonic()
    yield
    told(f"{what}: {time.monotonic() - began:.0f} s")


@contextmanager
def _without_indexes(connection: psycopg.Connection, table: str) -> Iterator[None]:
    """Make the indexes of a table anew after it was filled, those of its constraints apart: that is quicker."""
    owned = "SELECT conindid FROM pg_constraint WHERE conindid <> 0"
    wanted = f"""
        SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index
        WHERE indrelid = %s::regclass AND indexrelid NOT IN ({owned})
        """
    found = connection.execute(wanted, [table]).fetchall()
    for name, _ in found:
        connection.execute(f"DROP INDEX {name}")
    yield
    for _, definition in found:
        connection.execute(definition)


def _roll_up(connection: psycopg.Connection) -> None:
    """Add up the runs as the engine does, hour by hour; the days follow from the hours."""
    days: list[tuple[object, ...]] = []
    with psycopg.connect(connection.info.dsn) as reading, reading.cursor(name="hours") as hours:
        hours.itersize = 20_000
        hours.execute(_HOURS)
        _copy(connection, "hourly_rollups", _hours(hours, days))
    _copy(connection, "daily_rollups", days)


def _hours(rows: Iterable[tuple[Any, ...]], days: list[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    """Return the rows of the hours, and put those of the days into ``days``."""
    of_day = groupby(
        (_rollup(*row) for row in rows), lambda hour: (hour.check_id, hour.location, hour.starts_at.date())
    )
    for _, hours in of_day:
        known = list(hours)
        yield from map(_row, known)
        days.append(_row(replace(known[0], starts_at=Span.DAY.start_of(known[0].starts_at), tally=total(known))))


def _rollup(  # noqa: PLR0917 - the columns of a row
    organization_id: str,
    check_id: str,
    location: str,
    starts_at: datetime,
    passed: int,
    failed: int,
    took: list[float] | None,
) -> Rollup:
    up = took or []
    tally = Tally(
        passed=passed,
        failed=failed,
        sum_ms=sum(up),
        min_ms=min(up, default=None),
        max_ms=max(up, default=None),
        latency=LatencyHistogram.of(up),
    )
    return Rollup(
        organization_id=organization_id, check_id=check_id, location=location, starts_at=starts_at, tally=tally
    )


def _row(rollup: Rollup) -> tuple[object, ...]:
    tally = rollup.tally
    return (
        *(rollup.organization_id, rollup.check_id, rollup.location, rollup.starts_at),
        *(tally.passed, tally.degraded, tally.failed, tally.timed_out, tally.other),
        *(tally.sum_ms, tally.min_ms, tally.max_ms, tally.latency.encoded()),
    )


def _copy(connection: psycopg.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({_COLUMNS}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)

"""Uptime and response times of checks as clients read them."""

from pydantic import BaseModel, Field

from outrider_engine.domain.alert_policies import Severity
from outrider_engine.domain.incidents import Incident, IncidentState
from outrider_engine.domain.rollups import Tally
from outrider_engine.services.statistics import CheckStatistics

from .moments import Millis, Moment, Percent, percent

_WHOLE = "24h"


class RunCounts(BaseModel):
    """Runs by how they ended."""

    total: int
    up: int = Field(description="Passed and degraded.")
    down: int = Field(description="Failed and timed out, by the target's fault.")
    passed: int
    degraded: int
    failed: int
    timed_out: int
    other: int = Field(description="Those that say nothing about the target; they count neither as up nor as down.")


class PeriodStats(BaseModel):
    """One period. Response times are those of the runs that were up; quantiles are exact to 2 %."""

    uptime: Percent | None = Field(description="Up in up and down; `null` when nothing is known of the target.")
    avg_response_ms: Millis | None
    min_response_ms: Millis | None
    max_response_ms: Millis | None
    p50_response_ms: Millis | None
    p95_response_ms: Millis | None
    p99_response_ms: Millis | None
    runs: RunCounts


class Uptimes(BaseModel):
    """The uptime of each period."""

    uptime_24h: Percent | None
    uptime_7d: Percent | None
    uptime_30d: Percent | None
    uptime_90d: Percent | None


class LocationStats(Uptimes):
    """One location; response times and counts are those of the last 24 hours."""

    location: str
    avg_response_ms: Millis | None
    p50_response_ms: Millis | None
    p95_response_ms: Millis | None
    p99_response_ms: Millis | None
    runs: RunCounts


class LastIncident(BaseModel):
    """The newest incident about the check, opened by its alerts or by hand."""

    id: str
    title: str
    state: IncidentState
    severity: Severity
    started_at: Moment
    resolved_at: Moment | None


class StatsOut(Uptimes):
    """What the runs of a check come to; response times and counts beside the periods are those of the last 24 hours."""

    avg_response_ms: Millis | None
    p50_response_ms: Millis | None
    p95_response_ms: Millis | None
    p99_response_ms: Millis | None
    runs: RunCounts
    periods: dict[str, PeriodStats] = Field(description="The same for each of `24h`, `7d`, `30d` and `90d`.")
    locations: list[LocationStats]
    last_incident: LastIncident | None


def show_stats(stats: CheckStatistics) -> StatsOut:
    """Return the answer about a check's statistics."""
    periods = {name: _period(tally) for name, tally in stats.periods.items()}
    recent = periods[_WHOLE]
    return StatsOut(
        **_uptimes(periods),
        avg_response_ms=recent.avg_response_ms,
        p50_response_ms=recent.p50_response_ms,
        p95_response_ms=recent.p95_response_ms,
        p99_response_ms=recent.p99_response_ms,
        runs=recent.runs,
        periods=periods,
        locations=[_location(name, {key: _period(one) for key, one in of.items()}) for name, of in _sorted(stats)],
        last_incident=None if stats.last_incident is None else _incident(stats.last_incident),
    )


def _sorted(stats: CheckStatistics) -> list[tuple[str, dict[str, Tally]]]:
    return [(name, dict(periods)) for name, periods in sorted(stats.by_location.items())]


def _uptimes(periods: dict[str, PeriodStats]) -> dict[str, float | None]:
    return {f"uptime_{name}": period.uptime for name, period in periods.items()}


def _location(name: str, periods: dict[str, PeriodStats]) -> LocationStats:
    recent = periods[_WHOLE]
    return LocationStats(
        location=name,
        **_uptimes(periods),
        avg_response_ms=recent.avg_response_ms,
        p50_response_ms=recent.p50_response_ms,
        p95_response_ms=recent.p95_response_ms,
        p99_response_ms=recent.p99_response_ms,
        runs=recent.runs,
    )


def _period(tally: Tally) -> PeriodStats:
    return PeriodStats(
        uptime=percent(tally.uptime),
        avg_response_ms=tally.average_ms,
        min_response_ms=tally.min_ms,
        max_response_ms=tally.max_ms,
        p50_response_ms=tally.quantile_ms(0.5),
        p95_response_ms=tally.quantile_ms(0.95),
        p99_response_ms=tally.quantile_ms(0.99),
        runs=RunCounts(
            total=tally.up + tally.down + tally.other,
            up=tally.up,
            down=tally.down,
            passed=tally.passed,
            degraded=tally.degraded,
            failed=tally.failed,
            timed_out=tally.timed_out,
            other=tally.other,
        ),
    )


def _incident(incident: Incident) -> LastIncident:
    return LastIncident(
        id=incident.id,
        title=incident.title,
        state=incident.state,
        severity=incident.severity,
        started_at=incident.started_at,
        resolved_at=incident.resolved_at,
    )

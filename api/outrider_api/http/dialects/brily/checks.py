"""The results of a monitor's checks, and its uptime by hour and day, as clients of brily read them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field

from outrider_api.http.wire.moments import Millis
from outrider_engine.domain.rollups import Span
from outrider_engine.domain.runs import Run
from outrider_engine.domain.verdicts import RunStatus
from outrider_engine.services.uptime import UptimeBucket

from .monitors import SecondMoment


class Health(StrEnum):
    """How a check went."""

    OK = "ok"
    WARN = "warn"
    ERR = "err"


STATUSES: Mapping[Health, tuple[RunStatus, ...]] = {
    Health.OK: (RunStatus.PASSED,),
    Health.WARN: (RunStatus.DEGRADED,),
    Health.ERR: (RunStatus.FAILED, RunStatus.ERROR, RunStatus.TIMED_OUT),
}
"""Which runs are shown as what; those that were not carried out are not shown."""
_HEALTH = {status: health for health, statuses in STATUSES.items() for status in statuses}


class CheckOut(BaseModel):
    """One check from one region."""

    id: str
    monitor_id: str
    region: str
    status: Health
    http_status: int | None
    latency_ms: Millis | None
    error: str | None
    checked_at: SecondMoment


class Bucket(BaseModel):
    """A day or an hour; `uptime` is a share, 0 to 1, `null` when nothing is known."""

    bucket: str
    uptime: float | None
    incidents: int = Field(description="Incidents of the monitor that started then.")


class Bounds(BaseModel):
    """From when to when, both included, as dates or as hours."""

    from_: str = Field(alias="from")
    to: str


class UptimeOut(BaseModel):
    """How much of each day or hour a monitor's target was up."""

    data: list[Bucket]
    range: Bounds
    granularity: Span


def show_check(run: Run) -> CheckOut:
    """Return the answer about a finished run."""
    status = run.facts.get("status")
    return CheckOut(
        id=run.id,
        monitor_id=run.check_id,
        region=run.location,
        status=_HEALTH[run.status],
        http_status=status if isinstance(status, int) else None,
        latency_ms=run.duration_ms,
        error=run.error,
        checked_at=run.completed_at or run.due_at,
    )


def show_uptime(buckets: Sequence[UptimeBucket], span: Span) -> UptimeOut:
    """Return the answer about a monitor's uptime."""
    return UptimeOut(
        data=[
            Bucket(
                bucket=_named(each.starts_at, span),
                uptime=None if each.uptime is None else round(each.uptime, 4),
                incidents=each.incidents,
            )
            for each in buckets
        ],
        range=Bounds.model_validate(
            {"from": _named(buckets[0].starts_at, span), "to": _named(buckets[-1].starts_at, span)}
        ),
        granularity=span,
    )


def _named(moment: datetime, span: Span) -> str:
    return moment.strftime("%Y-%m-%d" if span is Span.DAY else "%Y-%m-%dT%H:00:00Z")

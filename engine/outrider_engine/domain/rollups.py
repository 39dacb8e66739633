"""What the runs of an hour or a day add up to: counts by verdict, durations, and the shares made of them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from .latency_histogram import LatencyHistogram
from .runs import Outcome
from .verdicts import Cause, Verdict


class Span(StrEnum):
    """How long the time is that one rollup tells of; both begin on the clock of UTC."""

    HOUR = "hour"
    DAY = "day"

    @property
    def length(self) -> timedelta:
        """An hour or a day."""
        return timedelta(hours=1) if self is Span.HOUR else timedelta(days=1)

    def start_of(self, moment: datetime) -> datetime:
        """Return when the hour or day began in which ``moment`` lies."""
        whole = moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        return whole if self is Span.HOUR else whole.replace(hour=0)


def share(up: int, down: int) -> float | None:
    """Return the share of up in up and down, 0 to 1; ``None`` when nothing is known of the target."""
    return up / (up + down) if up + down else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Runs of any length of time, counted. Merging is associative and commutative.

    Attributes:
        failed, timed_out: runs that the target is to blame for; they are what counts as down.
        other: runs that say nothing about the target (the check's, the runner's or the network's fault, cancelled,
            missed). They count neither as up nor as down.
        sum_ms, min_ms, max_ms: of the durations of the runs that were up; ``None`` without one.
        latency: the same durations in buckets.
    """

    passed: int = 0
    degraded: int = 0
    failed: int = 0
    timed_out: int = 0
    other: int = 0
    sum_ms: float = 0.0
    min_ms: float | None = None
    max_ms: float | None = None
    latency: LatencyHistogram = field(default_factory=LatencyHistogram)

    @classmethod
    def of(cls, outcome: Outcome) -> "Tally":
        """Return what one run counts for."""
        verdict, duration = outcome.verdict, outcome.duration_ms
        if verdict.is_up:
            return cls(
                passed=int(verdict is Verdict.PASSED),
                degraded=int(verdict is Verdict.DEGRADED),
                sum_ms=duration,
                min_ms=duration,
                max_ms=duration,
                latency=LatencyHistogram.of([duration]),
            )
        if outcome.cause is not Cause.TARGET:
            return cls(other=1)
        return cls(timed_out=1) if verdict is Verdict.TIMED_OUT else cls(failed=1)

    @property
    def up(self) -> int:
        """Runs in which the target was up."""
        return self.passed + self.degraded

    @property
    def down(self) -> int:
        """Runs in which the target was down."""
        return self.failed + self.timed_out

    @property
    def uptime(self) -> float | None:
        """The share of up in up and down, 0 to 1; ``None`` when nothing is known of the target."""
        return share(self.up, self.down)

    @property
    def average_ms(self) -> float | None:
        """The mean duration of the runs that were up."""
        return self.sum_ms / self.up if self.up else None

    def quantile_ms(self, share: float) -> float | None:
        """Return the duration that ``share`` of the runs that were up did not exceed."""
        found = self.latency.quantile(share)
        if found is None or self.min_ms is None or self.max_ms is None:
            return None
        return min(max(found, self.min_ms), self.max_ms)

    def merged(self, other: "Tally") -> "Tally":
        """Return the tally of both."""
        return Tally.together((self, other))

    @classmethod
    def together(cls, tallies: Iterable["Tally"]) -> "Tally":
        """Return the tally of all of them."""
        them = list(tallies)
        return cls(
            passed=sum([each.passed for each in them]),
            degraded=sum([each.degraded for each in them]),
            failed=sum([each.failed for each in them]),
            timed_out=sum([each.timed_out for each in them]),
            other=sum([each.other for each in them]),
            sum_ms=math.fsum([each.sum_ms for each in them]),
            min_ms=min([each.min_ms for each in them if each.min_ms is not None], default=None),
            max_ms=max([each.max_ms for each in them if each.max_ms is not None], default=None),
            latency=LatencyHistogram.together([each.latency for each in them]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollup:
    """The runs of one check at one location that were due in one hour or on one day."""

    organization_id: str
    check_id: str
    location: str
    starts_at: datetime
    tally: Tally

    @property
    def key(self) -> tuple[str, str, datetime]:
        """What it is about."""
        return self.check_id, self.location, self.starts_at


def total(rollups: Iterable[Rollup]) -> Tally:
    """Return what rollups of any times and locations add up to."""
    return Tally.together(rollup.tally for rollup in rollups)


def gathered(rollups: Iterable[Rollup]) -> list[Rollup]:
    """Return the rollups with those about the same thing merged, in the order of what they are about."""
    found: dict[tuple[str, str, datetime], list[Rollup]] = {}
    for rollup in rollups:
        found.setdefault(rollup.key, []).append(rollup)
    return [_together(found[key]) for key in sorted(found)]


def _together(rollups: Sequence[Rollup]) -> Rollup:
    return rollups[0] if len(rollups) == 1 else replace(rollups[0], tally=total(rollups))

"""Calls of the API as they are counted: by calendar month in UTC, for each key and for its organization."""

from dataclasses import dataclass
from datetime import UTC, datetime

from .checks import Family
from .identity import ApiKey
from .ids import PREFIXES


def month_of(moment: datetime) -> str:
    """Return the calendar month in UTC, as ``2026-01``; months sort as texts."""
    return moment.astimezone(UTC).strftime("%Y-%m")


def start_of_month(moment: datetime) -> datetime:
    """Return the first instant of the calendar month, in UTC."""
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def next_month(moment: datetime) -> datetime:
    """Return the first instant of the following calendar month, in UTC: when counting begins anew."""
    start = start_of_month(moment)
    return start.replace(year=start.year + 1, month=1) if start.month == 12 else start.replace(month=start.month + 1)


def family_of(check_id: str) -> Family:
    """Return the family of a check by its id."""
    prefix = check_id.partition("_")[0]
    return next((family for family in Family if PREFIXES[family.value] == prefix), Family.MONITOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmittedCall:
    """A call that nothing limits, counted: with which key, when, and how many there are now."""

    key: ApiKey
    began_at: datetime
    organization_calls: int
    key_calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallUsage:
    """What has been called this month, the call at hand included.

    ``limit`` and ``remaining`` are ``None`` when nothing limits the calls. A call beyond the limit is refused and not
    counted: ``refused_for_s`` then says in how many seconds there is room again.
    """

    organization_calls: int
    key_calls: int
    limit: int | None
    remaining: int | None
    resets_at: datetime
    refused_for_s: int | None = None

"""Uptime and response times of a server's checks."""

from collections.abc import Mapping
from typing import Any

from outrider_api.client import Period
from outrider_api.client.checks import Measured

from .json_output import print_json
from .step_list import duration
from .tables import show_table

_TITLES = ("uptime", "average", "p50", "p95", "p99", "runs", "down")


def show_stats(checks: Measured[Any], wanted: str, *, as_json: bool) -> None:
    """Show what the runs of a check come to: by period, and for the last 24 hours by location.

    Raises:
        NoSuchName, Ambiguous: what was named can't be found.
        ClientError: the server refused it, or can't be reached.
    """
    stats = checks.stats(checks.find(wanted).id)
    if as_json:
        print_json(stats.raw)
        return
    show_table(("last", *_TITLES), [(name, *_cells(period)) for name, period in stats.periods.items()])
    places: list[Mapping[str, Any]] = stats.raw.get("locations") or []
    if len(places) > 1:
        rows = [(place["location"], *_cells(Period.of({**place, "uptime": place["uptime_24h"]}))) for place in places]
        show_table(("24h at", *_TITLES), rows)


def _cells(period: Period) -> tuple[str, ...]:
    times = (period.avg_response_ms, period.p50_response_ms, period.p95_response_ms, period.p99_response_ms)
    return (
        f"{period.uptime:g} %" if period.uptime is not None else "-",
        *(duration(time) if time is not None else "-" for time in times),
        *(str(period.runs.get(name, 0)) for name in ("total", "down")),
    )

"""How long what came of runs is kept."""

from dataclasses import dataclass
from datetime import timedelta

DELETED_CHECKS_KEPT = timedelta(days=30)
"""How long the history of a deleted check can be had back."""

ORPHANS_KEPT = timedelta(days=1)
"""How old a file without a run must be: far older than any result that is still on its way into the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """What is kept for how long, from when it came to be.

    Attributes:
        runs: finished runs with their steps and files, and batches; settled messages and skipped slots too.
        hourly, daily: rollups; as long as the latter, resolved incidents and releases.
        alerts: resolved alerts.
    """

    runs: timedelta = timedelta(days=30)
    hourly: timedelta = timedelta(days=396)
    daily: timedelta = timedelta(days=1096)
    alerts: timedelta = timedelta(days=396)

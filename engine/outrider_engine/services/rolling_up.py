"""Rolling up: each finished run is added to its hour and its day in the transaction that stores its verdict.

Why there, and not by a process that follows the finished runs: a run gets its verdict exactly once (its row is locked,
and a verdict is never replaced), so what commits with the verdict is counted exactly once too, whatever crashes, and
however many processes finish runs; a late result falls into the hour in which it was due. A follower would need a
watermark, and transactions become visible in another order than that of any time or number in them. The price is one
statement to read and one to write for the hours and for the days of a whole batch; adding to a row touches no index.
The rows are read and written under the lock on the checks' states, which the caller holds.
"""

from collections.abc import Iterable

from outrider_engine.domain.rollups import Rollup, Span, Tally, gathered
from outrider_engine.ports.run_repository import FinishedRun
from outrider_engine.ports.storage import Transaction


def roll_up(tx: Transaction, finished: Iterable[FinishedRun]) -> None:
    """Add runs to their hours and days; rehearsals must have been left out, and the checks' states be held."""
    hours = gathered(_rollup(run, Span.HOUR) for run in finished)
    days = (
        Rollup(
            organization_id=hour.organization_id,
            check_id=hour.check_id,
            location=hour.location,
            starts_at=Span.DAY.start_of(hour.starts_at),
            tally=hour.tally,
        )
        for hour in hours
    )
    tx.rollups.add(hours, Span.HOUR)
    tx.rollups.add(gathered(days), Span.DAY)


def _rollup(run: FinishedRun, span: Span) -> Rollup:
    return Rollup(
        organization_id=run.organization_id,
        check_id=run.check_id,
        location=run.location,
        starts_at=span.start_of(run.due_at),
        tally=Tally.of(run.outcome),
    )

"""Runs in the database."""

from .run_history import RunHistory
from .run_queue import RunQueue
from .run_results import RunResults


class SqlRuns(RunQueue, RunResults, RunHistory):
    """Implements ``RunRepository``: the queue, the results and the history of runs."""

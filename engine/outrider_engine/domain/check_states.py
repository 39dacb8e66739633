"""How the result of a run changes what is known of a check at one location."""

from dataclasses import replace
from datetime import datetime

from .checks import CheckState
from .verdicts import Cause, Reason, Verdict, cause_of


def advance(
    state: CheckState, *, verdict: Verdict, reason: Reason | None, run_id: str, due_at: datetime, completed_at: datetime
) -> CheckState:
    """Return the state after a result.

    A result that is older than one already applied changes nothing, whatever the order of arrival. Only results that
    say something about the target (it passed, or it failed) touch verdict and streak; lost workers are counted apart.
    """
    if state.as_of is not None and due_at < state.as_of:
        return state
    lost = state.lost_workers + 1 if reason is Reason.WORKER_LOST else 0
    seen = replace(state, as_of=due_at, last_run_id=run_id, lost_workers=lost)
    failed = cause_of(verdict, reason) is Cause.TARGET
    if not failed and not verdict.is_up:
        return seen
    was_up = state.verdict.is_up if state.verdict is not None else None
    since = state.since if was_up is (not failed) else completed_at
    return replace(
        seen, verdict=verdict, since=since, consecutive_failures=state.consecutive_failures + 1 if failed else 0
    )

"""How a run's end becomes an exit status, the same for ``outrider run`` and ``outrider trigger``."""

from outrider_engine.domain.verdicts import Cause, Verdict

OUR_SIDE = 3
_STATUSES = {Cause.TARGET: 1, Cause.CHECK: 2}


def exit_status(verdict: Verdict, cause: Cause | None) -> int:
    """Return 0 when the site is up, 1 when it failed, 2 when the journey is wrong, 3 when the fault is on our side."""
    if verdict.is_up:
        return 0
    return OUR_SIDE if cause is None else _STATUSES.get(cause, OUR_SIDE)

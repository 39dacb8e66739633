"""What a run of a suite amounts to."""

from dataclasses import replace

from outrider_engine.domain.observations import Failure
from outrider_engine.domain.verdicts import Reason, Verdict

from .following import Ended
from .inside.warden import FAILED
from .results import Results

_USAGE, _NO_TESTS = 4, 5
"""Exit statuses of pytest."""


def concluded(results: Results, ended: Ended, timeout_s: float) -> Failure | None:
    """Return what a run of a suite amounts to; ``None`` when tests passed and none did not.

    Args:
        results: what the suite told.
        ended: how its processes ended.
        timeout_s: seconds that they had.
    """
    found = results.failure()
    if ended.failure is not None:
        going_on = results.under_way()
        after = f"; under way: {', '.join(going_on[:3])}" if going_on else ""
        if ended.failure.verdict is Verdict.TIMED_OUT:
            return replace(ended.failure, message=f"not done after {timeout_s:g} s and was ended{after}")
        return ended.failure
    if found is not None and found.verdict is not Verdict.ERROR:
        return found
    return _of_the_suite(results, ended) or found or _untimely(results, ended)


def _of_the_suite(results: Results, ended: Ended) -> Failure | None:
    """Return what is wrong with the suite as a whole."""
    if ended.status == FAILED and not results.collected:
        return Failure(Verdict.ERROR, Reason.INTERNAL, _last_line(ended.output))
    if results.problems:
        more = f" (and {len(results.problems) - 1} more)" if len(results.problems) > 1 else ""
        return _wrong(f"{results.problems[0]}{more}")
    if ended.status == _USAGE:
        return _wrong(f"pytest does not accept its options or its configuration: {_last_line(ended.output)}")
    if ended.status == _NO_TESTS:
        return _wrong("no tests were found, or none was chosen")
    return None


def _untimely(results: Results, ended: Ended) -> Failure | None:
    """Return that pytest did not come to its end, or that nothing was tested."""
    if ended.status != 0 or not results.is_finished:
        return _wrong(f"pytest {_ended_how(ended.status)} before it was done: {_last_line(ended.output)}")
    return None if results.facts()["passed"] else _wrong("no test ran: all were skipped")


def _ended_how(status: int | None) -> str:
    if status is not None and status > 128:
        return f"was killed by signal {status - 128}" + (" (out of memory?)" if status == 137 else "")
    return f"ended with status {status}"


def _wrong(message: str) -> Failure:
    return Failure(Verdict.ERROR, Reason.INVALID_DEFINITION, message)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:1000] if lines else "it printed nothing"

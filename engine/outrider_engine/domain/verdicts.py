"""How a run ended, why, and who has to act: the verdict, the reason and the cause."""

from collections.abc import Iterable
from enum import StrEnum


class RunStatus(StrEnum):
    """Where a run is in its life: two states on the way, then exactly one verdict."""

    QUEUED = "queued"
    RUNNING = "running"
    PASSED = "passed"
    DEGRADED = "degraded"
    FAILED = "failed"
    ERROR = "error"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"
    MISSED = "missed"

    @property
    def is_terminal(self) -> bool:
        """Whether the run is over; a terminal status never changes."""
        return self not in (RunStatus.QUEUED, RunStatus.RUNNING)


class Verdict(StrEnum):
    """How a run (or one try, or one step) ended. The values are those of the terminal run statuses."""

    PASSED = "passed"
    DEGRADED = "degraded"
    FAILED = "failed"
    ERROR = "error"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"
    MISSED = "missed"

    @property
    def is_up(self) -> bool:
        """Whether the target counts as up; degraded does."""
        return self in (Verdict.PASSED, Verdict.DEGRADED)

    @property
    def status(self) -> RunStatus:
        """The run status of the same name."""
        return RunStatus(self.value)


class Cause(StrEnum):
    """Who has to act. Only ``TARGET`` counts against uptime and pages anyone."""

    TARGET = "target"
    CHECK = "check"
    RUNNER = "runner"
    NETWORK = "network"


class Reason(StrEnum):
    """Why a run did not simply pass; a closed list, so that people can filter and alert on it."""

    # what the target did
    ASSERTION = "assertion"
    HTTP_STATUS = "http_status"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    PROTOCOL = "protocol"
    REDIRECT = "redirect"
    BODY = "body"
    LOCATOR = "locator"
    NAVIGATION = "navigation"
    PAGE_CRASH = "page_crash"
    EXIT_CODE = "exit_code"
    HEALED = "healed"
    SLOW = "slow"
    # what is wrong with the check, known without looking at the site
    INVALID_DEFINITION = "invalid_definition"
    UNKNOWN_CHECK_TYPE = "unknown_check_type"
    UNKNOWN_ACTION = "unknown_action"
    UNKNOWN_VARIABLE = "unknown_variable"
    MISSING_SECRET = "missing_secret"  # noqa: S105 - a reason, not a secret
    SELECTOR_SYNTAX = "selector_syntax"
    EGRESS_DENIED = "egress_denied"
    # what went wrong on our side
    LIMIT_MEMORY = "limit:memory"
    LIMIT_DISK = "limit:disk"
    LIMIT_OUTPUT = "limit:output"
    LIMIT_PROCESSES = "limit:processes"
    LIMIT_PAGES = "limit:pages"
    BROWSER_UNAVAILABLE = "browser_unavailable"
    WORKER_LOST = "worker_lost"
    SHUTDOWN = "shutdown"
    PLUGIN = "plugin"
    INTERNAL = "internal"
    RUNNER_NETWORK = "runner_network"
    # what never began
    NOT_STARTED = "not_started"
    OVERLAP = "overlap"
    BY_USER = "by_user"


_CHECK = frozenset(
    {
        Reason.INVALID_DEFINITION,
        Reason.UNKNOWN_CHECK_TYPE,
        Reason.UNKNOWN_ACTION,
        Reason.UNKNOWN_VARIABLE,
        Reason.MISSING_SECRET,
        Reason.SELECTOR_SYNTAX,
        Reason.EGRESS_DENIED,
    }
)


def cause_of(verdict: Verdict, reason: Reason | None) -> Cause | None:
    """Return who has to act on a run that ended so; ``None`` when nobody has to.

    The one table of the whole system: a failed or timed-out run is the target's, an error is the check's when it could
    be known without looking at the target and ours otherwise, and a broken network of our own is never the target's.
    """
    if verdict in (Verdict.PASSED, Verdict.DEGRADED) or reason is Reason.BY_USER:
        return None
    if reason is Reason.RUNNER_NETWORK:
        return Cause.NETWORK
    if verdict in (Verdict.FAILED, Verdict.TIMED_OUT):
        return Cause.TARGET
    return Cause.CHECK if reason in _CHECK else Cause.RUNNER


_SEVERITY = (
    Verdict.PASSED,
    Verdict.DEGRADED,
    Verdict.FAILED,
    Verdict.TIMED_OUT,
    Verdict.ERROR,
    Verdict.CANCELLED,
    Verdict.MISSED,
)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the gravest of several verdicts; ``PASSED`` for none."""
    return max(verdicts, key=_SEVERITY.index, default=Verdict.PASSED)


OUR_SIDE = 3
"""The exit status of what came to no verdict, or to one that is nobody's but ours."""
_EXIT_STATUSES = {Cause.TARGET: 1, Cause.CHECK: 2}


def exit_status(verdict: Verdict, cause: Cause | None) -> int:
    """Return with which status a program ends that waited for a verdict.

    0 when the site is up, 1 when it failed, 2 when the check is wrong, 3 when the fault is on our side.
    """
    if verdict.is_up:
        return 0
    return OUR_SIDE if cause is None else _EXIT_STATUSES.get(cause, OUR_SIDE)

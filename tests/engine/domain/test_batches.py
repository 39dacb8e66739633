"""What the runs of a batch come to together."""

import pytest

from outrider_engine.domain.batches import RunGroup, standing_of
from outrider_engine.domain.verdicts import Cause, RunStatus, Verdict, exit_status

PASSED = RunGroup(RunStatus.PASSED, None, True, 3)
SLOW = RunGroup(RunStatus.DEGRADED, None, True)
FAILED = RunGroup(RunStatus.FAILED, Cause.TARGET, True)
LATE = RunGroup(RunStatus.TIMED_OUT, Cause.TARGET, True)
WRONG = RunGroup(RunStatus.ERROR, Cause.CHECK, True)
OURS = RunGroup(RunStatus.ERROR, Cause.RUNNER, True)
MISSED = RunGroup(RunStatus.MISSED, Cause.RUNNER, True)
CUT_OFF = RunGroup(RunStatus.FAILED, Cause.NETWORK, True)
CALLED_OFF = RunGroup(RunStatus.CANCELLED, None, True)
FLAKY = RunGroup(RunStatus.FAILED, Cause.TARGET, False)
QUEUED = RunGroup(RunStatus.QUEUED, None, True)
RUNNING = RunGroup(RunStatus.RUNNING, None, True)


@pytest.mark.parametrize(
    ("groups", "status", "cause", "exits_with"),
    [
        pytest.param([], "passed", None, 0, id="nothing"),
        pytest.param([PASSED], "passed", None, 0, id="all-passed"),
        pytest.param([PASSED, SLOW], "degraded", None, 0, id="slow"),
        pytest.param([PASSED, FLAKY], "passed", None, 0, id="only-what-does-not-block"),
        pytest.param([FLAKY], "passed", None, 0, id="nothing-blocks"),
        pytest.param([OURS, WRONG, CALLED_OFF, FAILED], "failed", "target", 1, id="the-target-first"),
        pytest.param([FAILED, LATE], "timed_out", "target", 1, id="the-gravest-of-them"),
        pytest.param([OURS, WRONG, MISSED, SLOW], "error", "check", 2, id="then-the-check"),
        pytest.param([CALLED_OFF, OURS, PASSED], "error", "runner", 3, id="a-cause-tells-more-than-none"),
        pytest.param([CALLED_OFF, PASSED], "cancelled", None, 3, id="called-off"),
        pytest.param([MISSED, PASSED], "missed", "runner", 3, id="missed"),
        pytest.param([CUT_OFF, PASSED], "failed", "network", 3, id="our-network"),
        pytest.param([QUEUED], "queued", None, None, id="nothing-began"),
        pytest.param([QUEUED, RUNNING], "running", None, None, id="one-began"),
        pytest.param([QUEUED, FAILED], "running", None, None, id="one-ended"),
        pytest.param([RunGroup(RunStatus.RUNNING, None, False), FAILED], "running", None, None, id="all-are-awaited"),
    ],
)
def test_the_verdict_of_a_batch(groups, status, cause, exits_with):
    standing = standing_of(groups)
    assert (standing.status, standing.cause, standing.exit_status) == (status, cause, exits_with)
    assert sum(standing.counts.values()) == sum(group.count for group in groups)
    assert standing.failed_non_blocking == sum(group is FLAKY for group in groups)


@pytest.mark.parametrize(("seen", "expected"), [(None, False), (0, True), (2, True), (3, False), (4, False)])
def test_it_is_news_that_more_runs_have_ended_than_were_seen(seen, expected):
    assert standing_of([PASSED, RUNNING]).is_news_to(seen) is expected
    assert standing_of([PASSED]).is_news_to(seen)


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("cause", [None, *Cause])
def test_a_program_ends_with_0_exactly_when_the_site_is_up(verdict, cause):
    status = exit_status(verdict, cause)
    assert (status == 0) == verdict.is_up
    assert verdict.is_up or status == {Cause.TARGET: 1, Cause.CHECK: 2}.get(cause, 3)

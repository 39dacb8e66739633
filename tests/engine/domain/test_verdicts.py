"""One table says who has to act, and it is whole."""

import itertools

import pytest

from outrider_engine.domain.verdicts import Cause, Reason, RunStatus, Verdict, cause_of, worst


@pytest.mark.parametrize(
    ("verdict", "reason", "cause"),
    [
        pytest.param(Verdict.PASSED, None, None, id="passed"),
        pytest.param(Verdict.DEGRADED, Reason.HEALED, None, id="degraded"),
        pytest.param(Verdict.FAILED, Reason.LOCATOR, Cause.TARGET, id="locator not found"),
        pytest.param(Verdict.TIMED_OUT, Reason.TIMEOUT, Cause.TARGET, id="timed out"),
        pytest.param(Verdict.ERROR, Reason.SELECTOR_SYNTAX, Cause.CHECK, id="selector that cannot parse"),
        pytest.param(Verdict.ERROR, Reason.UNKNOWN_CHECK_TYPE, Cause.CHECK, id="uninstalled plugin"),
        pytest.param(Verdict.ERROR, Reason.WORKER_LOST, Cause.RUNNER, id="worker lost"),
        pytest.param(Verdict.ERROR, Reason.LIMIT_MEMORY, Cause.RUNNER, id="memory"),
        pytest.param(Verdict.FAILED, Reason.RUNNER_NETWORK, Cause.NETWORK, id="our own network"),
        pytest.param(Verdict.CANCELLED, Reason.BY_USER, None, id="cancelled by its owner"),
        pytest.param(Verdict.CANCELLED, Reason.SHUTDOWN, Cause.RUNNER, id="shut down"),
        pytest.param(Verdict.MISSED, Reason.NOT_STARTED, Cause.RUNNER, id="missed"),
    ],
)
def test_cause_of(verdict: Verdict, reason: Reason | None, cause: Cause | None) -> None:
    assert cause_of(verdict, reason) is cause


def test_what_is_up_never_has_the_target_for_a_cause() -> None:
    for verdict, reason in itertools.product(Verdict, [None, *Reason]):
        if verdict.is_up:
            assert cause_of(verdict, reason) is None


def test_every_verdict_is_a_terminal_status() -> None:
    assert {verdict.status for verdict in Verdict} == {status for status in RunStatus if status.is_terminal}


def test_the_worst_of_none_is_passed() -> None:
    assert worst([]) is Verdict.PASSED
    assert worst([Verdict.DEGRADED, Verdict.FAILED, Verdict.PASSED]) is Verdict.FAILED

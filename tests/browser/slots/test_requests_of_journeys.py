"""Requests that journeys make themselves know the egress policy of their pages, and login states are in no file."""

import socket
from datetime import UTC, datetime, timedelta

import pytest

from outrider_engine.domain.login_states import LoginState
from outrider_engine.domain.verdicts import Reason, Verdict
from tests.site.odd_site import ForbiddenServer

from .conftest import Walk

pytestmark = pytest.mark.browser


def requests(url: str, **more: object) -> dict[str, object]:
    return {"action": "http_request", "url": url, **more}


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("path", ["{to}/direct", "/redirect?to={to}/redirected"], ids=["directly", "by a redirect"])
def test_a_request_to_a_forbidden_server_is_denied(
    walk: Walk, forbidden: ForbiddenServer, path: str, scheme: str
) -> None:
    observation = walk(requests(path.format(to=forbidden.url.replace("http:", f"{scheme}:"))))
    assert observation.failure is not None
    assert (observation.failure.verdict, observation.failure.reason) == (Verdict.ERROR, Reason.EGRESS_DENIED)
    assert observation.steps[0].reason is Reason.EGRESS_DENIED
    assert observation.facts["denied_hosts"] == [ForbiddenServer.ADDRESS]
    assert forbidden.reached == []


def test_a_server_that_is_away_is_the_targets_fault(walk: Walk) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        unheard = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        for url, reason in (("https://nowhere.invalid/", Reason.DNS), (unheard, Reason.CONNECT)):
            failure = walk(requests(url)).failure
            assert failure is not None
            assert (failure.verdict, failure.reason) == (Verdict.FAILED, reason), failure.message


def test_an_answer_without_end_is_cut_off_by_the_time(walk: Walk) -> None:
    failure = walk(requests("/endless", timeout=1)).failure
    assert failure is not None
    assert (failure.verdict, failure.reason) == (Verdict.TIMED_OUT, Reason.TIMEOUT)


def test_a_login_state_comes_and_goes_beside_the_artifacts(walk: Walk) -> None:
    now = datetime.now(UTC)
    steps = (
        {"action": "set_cookies", "cookies": [{"name": "session", "value": "{{WORD}}-0123456789"}]},
        "/calm",
        {"action": "save_login_state", "login_state": "shop"},
        "/calm?{{WORD}}-0123456789",
        {"action": "click", "locator": "#never", "timeout": 0.2},
    )
    first = walk(*steps, variables={"WORD": "s3ss10n"}, artifacts="always")
    (kept,) = first.login_states
    assert "s3ss10n-0123456789" in kept.content
    assert kept.expires_at - kept.saved_at == timedelta(hours=24)
    assert "s3ss10n-0123456789" not in repr((first.facts, first.steps, first.failure))
    assert first.files
    for file in first.files:
        assert b"s3ss10n-0123456789" not in file.path.read_bytes()
    given = LoginState(name="shop", content=kept.content, saved_at=now, expires_at=now + timedelta(hours=1))
    begins = {"browser": {"storage_state": "shop"}}
    is_back = {"action": "assert", "locator": "#before", "text": "session="}
    assert walk("/state", is_back, journey=begins, login_states=(given,)).failure is None
    missing = walk("/state", journey=begins).failure
    assert missing is not None
    assert (missing.verdict, missing.reason) == (Verdict.ERROR, Reason.MISSING_SECRET)

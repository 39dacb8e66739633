"""Requests within a journey: what they share with pages, what is judged and taken, and what they may not do."""

from collections.abc import Callable
from typing import Any

import pytest

from outrider_engine.domain.observations import StepResult
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.interpreter import WalkResult
from tests.site.mirror_site import MirrorSite

pytestmark = pytest.mark.browser
Walk = Callable[..., WalkResult]


@pytest.fixture
def on_mirror(walked: Walk, mirror: MirrorSite) -> Walk:
    def walk(*steps: dict[str, Any], **given: Any) -> WalkResult:
        variables = {"WORD": "blue", **given.pop("variables", {})}
        return walked(*steps, base_url=mirror.url, variables=variables, **given)

    return walk


def requests(url: str = "/echo", **more: Any) -> dict[str, Any]:
    return {"action": "http_request", "url": url, **more}


def has(path: str, expected: Any, operator: str = "equals") -> dict[str, Any]:
    return {"source": "json", "selector": path, "operator": operator, "expected": expected}


def test_it_shares_cookies_with_the_pages_both_ways(on_mirror: Walk) -> None:
    result = on_mirror(
        requests("/sign-in", method="POST", extract=[{"name": "SESSION", "from": "cookie", "path": "session"}]),
        {"action": "goto", "url": "/anything"},
        {"action": "expect_text", "text": "session={{SESSION}}"},
        {"action": "set_cookies", "cookies": [{"name": "colour", "value": "blue"}]},
        requests(assertions=[has("$.headers.cookie", "session=s3ss10n-of-ada; colour=blue")]),
    )
    assert result.failure is None
    assert result.variables["SESSION"] == "s3ss10n-of-ada"


def test_what_is_sent_is_what_the_journey_says(on_mirror: Walk) -> None:
    result = on_mirror(
        {"action": "set_headers", "headers": {"X-Preview": "yes"}},
        requests(
            "/echo?a=1",
            method="POST",
            query={"b": "{{WORD}} sky", "c": 2},
            headers={"X-Word": "{{WORD}}"},
            json={"word": "{{WORD}}", "many": [1, None]},
            assertions=[
                has("$.path", "/echo?a=1&b=blue+sky&c=2"),
                has("$.headers['x-word']", "{{WORD}}"),
                has("$.headers['x-preview']", "yes"),
                has("$.headers['content-type']", "application/json"),
                has("$.body", '{"word": "blue", "many": [1, null]}'),
            ],
            extract=[{"name": "METHOD", "path": "$.method"}],
        ),
        requests(
            method="PUT", form={"word": "{{WORD}}", "yes": True}, assertions=[has("$.body", "word=blue&yes=true")]
        ),
        requests(method="PATCH", body="the {{WORD}}", assertions=[has("$.body", "the blue")]),
        requests(method="HEAD", assertions=[{"source": "body", "operator": "empty"}]),
        requests("/redirect?to=/echo/there", assertions=[has("$.path", "/echo/there")]),
        requests(
            "/redirect?to=/echo",
            follow_redirects=False,
            assertions=[{"source": "status", "operator": "equals", "expected": 302}],
        ),
    )
    assert result.failure is None
    assert result.variables["METHOD"] == "POST"


@pytest.mark.parametrize(
    ("step", "verdict", "reason", "message"),
    [
        pytest.param(requests("/x?status=500"), Verdict.FAILED, Reason.HTTP_STATUS, "500", id="status"),
        pytest.param(
            requests(assertions=[has("$.method", "POST")]), Verdict.FAILED, Reason.ASSERTION, "GET", id="assertion"
        ),
        pytest.param(
            requests(assertions=[{**has("$.method", "POST"), "options": {"soft": True}}]),
            Verdict.DEGRADED, Reason.ASSERTION, "GET", id="soft assertion",
        ),
        pytest.param(
            requests(extract=[{"name": "A", "path": "$.nothing"}]),
            Verdict.FAILED, Reason.ASSERTION, "extract[0] A: body $.nothing: there is nothing", id="extraction",
        ),
        pytest.param(
            requests("/large?bytes=3000", max_body=2000), Verdict.FAILED, Reason.BODY, "3,000 bytes", id="too long"
        ),
        pytest.param(
            requests("/large?bytes=3000&chunked=1", max_body=2000),
            Verdict.FAILED, Reason.BODY, "3,000 bytes", id="too long, told by nobody",
        ),
        pytest.param(
            requests("http://127.0.0.1:9/"), Verdict.FAILED, Reason.CONNECT, "ECONNREFUSED", id="nobody listens"
        ),
        pytest.param(
            requests("http://nowhere.invalid/"), Verdict.FAILED, Reason.DNS, "nowhere.invalid", id="no such name"
        ),
        pytest.param(
            requests("/circle", timeout=5), Verdict.FAILED, Reason.REDIRECT, "redirect", id="in a circle"
        ),
        pytest.param(requests("data:text/plain,x"), Verdict.ERROR, Reason.INVALID_DEFINITION, "http://", id="scheme"),
    ],
)  # fmt: skip
def test_how_it_ends(on_mirror: Walk, step: dict[str, Any], verdict: Verdict, reason: Reason, message: str) -> None:
    told: list[StepResult] = []
    result = on_mirror(step, told=told)
    assert result.failure is not None
    assert (result.failure.verdict, result.failure.reason) == (verdict, reason)
    assert (told[0].status, told[0].reason) == (verdict, reason)
    assert message in result.failure.message


def test_secrets_are_in_nothing_that_is_told(on_mirror: Walk) -> None:
    told: list[StepResult] = []
    result = on_mirror(
        requests(
            "/echo?token={{TOKEN}}",
            headers={"Authorization": "Bearer {{TOKEN}}"},
            assertions=[{**has("$.headers.authorization", "Bearer x"), "options": {"soft": True}}],
            extract=[{"name": "PATH", "path": "$.path", "secret": True}],
        ),
        {"action": "set_variable", "variable": "COPY", "value": "{{PATH}}"},
        requests("http://127.0.0.1:9/{{TOKEN}}"),
        secrets=["TOKEN"],
        walk_secrets={"TOKEN": "t0ps3cret-value"},
        told=told,
    )
    assert "t0ps3cret" not in repr((result, told))
    assert "COPY" not in result.variables


def test_an_answer_with_a_name_is_there_for_later_steps(on_mirror: Walk) -> None:
    judged = {"as": "mine", "status": 200, "json_path": {"path": "$.method", "equals": "POST"}}
    result = on_mirror(
        requests(method="POST", **{"as": "mine"}),
        {"action": "goto", "url": "/mirror"},
        {"action": "assert", "response": judged},
    )
    assert result.failure is None
    assert result.steps[0].detail["status"] == 200

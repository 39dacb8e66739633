"""The check type ``http`` against a real site."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from outrider_engine.assertions import judge
from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.domain.egress import EgressMode
from outrider_engine.domain.observations import Observation
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import InvalidInput, UnknownVariable
from outrider_engine.plugin_manager import load_plugins
from outrider_engine.testing import check_type_problems, observe
from outrider_plugins.http.check_type import HttpCheckType
from outrider_plugins.http.settings import HttpSettings

HTTP = HttpCheckType()


def asked(observation: Observation) -> dict[str, Any]:
    seen: dict[str, Any] = json.loads(observation.body or b"{}")
    return seen


def test_register_check_types_offers_http_as_its_contract_says() -> None:
    installed = load_plugins(blocked=("browser",)).check_types["http"]
    assert installed.title == "HTTP"
    assert check_type_problems(installed) == []
    assert HTTP.runnable_problem(HttpSettings(url="http://a.test")) is None


def test_a_response_is_told_as_facts(site: str) -> None:
    observation = observe(HTTP, {"url": f"{site}/health"})
    assert observation.failure is None
    assert {name: observation.facts[name] for name in ("status", "ip", "http_version", "hops")} == {
        "status": 200,
        "ip": "127.0.0.1",
        "http_version": "1.1",
        "hops": [f"{site}/health"],
    }
    assert observation.facts["size"] == len(observation.body or b"")
    assert list(observation.phases) == ["dns", "connect", "first_byte", "transfer"]
    assert observation.headers["content-type"] == "application/json"
    json.dumps(observation.facts)


def test_variables_are_put_into_everything_that_is_sent(site: str) -> None:
    config = {
        "url": "{{SITE}}/{{PATH}}?q={{WORD}}",
        "method": "POST",
        "headers": {"Authorization": "Bearer {{TOKEN}}"},
        "body": {"word": "{{WORD}}", "list": ["{{WORD}}", 1]},
    }
    variables = {"SITE": site, "PATH": "a", "WORD": 'x"y{{TOKEN}}', "TOKEN": "t0ken"}
    seen = asked(observe(HTTP, config, variables=variables))
    assert seen["headers"]["authorization"] == "Bearer t0ken"
    assert seen["headers"]["content-type"] == "application/json"
    assert json.loads(seen["body"]) == {"word": 'x"y{{TOKEN}}', "list": ['x"y{{TOKEN}}', 1]}
    assert seen["path"] == "/a?q=x%22y%7B%7BTOKEN%7D%7D"


def test_a_text_is_sent_as_it_is(site: str) -> None:
    seen = asked(observe(HTTP, {"url": site, "method": "PUT", "body": "grüße"}))
    assert seen["body"] == "grüße"
    assert "content-type" not in seen["headers"]


@pytest.mark.parametrize(
    ("config", "status", "hops"),
    [
        pytest.param({}, 200, 2, id="followed"),
        pytest.param({"follow_redirects": False}, 302, 1, id="not-followed"),
        pytest.param({"max_redirects": 0}, 302, 1, id="none-allowed"),
    ],
)
def test_redirects_are_followed_when_asked_to(site: str, config: dict[str, Any], status: int, hops: int) -> None:
    observation = observe(HTTP, {"url": f"{site}/go?status=302", **config})
    assert observation.facts["status"] == status
    assert len(observation.facts["hops"]) == hops  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "verdict", "reason"),
    [
        (200, Verdict.PASSED, None),
        (204, Verdict.PASSED, None),
        (399, Verdict.PASSED, None),
        (404, Verdict.FAILED, Reason.HTTP_STATUS),
        (503, Verdict.FAILED, Reason.HTTP_STATUS),
    ],
)
def test_by_default_200_to_399_pass(site: str, status: int, verdict: Verdict, reason: Reason | None) -> None:
    observation = observe(HTTP, {"url": f"{site}/?status={status}", "method": "HEAD"})
    judgement = judge(observation, HTTP.default_assertions, by_default=True)
    assert (judgement.verdict, judgement.reason) == (verdict, reason)


def test_what_was_observed_can_be_asserted(site: str) -> None:
    observation = observe(HTTP, {"url": f"{site}/x"})
    judgement = judge(
        observation,
        [
            Assertion(Source.STATUS, Operator.EQUALS, 200),
            Assertion(Source.RESPONSE_TIME, Operator.LESS_THAN, 5000),
            Assertion(Source.RESPONSE_TIME, Operator.LESS_THAN, 5000, "connect"),
            Assertion(Source.HEADER, Operator.CONTAINS, "json", "Content-Type"),
            Assertion(Source.JSON, Operator.EQUALS, "/x", "$.path"),
            Assertion(Source.BODY, Operator.MATCHES, '"method": "GET"'),
            Assertion(Source.FACT, Operator.GREATER_THAN, 10, "size"),
        ],
    )
    assert judgement.error is None


def test_a_path_is_joined_to_the_base_url(site: str) -> None:
    assert asked(observe(HTTP, {"url": "/a?b"}, base_url=f"{site}/shop/"))["path"] == "/a?b"
    assert asked(observe(HTTP, {"url": "{{P}}"}, variables={"P": "a"}, base_url=f"{site}/shop/"))["path"] == "/shop/a"
    with pytest.raises(InvalidInput) as refusal:
        observe(HTTP, {"url": "/a"})
    assert refusal.value.field == "url"


@pytest.mark.parametrize(
    ("config", "variables", "field"),
    [
        pytest.param({"url": "http://{{A}}/"}, {"A": "good@evil"}, "url", id="user-information"),
        pytest.param({"url": "{{A}}://x.test/"}, {"A": "file"}, "url", id="scheme"),
        pytest.param({"url": "http://x.test", "headers": {"X": "{{A}}"}}, {"A": "a\r\nY: z"}, "headers.X", id="crlf"),
        pytest.param({"url": "http://x.test", "headers": {"X": "{{NOPE}}"}}, {}, None, id="unknown-variable"),
    ],
)
def test_what_variables_make_impossible_is_refused(
    config: dict[str, Any], variables: dict[str, str], field: str | None
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        observe(HTTP, config, variables=variables)
    assert refusal.value.field == field
    assert field is not None or isinstance(refusal.value, UnknownVariable)


def test_a_failure_of_the_target_is_part_of_the_observation() -> None:
    observation = observe(HTTP, {"url": "http://no-such-host.invalid/"})
    assert observation.failure is not None
    assert (observation.failure.verdict, observation.failure.reason) == (Verdict.FAILED, Reason.DNS)
    assert observation.body is None
    assert "status" not in observation.facts


def test_public_mode_does_not_reach_this_machine(site: str) -> None:
    observation = observe(HTTP, {"url": site}, egress=EgressMode.PUBLIC)
    assert observation.failure is not None
    assert (observation.failure.verdict, observation.failure.reason) == (Verdict.ERROR, Reason.EGRESS_DENIED)


@pytest.mark.parametrize(
    ("field", "config"),
    [
        ("url", {}),
        ("url", {"url": ""}),
        ("url", {"url": "site.test"}),
        ("url", {"url": "ftp://site.test"}),
        ("url", {"url": "file:///etc/passwd"}),
        ("url", {"url": "javascript:alert(1)"}),
        ("url", {"url": "http://"}),
        ("url", {"url": "https:///x"}),
        ("url", {"url": "http://user:word@site.test/"}),
        ("url", {"url": "http://{{USER}}@site.test/"}),
        ("url", {"url": "http://good\\@evil.test/"}),
        ("url", {"url": "http://a b/"}),
        ("url", {"url": "http://site.test:0/"}),
        ("url", {"url": "http://site.test:99999/"}),
        ("url", {"url": "http://[::1/"}),
        ("url", {"url": "http://site.test/\r\nX: y"}),
        ("url", {"url": "http://site.test/" + "a" * 9000}),
        ("url", {"url": 5}),
        ("method", {"url": "http://site.test", "method": "TRACE"}),
        ("method", {"url": "http://site.test", "method": "get it"}),
        ("headers", {"url": "http://site.test", "headers": {"X Y": "z"}}),
        ("headers", {"url": "http://site.test", "headers": {"X": "a\r\nY: z"}}),
        ("headers", {"url": "http://site.test", "headers": {str(n): "" for n in range(200)}}),
        ("max_redirects", {"url": "http://site.test", "max_redirects": 100}),
        ("max_body", {"url": "http://site.test", "max_body": 10**9}),
        ("colour", {"url": "http://site.test", "colour": "red"}),
        ("", {"url": "http://site.test", "method": "HEAD", "body": "x"}),
    ],
    ids=lambda value: str(value)[:70],
)
def test_settings_that_make_no_sense_are_refused(field: str, config: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refusal:
        HttpSettings.model_validate(config)
    assert {".".join(map(str, problem["loc"][:1])) for problem in refusal.value.errors()} == {field}

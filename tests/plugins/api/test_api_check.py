"""The check type ``api`` against a real API."""

import json
import uuid
from typing import Any

import pytest
from pydantic import ValidationError

from outrider_engine.domain.egress import EgressMode
from outrider_engine.domain.observations import Observation
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import InvalidInput
from outrider_engine.plugin_manager import load_plugins
from outrider_engine.services.validation import validated
from outrider_engine.testing import check_type_problems, observation_problems, observe
from outrider_plugins.api.check_type import ApiCheckType
from outrider_plugins.api.settings import ApiSettings

API = ApiCheckType()


def step(path: str = "/", name: str = "one", **fields: Any) -> dict[str, Any]:
    """Return a step; ``request`` adds to its request."""
    request = {"url": path, **fields.pop("request", {})}
    return {"name": name, "request": request, **fields}


def run(api: Any, *steps: dict[str, Any], **given: Any) -> Observation:
    seen = observe(API, {"base_url": api.base, "steps": list(steps)}, **given)
    assert observation_problems(seen) == []
    return seen


def statuses(seen: Observation) -> list[str]:
    return [one.status.value for one in seen.steps]


def test_register_check_types_offers_api_as_its_contract_says() -> None:
    installed = load_plugins(blocked=("browser",)).check_types["api"]
    assert (installed.title, installed.family, installed.lane) == ("API", "api_monitor", "async")
    assert check_type_problems(installed) == []


def test_a_value_that_a_run_was_started_with_stays_whatever_is_extracted(api: Any) -> None:
    login = step("/login", request={"method": "POST"}, extract=[{"name": "token", "path": "$.token", "secret": True}])
    seen = run(api, login, step("/?t={{token}}"), variables={"token": "asked"}, pinned=("token",))
    assert seen.failure is None
    assert api.asked[1]["path"] == "/?t=asked"


def test_extracted_values_are_sent_and_judged_by_later_steps(api: Any) -> None:
    seen = run(
        api,
        step(
            "/login",
            "Login",
            request={"method": "POST", "body": {"email": "{{USER}}"}},
            extract=[
                {"name": "accessToken", "from": "body", "path": "$.token", "secret": True},
                {"name": "requestId", "from": "header", "path": "X-Request"},
                {"name": "number", "from": "headers", "path": "x-request", "pattern": r"r-(\d+)"},
                {"name": "session", "from": "cookie", "path": "sid"},
                {"name": "code", "from": "status"},
                {"name": "user", "path": "$.user"},
            ],
            assertions=[{"type": "status_code", "equals": 200}],
        ),
        step(
            "/profile?n={{number}}&s={{session}}&c={{code}}",
            "Profile",
            request={"headers": {"Authorization": "Bearer {{accessToken}}", "X-User": "{{user}}"}},
            assertions=[{"type": "json_path", "path": "$.echo.headers.authorization", "contains": "{{accessToken}}"}],
        ),
        variables={"USER": "ada@example.com"},
    )
    assert seen.failure is None
    assert statuses(seen) == ["passed", "passed"]
    login, profile = api.asked
    assert json.loads(login["body"]) == {"email": "ada@example.com"}
    assert profile["path"] == "/profile?n=99&s=abc123&c=200"
    assert profile["headers"]["authorization"] == "Bearer tok-4711-very-secret"
    assert json.loads(profile["headers"]["x-user"]) == {"id": 7, "note": None}
    assert profile["headers"]["cookie"] == "sid=abc123"
    assert seen.secrets == ("tok-4711-very-secret",)
    assert "tok-4711-very-secret" not in str(seen.steps), "even the judge must not tell it"
    first = seen.steps[0]
    assert first.detail["extracted"] == ["accessToken", "requestId", "number", "session", "code", "user"]
    assert (first.id, first.action, first.detail["status"]) == ("step-1", "request", 200)
    assert first.detail["url"] == f"{api.base}/login"
    assert {"connect", "first_byte"} <= set(first.detail["phases"])  # type: ignore[arg-type, call-overload]
    assert seen.phases["first_byte"] >= first.detail["phases"]["first_byte"]  # type: ignore[call-overload, index]
    assert seen.facts["status"] == 200


def test_the_first_failing_step_is_named_and_the_others_are_cancelled(api: Any) -> None:
    wrong = [{"type": "json_path", "path": "$.user.id", "equals": 8}]
    seen = run(api, step(), step(name="two", assertions=wrong), step(name="three"))
    assert statuses(seen) == ["passed", "failed", "cancelled"]
    assert seen.failure is not None
    assert (seen.failure.verdict, seen.failure.reason) == (Verdict.FAILED, Reason.ASSERTION)
    assert seen.failure.message == "two: json $.user.id: expected equals 8, got 7"
    assert seen.steps[1].error == "json $.user.id: expected equals 8, got 7"
    told = seen.steps[1].detail["assertions"]
    assert told[0]["spelling"] == wrong[0]  # type: ignore[call-overload, index]
    assert len(api.asked) == 2


@pytest.mark.parametrize(("path", "reason"), [("/status/500", "http_status"), ("/status/204", None)])
def test_a_step_without_assertions_passes_by_its_status(api: Any, path: str, reason: str | None) -> None:
    seen = run(api, step(path))
    assert (seen.failure and seen.failure.reason) == reason


def test_a_soft_assertion_degrades_and_goes_on(api: Any) -> None:
    soft = [{"type": "status_code", "equals": 201, "soft": True}]
    seen = run(api, step(assertions=soft, extract=[{"name": "id", "path": "$.user.id"}]), step("/{{id}}", "two"))
    assert statuses(seen) == ["degraded", "passed"]
    assert seen.failure is not None
    assert seen.failure.verdict is Verdict.DEGRADED
    assert api.asked[1]["path"] == "/7"


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"path": "$.nothing"}, "extract[0] v: body $.nothing: there is nothing"),
        ({"path": "$.user.note"}, "extract[0] v: body $.user.note: it is null"),
        ({"from": "header", "path": "X-None"}, "extract[0] v: header X-None: there is nothing"),
        ({"from": "cookie", "path": "none"}, "extract[0] v: cookie none: there is no such cookie"),
        ({"pattern": "zzz"}, "extract[0] v: body: the pattern does not match"),
    ],
)
def test_what_can_not_be_extracted_fails_the_step(api: Any, wanted: dict[str, Any], told: str) -> None:
    seen = run(api, step(extract=[{"name": "v", **wanted}]), step(name="two"))
    assert statuses(seen) == ["failed", "cancelled"]
    assert seen.steps[0].error == told


def test_every_kind_of_body_is_sent_as_it_is_meant(api: Any) -> None:
    def sent(body: Any, **request: Any) -> tuple[str | None, str]:
        api.asked.clear()
        run(api, step(request={"method": "POST", "body": body, **request}), variables={"V": 'a"&b'})
        return api.asked[0]["headers"].get("content-type"), api.asked[0]["body"]

    assert sent({"a": "{{V}}", "type": "raw"}) == ("application/json", '{"a": "a\\"&b", "type": "raw"}')
    assert sent([1, None]) == ("application/json", "[1, null]")
    assert sent("<{{V}}>") == (None, '<a"&b>')
    assert sent({"type": "json", "content": {"type": "raw", "content": "x"}})[1] == '{"type": "raw", "content": "x"}'
    assert sent({"type": "article", "content": "x"})[1] == '{"type": "article", "content": "x"}'
    assert sent({"type": "raw", "content": "{{V}}"}, headers={"Content-Type": "text/csv"}) == ("text/csv", 'a"&b')
    form = {"q": "{{V}}", "n": [1, True]}
    assert sent({"type": "form", "content": form}) == ("application/x-www-form-urlencoded", "q=a%22%26b&n=1&n=true")


def test_multipart_forms_carry_fields_and_inline_files(api: Any) -> None:
    content = {
        "who": "{{V}}",
        'a"b': {"type": "file", "filename": "a\r\n.csv", "content": "x,{{V}}", "content_type": "text/csv"},
        "raw": {"type": "file", "content_base64": "AAEC"},
    }
    run(api, step(request={"method": "PUT", "body": {"type": "multipart", "content": content}}), variables={"V": "v"})
    kind, body = api.asked[0]["headers"]["content-type"], api.asked[0]["body"]
    boundary = kind.removeprefix("multipart/form-data; boundary=")
    parts = body.removesuffix(f"--{boundary}--\r\n").split(f"--{boundary}\r\n")[1:]
    assert parts == [
        'Content-Disposition: form-data; name="who"\r\n\r\nv\r\n',
        'Content-Disposition: form-data; name="a%22b"; filename="a%0D%0A.csv"\r\nContent-Type: text/csv\r\n\r\nx,v\r\n',
        (
            'Content-Disposition: form-data; name="raw"; filename="raw"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n\x00\x01\x02\r\n"
        ),
    ]


def test_built_in_values_are_one_for_the_run_and_new_for_the_next(api: Any) -> None:
    path = "/{{uuid}}/{{timestamp}}/{{random_int}}"
    run(api, step(path), step(path, "two"))
    run(api, step(path), variables={"timestamp": "mine"})
    first, second, third = (asked["path"].split("/")[1:] for asked in api.asked)
    assert first == second != third
    assert str(uuid.UUID(first[0])) == first[0]
    assert first[1].isdigit()
    assert 0 <= int(first[2]) < 1_000_000
    assert third[1] == "mine"


def test_a_run_may_be_given_another_base_url(api: Any) -> None:
    seen = observe(API, {"base_url": "http://127.0.0.1:9", "steps": [step("/x")]}, base_url=api.base)
    assert seen.failure is None
    assert api.asked[0]["path"] == "/x"


def test_an_unknown_value_is_found_before_anything_is_sent(api: Any) -> None:
    seen = run(api, step(extract=[{"name": "late", "from": "status"}]), step("/{{late}}/{{nobody}}", "two"))
    assert statuses(seen) == ["cancelled", "error"]
    assert seen.failure is not None
    assert seen.failure.reason is Reason.UNKNOWN_VARIABLE
    assert "{{nobody}}" in seen.failure.message
    assert api.asked == []


def test_a_path_without_a_base_url_is_an_error_of_the_check() -> None:
    seen = observe(API, {"steps": [step("/x"), step("/y", "two")]})
    assert statuses(seen) == ["error", "cancelled"]
    assert seen.failure is not None
    assert seen.failure.reason is Reason.INVALID_DEFINITION


def test_failures_of_the_network_and_denied_addresses_are_those_of_the_step(api: Any) -> None:
    closed = observe(API, {"steps": [step("http://127.0.0.1:1/")]})
    assert closed.failure is not None
    assert (closed.failure.reason, closed.steps[0].reason) == (Reason.CONNECT, Reason.CONNECT)
    denied = observe(API, {"steps": [step(f"{api.base}/")]}, egress=EgressMode.PUBLIC)
    assert denied.failure is not None
    assert denied.failure.reason is Reason.EGRESS_DENIED
    assert api.asked == []


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"extract": [{"name": "a", "path": "$["}]}, "steps[1].extract[0].path"),
        ({"extract": [{"name": "a b", "path": "$"}]}, "steps[1].extract[0].name"),
        ({"extract": [{"name": "a", "from": "mood"}]}, "steps[1].extract[0].from"),
        ({"extract": [{"name": "a", "from": "header"}]}, "steps[1].extract[0].path"),
        ({"extract": [{"name": "a", "pattern": "("}]}, "steps[1].extract[0].pattern"),
        ({"assertions": [{"type": "json_path", "path": "$[", "equals": 1}]}, "steps[1].assertions[0].path"),
        ({"assertions": [{"type": "mood"}]}, "steps[1].assertions[0].type"),
        ({"assertions": [{"type": "status_code", "equals": "x"}]}, "steps[1].assertions[0].equals"),
        ({"request": {"url": "/", "method": "BREW"}}, "steps[1].request.method"),
        ({"request": {"url": "/", "method": "HEAD", "body": {}}}, "steps[1].request.body"),
        ({"request": {"url": "ftp://a/"}}, "steps[1].request.url"),
        ({"request": {"url": "/", "body": {"type": "form", "content": 1}}}, "steps[1].request.body.content"),
        (
            {"request": {"url": "/", "body": {"type": "form", "content": {"a": {}}}}},
            "steps[1].request.body.content.a",
        ),
        (
            {"request": {"url": "/", "body": {"type": "multipart", "content": {"a": {"type": "file", "path": "/x"}}}}},
            "steps[1].request.body.content.a.path",
        ),
        ({"id": "first"}, "steps[1].id"),
        ({"mood": 1}, "steps[1].mood"),
        ({"name": ""}, "steps[1].name"),
    ],
)
def test_errors_name_the_exact_path(fields: dict[str, Any], where: str) -> None:
    given = {"steps": [{**step(), "id": "first"}, {"name": "b", "request": {"url": "/"}, **fields}]}
    with pytest.raises(InvalidInput) as caught:
        validated(ApiSettings, given)
    assert caught.value.field == where


def test_there_must_be_a_step_and_a_whole_base_url() -> None:
    for wrong in ({"steps": []}, {"steps": [step()], "base_url": "/x"}, {}):
        with pytest.raises(ValidationError):
            ApiSettings.model_validate(wrong)

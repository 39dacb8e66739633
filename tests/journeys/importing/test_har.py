"""HARs: which requests are taken, redirects, values of earlier answers, secrets, status."""

import json
from typing import Any

import pytest
from imports import outcomes, read, steps_of

from outrider_journeys.importing.contract import Imported, ImportProblem
from outrider_journeys.importing.receipt import Outcome
from outrider_journeys.importing.registry import Importers
from outrider_plugins.api.settings import ApiSettings

SITE = "https://shop.example"


def entry(
    url: str,
    method: str = "GET",
    *,
    status: int = 200,
    mime: str = "application/json",
    text: str = "",
    headers: dict[str, str] | None = None,
    answered: dict[str, str] | None = None,
    post: dict[str, Any] | None = None,
    **fields: Any,
) -> dict[str, Any]:
    def pairs(given: dict[str, str] | None) -> list[dict[str, str]]:
        return [{"name": name, "value": value} for name, value in (given or {}).items()]

    request = {"method": method, "url": url, "headers": pairs(headers)} | ({"postData": post} if post else {})
    content = {"mimeType": mime, "text": text, "size": len(text)}
    response = {"status": status, "headers": pairs(answered), "content": content, "redirectURL": ""}
    return {"startedDateTime": "2026-01-01T00:00:00Z", "request": request, "response": response, **fields}


def imported(importers: Importers, *entries: dict[str, Any], **options: Any) -> Imported:
    made = read(importers, "har", {"log": {"version": "1.2", "entries": list(entries)}}, **options)
    for check in made.checks:
        ApiSettings.model_validate({key: check.definition[key] for key in ("steps", "base_url")})
    return made


def requests(made: Imported) -> list[dict[str, Any]]:
    return [step["request"] for step in made.checks[0].definition["steps"]]


def test_documents_and_data_of_the_site_are_taken(importers: Importers) -> None:
    made = imported(
        importers,
        entry(f"{SITE}/", mime="text/html", _resourceType="document"),
        entry(f"{SITE}/app.js", mime="application/javascript", _resourceType="script"),
        entry(f"{SITE}/logo.png", mime="image/png"),
        entry(f"{SITE}/api/cart", "OPTIONS"),
        entry("https://api.shop.example/items?q=a b", _resourceType="xhr"),
        entry("https://tracker.example/collect", _resourceType="fetch"),
        entry(f"{SITE}/blocked", status=0),
        entry("data:text/plain,x"),
    )
    assert [request["url"] for request in requests(made)] == ["/", "https://api.shop.example/items?q=a b"]
    assert made.checks[0].definition["base_url"] == SITE
    assert len(outcomes(made, Outcome.DROPPED)) == 6
    chosen = imported(importers, entry(f"{SITE}/"), entry("https://b.example/"), hosts=("b.example",))
    assert [request["url"] for request in requests(chosen)] == ["/"]
    assert chosen.checks[0].definition["base_url"] == "https://b.example"


def test_every_request_expects_its_status_and_redirects_are_followed(importers: Importers) -> None:
    made = imported(
        importers,
        entry(f"{SITE}/old", status=302, answered={"Location": "/new"}, mime="text/html"),
        entry(f"{SITE}/new", mime="text/html"),
        entry(f"{SITE}/gone", status=404),
        entry(f"{SITE}/cached", status=304),
    )
    assert [step["assertions"] for step in made.checks[0].definition["steps"]] == [
        [{"type": "status_code", "equals": 200}],
        [{"type": "status_code", "equals": 404}],
        [{"type": "status_code", "equals": 200}],
    ]
    assert "304" in outcomes(made, Outcome.APPROXIMATED)["log.entries[3]"]


def test_values_of_earlier_answers_are_taken_from_them(importers: Importers) -> None:
    page = '<form><input type="hidden" name="csrf" value="c5rf-4711-abc"></form>'
    made = imported(
        importers,
        entry(f"{SITE}/login", mime="text/html", text=page),
        entry(
            f"{SITE}/session",
            "POST",
            text=json.dumps({"data": {"access_token": "tok-123456789", "user": {"id": 987654}}}),
            post={"mimeType": "application/x-www-form-urlencoded", "text": "user=ada&csrf=c5rf-4711-abc"},
        ),
        entry(f"{SITE}/users/987654?v=1", headers={"Authorization": "Bearer tok-123456789"}),
    )
    first, second, _ = made.checks[0].definition["steps"]
    assert first["extract"] == [{"name": "csrf", "pattern": 'name="csrf"[^>]*value="([^"]+)"', "secret": True}]
    assert second["extract"] == [
        {"name": "id", "path": "$.data.user.id"},
        {"name": "accessToken", "path": "$.data.access_token", "secret": True},
    ]
    form, read_user = requests(made)[1:]
    assert form["body"] == {"type": "form", "content": {"user": "ada", "csrf": "{{csrf}}"}}
    assert (read_user["url"], read_user["headers"]) == (
        "/users/{{id}}?v=1",
        {"Authorization": "Bearer {{accessToken}}"},
    )
    assert "tok-123456789" not in json.dumps(made.checks[0].definition)


def test_credentials_become_secrets_and_what_browsers_send_is_left_out(importers: Importers) -> None:
    made = imported(
        importers,
        entry(
            f"{SITE}/login?api_key=qwertz-12345",
            "POST",
            headers={
                ":authority": "shop.example",
                "User-Agent": "x",
                "Sec-Fetch-Mode": "cors",
                "Cookie": "sid=abc123456",
                "Authorization": "Basic YWRhOnNlY3JldA==",
                "X-Requested-With": "XMLHttpRequest",
            },
            post={"mimeType": "application/json", "text": '{"user": "ada", "password": "correct horse"}'},
        ),
    )
    (request,) = requests(made)
    assert request["url"] == "/login?api_key={{API_KEY}}"
    assert request["headers"] == {
        "Authorization": "Basic {{BASIC_CREDENTIALS}}",
        "X-Requested-With": "XMLHttpRequest",
    }
    assert request["body"] == {"type": "json", "content": {"user": "ada", "password": "{{PASSWORD}}"}}
    assert made.secrets == ("API_KEY", "BASIC_CREDENTIALS", "PASSWORD")
    assert "sid" in outcomes(made, Outcome.CHOICE_NEEDED)["log.entries[0]"]
    whole = json.dumps([made.checks[0].definition, made.receipt.as_json()])
    assert not [value for value in ("horse", "qwertz", "YWRh", "abc123456") if value in whole]


def test_entries_are_sent_in_the_order_of_their_times(importers: Importers) -> None:
    late = entry(f"{SITE}/late") | {"startedDateTime": "2026-01-01T00:00:02.5Z"}
    early = entry(f"{SITE}/early") | {"startedDateTime": "2026-01-01T01:00:01+01:00"}
    assert [step["request"]["url"] for step in steps_of(imported(importers, late, early))] == ["/early", "/late"]


def test_the_site_is_that_of_the_first_page_not_of_an_advertiser(importers: Importers) -> None:
    frame = entry("https://ads.example/frame", mime="text/html", _resourceType="document")
    own = entry(f"{SITE}/api", _resourceType="xhr")
    pages = [
        {"id": "2", "title": "https://other.example/", "startedDateTime": "2026-01-01T00:00:09Z"},
        {"id": "1", "title": f"{SITE}/", "startedDateTime": "2026-01-01T00:00:00Z"},
    ]
    log = {"version": "1.2", "pages": pages, "entries": [frame, own]}
    made = read(importers, "har", {"log": log})
    assert made.checks[0].name == "Requests of shop.example"
    assert outcomes(made, Outcome.DROPPED) == {"log.entries[0]": "of the host ads.example"}


@pytest.mark.parametrize("status", [0, -1, None])
def test_requests_without_an_answer_are_told(importers: Importers, status: int | None) -> None:
    lost = entry(f"{SITE}/lost")
    lost["response"]["status"] = status
    made = imported(importers, entry(f"{SITE}/"), lost)
    assert outcomes(made, Outcome.DROPPED) == {"log.entries[1]": "it got no answer"}
    with pytest.raises(ImportProblem, match="no request of these hosts in it: it got no answer"):
        imported(importers, lost)


def test_parameters_and_cookies_may_only_be_listed(importers: Importers) -> None:
    asked = entry(f"{SITE}/find")
    listed = {"a b": "1&2", "done": "x%20y"}
    asked["request"]["queryString"] = [{"name": name, "value": value} for name, value in listed.items()]
    asked["request"]["cookies"] = [{"name": "basket", "value": "7"}]
    made = imported(importers, asked)
    assert steps_of(made)[0]["request"]["url"] == "/find?a+b=1%262&done=x%20y"
    assert "basket" in outcomes(made, Outcome.CHOICE_NEEDED)["log.entries[0]"]


def test_a_form_that_was_kept_as_it_was_sent_is_read(importers: Importers) -> None:
    text = (
        '--xyz\r\nContent-Disposition: form-data; name="who"\r\n\r\nada\r\n'
        '--xyz\r\nContent-Disposition: form-data; name="password"\r\n\r\ncorrect horse\r\n'
        '--xyz\r\nContent-Disposition: form-data; name="a"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nhi\r\n'
        "--xyz--\r\n"
    )
    made = imported(
        importers, entry(f"{SITE}/", "POST", post={"mimeType": "multipart/form-data; boundary=xyz", "text": text})
    )
    assert steps_of(made)[0]["request"]["body"] == {
        "type": "multipart",
        "content": {
            "who": "ada",
            "password": "{{PASSWORD}}",
            "a": {"type": "file", "filename": "a.txt", "content": "hi"},
        },
    }


@pytest.mark.parametrize(
    ("mime", "text"),
    [
        ("application/json", '{"credentials": [{"type": "password", "value": "correct horse"}]}'),
        ("application/json", '{"password": "correct horse", '),
        ("text/xml", "<a><password>correct horse</password></a>"),
        ("text/plain", "user=ada&password=correct+horse"),
    ],
)
def test_passwords_are_found_in_bodies_of_any_shape(importers: Importers, mime: str, text: str) -> None:
    made = imported(importers, entry(f"{SITE}/", "POST", post={"mimeType": mime, "text": text}))
    assert "horse" not in json.dumps([made.checks[0].definition, made.receipt.as_json()])
    assert made.secrets == ("PASSWORD",)


def test_files_of_forms_have_to_be_supplied(importers: Importers) -> None:
    params = [{"name": "a", "value": "1"}, {"name": "f", "fileName": "me.png", "contentType": "image/png"}]
    made = imported(importers, entry(f"{SITE}/up", "POST", post={"mimeType": "multipart/form-data", "params": params}))
    content = requests(made)[0]["body"]["content"]
    assert content == {"a": "1", "f": {"type": "file", "filename": "me.png", "content": ""}}
    assert "me.png" in outcomes(made, Outcome.CHOICE_NEEDED)["log.entries[0]"]


def test_more_requests_than_a_monitor_may_have_are_told(importers: Importers) -> None:
    made = imported(importers, *(entry(f"{SITE}/{number}") for number in range(60)))
    assert len(requests(made)) == 50
    assert len(outcomes(made, Outcome.DROPPED)) == 10


@pytest.mark.parametrize(
    ("log", "problem"),
    [
        ({"log": {}}, "log.entries: is missing"),
        ({"log": {"entries": [{"request": {}}]}}, r"log.entries\[0\].request.method: is missing"),
        ({"log": {"entries": [entry("data:x")]}}, "no request to an http address"),
        ({"log": {"entries": [entry(f"{SITE}/a.png", mime="image/png")]}}, "no request of these hosts.*shop.example"),
    ],
)
def test_what_is_no_archive_is_refused(importers: Importers, log: dict[str, Any], problem: str) -> None:
    with pytest.raises(ImportProblem, match=problem):
        read(importers, "har", log)

"""Postman collections: requests, authentication, bodies, variables, and the common lines of scripts."""

import json
from typing import Any

import pytest
from imports import outcomes, read

from outrider_journeys.importing.contract import Imported, ImportProblem
from outrider_journeys.importing.receipt import Outcome
from outrider_journeys.importing.registry import Importers
from outrider_plugins.api.settings import ApiSettings


def collection(*items: dict[str, Any], **fields: Any) -> dict[str, Any]:
    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    return {"info": {"name": "Shop API", "schema": schema}, "item": list(items), **fields}


def item(request: Any, name: str = "Ask", **fields: Any) -> dict[str, Any]:
    return {"name": name, "request": request, **fields}


def steps(imported: Imported) -> list[dict[str, Any]]:
    for check in imported.checks:
        given = {key: check.definition[key] for key in ("steps", "base_url") if key in check.definition}
        ApiSettings.model_validate(given)
    return [step for check in imported.checks for step in check.definition["steps"]]


def asked(importers: Importers, request: Any, **fields: Any) -> dict[str, Any]:
    (step,) = steps(read(importers, "postman", collection(item(request), **fields)))
    return dict(step["request"])


def scripted(importers: Importers, *lines: str, listen: str = "test") -> tuple[dict[str, Any], Imported]:
    event = [{"listen": listen, "script": {"exec": list(lines)}}]
    imported = read(importers, "postman", collection(item("https://a.example/", event=event)))
    (step,) = steps(imported)
    return step, imported


@pytest.mark.parametrize(
    ("url", "made"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("localhost:3000/x", "http://localhost:3000/x"),
        ("{{baseUrl}}/x", "{{baseUrl}}/x"),
        ({"raw": "{{my url}}/x"}, "{{my_url}}/x"),
        (
            {
                "raw": "https://a.example/u/:id?a=1",
                "query": [{"key": "a", "value": "1"}, {"key": "b", "value": "2", "disabled": True}],
                "variable": [{"key": "id", "value": "7"}],
            },
            "https://a.example/u/7?a=1",
        ),
        ({"protocol": "https", "host": ["a", "example"], "path": ["x", "y"]}, "https://a.example/x/y"),
    ],
)
def test_addresses(importers: Importers, url: Any, made: str) -> None:
    assert asked(importers, {"url": url})["url"] == made


@pytest.mark.parametrize(
    ("body", "made"),
    [
        ({"mode": "raw", "raw": '{"a": [1, "{{x}}"]}'}, {"type": "json", "content": {"a": [1, "{{x}}"]}}),
        ({"mode": "raw", "raw": "{{x}}"}, {"type": "raw", "content": "{{x}}"}),
        (
            {"mode": "urlencoded", "urlencoded": [{"key": "a", "value": "1"}, {"key": "b", "disabled": True}]},
            {"type": "form", "content": {"a": "1"}},
        ),
        (
            {"mode": "formdata", "formdata": [{"key": "f", "type": "file", "src": "/tmp/a.png"}]},
            {"type": "multipart", "content": {"f": {"type": "file", "filename": "a.png", "content": ""}}},
        ),
        (
            {"mode": "graphql", "graphql": {"query": "{a}", "variables": '{"x": 1}'}},
            {"type": "json", "content": {"query": "{a}", "variables": {"x": 1}}},
        ),
        ({"mode": "raw", "raw": "x", "disabled": True}, None),
    ],
)
def test_bodies(importers: Importers, body: dict[str, Any], made: Any) -> None:
    assert asked(importers, {"url": "https://a.example", "method": "POST", "body": body}).get("body") == made


@pytest.mark.parametrize(
    ("auth", "headers"),
    [
        ({"type": "bearer", "bearer": [{"key": "token", "value": "{{t}}"}]}, {"Authorization": "Bearer {{t}}"}),
        ({"type": "bearer", "bearer": [{"key": "token", "value": "abc123456"}]}, {"Authorization": "Bearer {{TOKEN}}"}),
        ({"type": "basic", "basic": {"password": "p"}}, {"Authorization": "Basic {{BASIC_CREDENTIALS}}"}),
        (
            {"type": "apikey", "apikey": [{"key": "key", "value": "X-Key"}, {"key": "value", "value": "abc123456"}]},
            {"X-Key": "{{API_KEY}}"},
        ),
        (
            {"type": "oauth2", "oauth2": [{"key": "accessToken", "value": "x"}]},
            {"Authorization": "Bearer {{ACCESS_TOKEN}}"},
        ),
        ({"type": "awsv4", "awsv4": []}, None),
        ({"type": "noauth"}, None),
    ],
)
def test_authentication_of_the_collection_or_of_the_request(
    importers: Importers, auth: dict[str, Any], headers: dict[str, str] | None
) -> None:
    assert asked(importers, {"url": "https://a.example"}, auth=auth).get("headers") == headers
    own = {"url": "https://a.example", "auth": auth}
    assert asked(importers, own, auth={"type": "bearer", "bearer": {"token": "x"}}).get("headers") == headers


@pytest.mark.parametrize(
    ("line", "assertion"),
    [
        ("pm.response.to.have.status(201);", {"type": "status_code", "equals": 201}),
        ("pm.test('a', () => pm.response.to.have.status(200));", {"type": "status_code", "equals": 200}),
        ('pm.test("a", function () { pm.response.to.have.status("OK"); });', {"type": "status_code", "equals": 200}),
        ("pm.response.to.be.ok", {"type": "status_code", "operator": "between", "value": [200, 299]}),
        (
            "pm.expect(pm.response.code).to.be.oneOf([200, 201]);",
            {"type": "status_code", "operator": "in", "value": [200, 201]},
        ),
        (
            "pm.expect(pm.response.responseTime).to.be.below(500)",
            {"type": "response_time", "operator": "less_than", "value": 500},
        ),
        ("pm.response.to.have.header('ETag')", {"type": "header", "name": "ETag", "operator": "exists"}),
        ("pm.expect(pm.response.text()).to.include('Hi (you)')", None),
        (
            "pm.expect(pm.response.text()).to.include('Hi')",
            {"source": "body", "operator": "contains", "expected": "Hi"},
        ),
        (
            "pm.expect(pm.response.json().a.b[0]).to.eql('x')",
            {"type": "json_path", "path": "$.a.b[0]", "operator": "equals", "value": "x"},
        ),
        (
            "pm.expect(pm.response.json().a).to.not.equal(1)",
            {"type": "json_path", "path": "$.a", "operator": "not_equals", "value": 1},
        ),
        (
            "pm.expect(pm.response.json().a).to.be.true",
            {"type": "json_path", "path": "$.a", "operator": "equals", "value": True},
        ),
        (
            "pm.expect(pm.response.json()).to.have.property('a')",
            {"type": "json_path", "path": "$.a", "operator": "exists"},
        ),
        (
            "pm.expect(pm.response.json().a).to.have.lengthOf(3)",
            {"type": "json_path", "path": "$.a.length", "operator": "equals", "value": 3},
        ),
        ("pm.expect(pm.response.json().a).to.exist", {"type": "json_path", "path": "$.a", "operator": "exists"}),
        ("tests['ok'] = responseCode.code === 200;", {"type": "status_code", "operator": "equals", "value": 200}),
        ("tests['fast'] = responseTime < 200;", {"type": "response_time", "operator": "less_than", "value": 200}),
        ("tests['has'] = responseBody.has('Hi');", {"type": "body_contains", "value": "Hi"}),
        (
            "pm.expect(pm.response.json().a).to.match(/^x/i)",
            {"type": "json_path", "path": "$.a", "operator": "matches", "value": "(?i)^x"},
        ),
        ("pm.expect(pm.response).to.have.status(201)", {"type": "status_code", "equals": 201}),
        ("pm.response.to.not.be.error", {"type": "status_code", "operator": "less_than", "value": 400}),
        ("pm.response.to.be.notFound", {"type": "status_code", "equals": 404}),
        ("pm.expect(pm.response.json()).to.be.an('array')", None),
        ("while (true) { pm.response.to.have.status(200) }", None),
    ],
)
def test_lines_of_scripts(importers: Importers, line: str, assertion: dict[str, Any] | None) -> None:
    step, imported = scripted(importers, "", line)
    assert step.get("assertions", []) == ([] if assertion is None else [assertion])
    dropped = outcomes(imported, Outcome.DROPPED)
    assert list(dropped) == ([] if assertion is not None else ["item[0].event[0] line 2"])


def test_variables_that_scripts_set_are_taken_from_the_answer(importers: Importers) -> None:
    step, imported = scripted(
        importers,
        "// the token",
        "let data = JSON.parse(responseBody).data;",
        'pm.environment.set("token", data.token);',
        'postman.setEnvironmentVariable("user id", data["users"][0].id);',
        'pm.globals.set("etag", pm.response.headers.get("ETag"));',
        'pm.collectionVariables.set("page", 1);',
        "if (data.y) {",
        '  pm.globals.set("x", data.x);',
        "}",
        "pm.expect(data.n)",
        "  .to.equal(3);",
    )
    assert step["extract"] == [
        {"name": "token", "path": "$.data.token", "secret": True},
        {"name": "user_id", "path": "$.data.users[0].id"},
        {"name": "etag", "from": "header", "path": "ETag"},
    ]
    assert step["assertions"] == [{"type": "json_path", "path": "$.data.n", "operator": "equals", "value": 3}]
    assert imported.checks[0].definition["variables"] == {"page": "1"}
    assert outcomes(imported, Outcome.DROPPED)["item[0].event[0] line 8"].startswith("it stands under a condition")


def test_more_assertions_than_a_step_may_have_are_told(importers: Importers) -> None:
    step, imported = scripted(importers, *(f"pm.expect(pm.response.json().a).to.not.eql({n});" for n in range(60)))
    assert len(step["assertions"]) == 50
    assert outcomes(imported, Outcome.DROPPED) == {"item[0].request": "a step has at most 50"}


def test_scripts_before_the_request_only_set_constants(importers: Importers) -> None:
    _, imported = scripted(
        importers, 'pm.variables.set("a", "1")', 'pm.variables.set("b", Date.now())', listen="prerequest"
    )
    assert imported.checks[0].definition["variables"] == {"a": "1"}
    assert list(outcomes(imported, Outcome.DROPPED)) == ["item[0].event[0] line 2"]


def test_secrets_are_taken_out_of_variables_headers_and_bodies(importers: Importers) -> None:
    imported = read(
        importers,
        "postman",
        collection(
            item(
                {
                    "url": "https://a.example/?api_key=qwertz-12345&z={{password}}",
                    "method": "POST",
                    "header": [
                        {"key": "Authorization", "value": "Bearer abcdef-12345"},
                        {"key": "X-Api-Key", "value": "{{k}}"},
                    ],
                    "body": {"mode": "raw", "raw": '{"password": "correct horse"}'},
                }
            ),
            variable=[{"key": "password", "value": "battery staple"}, {"key": "host", "value": "a.example"}],
        ),
    )
    definition = imported.checks[0].definition
    assert definition["variables"] == {"host": "a.example"}
    assert set(imported.secrets) == {"password", "API_KEY", "TOKEN", "PASSWORD"}
    whole = json.dumps([definition, imported.receipt.as_json()])
    assert not [value for value in ("horse", "battery", "abcdef", "qwertz") if value in whole]
    assert definition["steps"][0]["request"]["headers"]["X-Api-Key"] == "{{k}}"


@pytest.mark.parametrize(
    "raw",
    [
        '{"credentials": [{"type": "password", "value": "correct horse"}]}',
        '{"id": {{id}}, "password": "correct horse"}',
        '{"query": "mutation { logIn(password: \\"correct horse\\") { id } }"}',
    ],
)
def test_passwords_are_found_in_bodies_of_any_shape(importers: Importers, raw: str) -> None:
    made = read(
        importers, "postman", collection(item({"url": "https://a.example", "body": {"mode": "raw", "raw": raw}}))
    )
    assert "horse" not in json.dumps(made.checks[0].definition)
    assert made.secrets == ("PASSWORD",)


def test_constants_of_scripts_are_followed_as_long_as_nothing_may_change_them(importers: Importers) -> None:
    lines = [
        "const id = 7;",
        "let other = 1;",
        "if (x) { other = 2; }",
        "pm.globals.set('id', id);",
        "pm.globals.set('o', other);",
    ]
    event = {"listen": "prerequest", "script": {"exec": lines}}
    made = read(importers, "postman", collection(item("https://a.example/{{id}}", event=[event])))
    assert made.checks[0].definition["variables"] == {"id": "7"}
    assert sorted(outcomes(made, Outcome.DROPPED)) == ["item[0].event[0] line 3", "item[0].event[0] line 5"]


@pytest.mark.parametrize(
    ("script", "is_taken"),
    [
        (
            "if (pm.response.code === 201) {\nconst made = pm.response.json();\npm.environment.set('id', made.id);\n}",
            True,
        ),
        ("const made = pm.response.json();\nif (made && made.id) { pm.environment.set('id', made.id); }", True),
        ("const made = pm.response.json();\nif (made.id !== undefined) pm.environment.set('id', made.id);", True),
        ("const { id } = pm.response.json();\nif (id) pm.environment.set('id', JSON.stringify(id));", False),
        ("const made = pm.response.json();\nif (made.late) { pm.environment.set('id', made.id); }", False),
        (
            "const made = pm.response.json();\nif (pm.response.code === 401) { pm.environment.set('id', made.id); }",
            False,
        ),
        ("const made = pm.response.json();\nif (made.a) {} else { pm.environment.set('id', made.id); }", False),
        (
            "const made = pm.response.json();\nfor (const a of made.id) { pm.environment.set('id', made.id); }",
            False,
        ),
    ],
)
def test_what_is_taken_if_it_is_there_is_taken(importers: Importers, script: str, is_taken: bool) -> None:
    event = {"listen": "test", "script": {"exec": script.split("\n")}}
    made = read(importers, "postman", collection(item("https://a.example", event=[event])))
    (step,) = steps(made)
    assert step.get("extract", []) == ([{"name": "id", "path": "$.id"}] if is_taken else [])
    told = outcomes(made, Outcome.APPROXIMATED if is_taken else Outcome.DROPPED)
    assert list(told.values()) == [
        "the step fails where the condition does not hold"
        if is_taken
        else "it stands under a condition, in a loop or in a function"
    ]


def test_members_of_the_answer_are_taken_apart(importers: Importers) -> None:
    lines = [
        "const { id, name: title } = pm.response.json();",
        "pm.expect(title).to.equal('Tea');",
        "pm.globals.set('id', id);",
    ]
    event = {"listen": "test", "script": {"exec": lines}}
    (step,) = steps(read(importers, "postman", collection(item("https://a.example", event=[event]))))
    assert step["extract"] == [{"name": "id", "path": "$.id"}]
    assert step["assertions"] == [{"type": "json_path", "path": "$.name", "operator": "equals", "value": "Tea"}]


def test_a_body_is_sent_with_get_only_where_postman_does(importers: Importers) -> None:
    request = {"method": "GET", "url": "https://a.example", "body": {"mode": "raw", "raw": "[1]"}}
    kept = item(request, protocolProfileBehavior={"disableBodyPruning": True})
    asked = [step["request"] for step in steps(read(importers, "postman", collection(item(request), kept)))]
    assert ["body" in each for each in asked] == [False, True]


def test_different_people_have_credentials_of_their_own(importers: Importers) -> None:
    def by(user: str) -> dict[str, Any]:
        return item(
            {"url": "https://a.example", "auth": {"type": "basic", "basic": {"username": user, "password": "{{p}}"}}}
        )

    made = read(importers, "postman", collection(by("ada"), by("eve"), by("ada")))
    asked = [step["request"]["headers"]["Authorization"] for step in steps(made)]
    assert asked == [f"Basic {{{{BASIC_CREDENTIALS{end}}}}}" for end in ("", "_2", "")]
    assert "eve:password" in outcomes(made, Outcome.SECRET)["item[1].request"]


def test_requests_of_scripts_are_told(importers: Importers) -> None:
    lines = ["pm.sendRequest('https://a.example', (error, answer) => {", "  pm.expect(answer.code).to.eql(200);", "});"]
    event = {"listen": "test", "script": {"exec": lines}}
    made = read(importers, "postman", collection(item("https://a.example", event=[event])))
    told = outcomes(made, Outcome.DROPPED)
    assert told["item[0].event[0] line 1"] == "a script can send no request: make it a step of its own"
    assert "in a function" in told["item[0].event[0] line 2"]


def test_dynamic_variables_are_built_in_values(importers: Importers) -> None:
    imported = read(importers, "postman", collection(item("https://a.example/{{$guid}}/{{$randomEmail}}")))
    assert steps(imported)[0]["request"]["url"] == "https://a.example/{{uuid}}/user{{random_int}}@example.com"
    assert "is sent" in outcomes(imported, Outcome.APPROXIMATED)["item[0].request"]


def test_variables_that_nothing_sets_are_asked_for(importers: Importers) -> None:
    imported = read(importers, "postman", collection(item("{{baseUrl}}/x"), item("{{baseUrl}}/{{apiToken}}")))
    assert outcomes(imported, Outcome.CHOICE_NEEDED) == {"variable": "nothing sets it: set the variable baseUrl"}
    assert imported.secrets == ("apiToken",)


def test_folders_are_names_and_divide_large_collections(importers: Importers) -> None:
    small = collection({"name": "Users", "item": [item("https://a.example", name="List")]})
    assert steps(read(importers, "postman", small))[0]["name"] == "Users / List"
    folders = [
        {"name": name, "item": [item("https://a.example") for _ in range(count)]}
        for name, count in (("A", 20), ("B", 60))
    ]
    imported = read(importers, "postman", collection(*folders))
    assert [check.name for check in imported.checks] == ["Shop API: A", "Shop API: B 1", "Shop API: B 2"]
    assert len(steps(imported)) == 80


@pytest.mark.parametrize(
    ("source", "place"),
    [
        (collection(), "item"),
        ({"info": {"name": "x"}}, "item"),
        (collection(item({"url": "https://a.example", "method": 5})), "item[0].request.method"),
        (collection(item({"url": "https://a.example", "header": 5})), "item[0].request.header"),
        (collection(5), "item[0]"),  # type: ignore[arg-type]
    ],
)
def test_a_damaged_collection_is_refused_with_its_place(
    importers: Importers, source: dict[str, Any], place: str
) -> None:
    with pytest.raises(ImportProblem) as refused:
        read(importers, "postman", source)
    assert refused.value.field == place


def test_what_can_not_be_sent_is_told(importers: Importers) -> None:
    imported = read(
        importers,
        "postman",
        collection(item("https://a.example"), item("ftp://a.example"), item({"url": "", "method": "COPY"})),
    )
    assert len(steps(imported)) == 1
    assert sorted(outcomes(imported, Outcome.DROPPED)) == ["item[1].request", "item[2].request"]

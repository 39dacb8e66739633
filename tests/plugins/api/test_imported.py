"""Imported requests are sent to a real API: values go from answer to request, secrets where they were taken out."""

import json
from typing import Any

from outrider_engine.domain.observations import Observation
from outrider_engine.testing import observe
from outrider_journeys.importing.contract import Imported, ImportOptions
from outrider_journeys.importing.har.importer import HttpArchive
from outrider_journeys.importing.postman.importer import PostmanCollection
from outrider_plugins.api.check_type import ApiCheckType

RECORDED_TOKEN = "tok-of-the-recording"


def run(imported: Imported, **variables: str) -> Observation:
    definition = imported.checks[0].definition
    config = {key: definition[key] for key in ("base_url", "steps") if key in definition}
    return observe(ApiCheckType(), config, variables={**definition.get("variables", {}), **variables})


def test_a_collection(api: Any) -> None:
    login = {
        "name": "Log in",
        "request": {
            "method": "POST",
            "url": "{{baseUrl}}/login",
            "auth": {"type": "noauth"},
            "body": {"mode": "urlencoded", "urlencoded": [{"key": "password", "value": "correct horse"}]},
        },
        "event": [
            {
                "listen": "test",
                "script": {
                    "exec": [
                        "pm.test('fine', function () {",
                        "  pm.response.to.have.status(200);",
                        "  pm.expect(pm.response.json().user.id).to.eql(7);",
                        "});",
                        "pm.environment.set('token', pm.response.json().token);",
                    ]
                },
            }
        ],
    }
    profile = {"name": "Profile", "request": {"url": "{{baseUrl}}/profile", "header": "X-A: 1"}}
    collection = {
        "info": {"name": "Shop", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "variable": [{"key": "baseUrl", "value": api.base}],
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}"}]},
        "item": [login, profile],
    }
    seen = run(PostmanCollection().read(json.dumps(collection), ImportOptions()), PASSWORD="battery")
    assert seen.failure is None
    assert api.asked[0]["body"] == "password=battery"
    assert api.asked[1]["headers"]["authorization"].startswith("Bearer tok-4711")
    assert api.asked[1]["headers"]["x-a"] == "1"


def test_an_archive(api: Any) -> None:
    def entry(path: str, answer: dict[str, Any], **request: Any) -> dict[str, Any]:
        content = {"mimeType": "application/json", "text": json.dumps(answer)}
        return {
            "request": {"method": "GET", "url": f"{api.base}{path}", "headers": [], **request},
            "response": {"status": 200, "headers": [], "content": content},
        }

    bearer = [{"name": "Authorization", "value": f"Bearer {RECORDED_TOKEN}"}]
    password = {"mimeType": "application/json", "text": '{"password": "correct horse"}'}
    entries = [
        entry("/login", {"token": RECORDED_TOKEN}, method="POST", postData=password),
        entry("/profile", {}, headers=bearer),
    ]
    imported = HttpArchive().read(json.dumps({"log": {"entries": entries}}), ImportOptions())
    assert imported.secrets == ("PASSWORD",)
    seen = run(imported, PASSWORD="battery")
    assert seen.failure is None
    assert json.loads(api.asked[0]["body"]) == {"password": "battery"}
    assert api.asked[1]["headers"]["authorization"].startswith("Bearer tok-4711")

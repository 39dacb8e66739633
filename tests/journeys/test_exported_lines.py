"""What actions of environment, network and identity write as Python: each example compiles and says what it does."""

from typing import Any

import pytest

from outrider_journeys.actions.registry import StepActions
from outrider_journeys.exporting.code import CodeWriter

ACTIONS = (
    "set_viewport", "set_geolocation", "grant_permissions", "emulate_media", "set_headers", "set_network",
    "block_requests", "mock_response", "mock_from_har", "unmock", "http_request", "set_cookies", "clear_state",
    "save_login_state", "use_login_state", "totp",
)  # fmt: skip


def written(actions: StepActions, *steps: dict[str, Any]) -> tuple[str, CodeWriter]:
    journey = actions.parse({"base_url": "https://shop.example", "steps": list(steps)})
    code = CodeWriter(actions, journey.defaults, base_url=journey.base_url)
    code.steps(journey.steps)
    return "\n".join(code.lines), code


@pytest.mark.parametrize("name", ACTIONS)
def test_every_example_is_written_as_python(actions: StepActions, name: str) -> None:
    text, code = written(actions, *actions[name].model.model_json_schema()["examples"])
    compile(text, name, "exec")
    assert code.dropped == []
    assert "NotImplementedError" not in text


def test_a_request_is_written_with_what_must_hold_and_what_is_taken(actions: StepActions) -> None:
    text, code = written(
        actions,
        {
            "action": "http_request",
            "method": "POST",
            "url": "/api/{{WHAT}}",
            "query": {"page": 2},
            "json": {"name": "{{WHO}}", "many": [1, None, True]},
            "follow_redirects": False,
            "assertions": [
                {"source": "status", "operator": "in", "expected": [200, 201]},
                {"source": "header", "selector": "Content-Type", "operator": "contains", "expected": "json"},
                {"source": "json", "selector": "$.items[0]['a b']", "operator": "matches", "expected": "^{{WHO}}"},
                {"source": "body", "operator": "not_empty", "options": {"soft": True}},
                {"source": "json", "selector": "$..id", "operator": "exists"},
            ],
            "extract": [
                {"name": "ID", "path": "$.id", "pattern": "(.)$"},
                {"name": "S", "from": "cookie", "path": "s"},
            ],
            "as": "made",
        },
    )
    compile(text, "request", "exec")
    for part in (
        (
            'context.request.fetch(f"/api/{values[\'WHAT\']}", method="POST", params={"page": 2}, '
            'max_redirects=0, data={"name": values["WHO"], "many": [1, None, True]})'
        ),
        "assert response.status in [200, 201], response.status",
        'assert "json" in response.headers.get("content-type")',
        'assert re.search(f"^{values[\'WHO\']}", response.json()["items"][0]["a b"])',
        "if not (response.text()):",
        'values["ID"] = match[1] if match.re.groups else match[0]',
        "next(each['value'] for each in page.context.cookies(response.url) if each['name'] == \"s\")",
        'kept["responses"]["made"] = response',
    ):
        assert part in text
    assert [why for _, why in code.dropped] == ["the assertion on json $..id of the answer can't be written as code"]


def test_a_look_has_no_words_in_python_and_that_is_said(actions: StepActions) -> None:
    text, code = written(actions, {"action": "assert", "locator": "h1", "visual": {"name": "home"}})
    compile(text, "look", "exec")
    assert "expect(" not in text
    assert "pictures are not compared by code" in str(code.dropped)

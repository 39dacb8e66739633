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
                {"source": "json", "selector": "$..id", "operator": "contains", "expected": 7},
                {"source": "json", "selector": "$.gone", "operator": "not_exists"},
                {"source": "json", "selector": "$.items.length", "operator": "equals", "expected": 2},
                {"source": "response_time", "operator": "less_than", "expected": 500},
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
        'assert 7 in selected(response.json(), "$..id", several=True)',
        'assert not selected(response.json(), "$.gone", several=True)',
        'assert selected(response.json(), "$.items.length") == 2',
        "assert took_ms < 500, took_ms",
        'values["ID"] = match[1] if match.re.groups else match[0]',
        'next(each["value"] for each in page.context.cookies(response.url) if each["name"] == "s")',
        'kept["responses"]["made"] = response',
    ):
        assert part in text
    assert code.dropped == []


def test_limits_are_compared_like_numbers(actions: StepActions) -> None:
    between = {"source": "status", "operator": "between", "expected": [200, 299]}
    text, _ = written(actions, {"action": "http_request", "method": "GET", "url": "/", "assertions": [between]})
    assert "assert 200 <= response.status <= 299, response.status" in text


def test_texts_are_compared_on_one_line_as_the_journey_does(actions: StepActions) -> None:
    text, _ = written(actions, {"action": "assert", "locator": "#a", "text": {"equals": "You are in!\nClose"}})
    assert 'text == "You are in! Close"' in text

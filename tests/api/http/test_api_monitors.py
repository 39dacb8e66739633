"""API monitors over HTTP: made, changed, triggered, and what their runs keep and hide."""

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from api_house import House, open_http

from outrider_engine.adapters.http.resolver import GuardedResolver
from outrider_engine.domain.egress import EgressMode, EgressPolicy
from outrider_engine.domain.runs import Claim, Outcome
from outrider_engine.services.execution import Executions
from outrider_engine.services.finishing import Finished

PATH = "/api/v1/api-monitors"
PAGE = (Path(__file__).parents[3] / "docs" / "api-monitors.md").read_text()
EXAMPLES = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
STEPS = [
    {
        "name": "Login",
        "request": {"url": "/login", "method": "POST", "body": {"email": "{{EMAIL}}", "password": "{{PASSWORD}}"}},
        "extract": [{"name": "accessToken", "from": "body", "path": "$.token", "secret": True}],
        "assertions": [{"type": "status_code", "equals": 200}],
    },
    {
        "name": "Profile",
        "request": {"url": "/me?key={{accessToken}}", "headers": {"Authorization": "Bearer {{accessToken}}"}},
        "assertions": [{"type": "json_path", "path": "$.email", "equals": "{{EMAIL}}"}],
    },
]
TOKEN, PASSWORD = "tok-4711-hidden", "correct horse"


class _Api(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        known = self.headers.get("Authorization") == f"Bearer {TOKEN}"
        self._answer({"email": "ada@example.com" if known else None})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer({"token": TOKEN if asked["password"] == PASSWORD else "wrong"})

    def _answer(self, found: dict[str, Any]) -> None:
        content = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Api)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def made(house: House, **fields: Any) -> Any:
    body = {"variables": {"EMAIL": "ada@example.com"}, "secrets": {"PASSWORD": PASSWORD}, "steps": STEPS, **fields}
    return house.owner.api_monitor(**body)


def observe_all(house: House) -> None:
    """Execute what is queued, as a worker does."""
    world = house.world
    executions = Executions(plugins=world.plugins, secrets=world.secrets, clock=world.clock)

    async def outcome(claim: Claim) -> Outcome:
        prepared = executions.prepare(claim)
        if isinstance(prepared, Outcome):
            return prepared
        resolver = GuardedResolver(EgressPolicy(EgressMode.PRIVATE))
        async with open_http() as http:
            with ThreadPoolExecutor(1) as threads:
                seen = await executions.observe_light(prepared, http=http, resolver=resolver, threads=threads)
        resolver.close()
        return seen

    for claim in world.take():
        world.finishing.finish([Finished(claim, asyncio.run(outcome(claim)))])


def triggered(house: House, id: str, body: Any = None) -> Any:
    run = house.owner.post(f"/api/agent/api-monitors/{id}/trigger", body)
    observe_all(house)
    return house.owner.get(f"/api/v1/runs/{run['run_id']}")


def test_an_api_monitor_is_made_read_changed_and_deleted(any_house: House) -> None:
    owner = any_house.owner
    one = made(any_house, interval=300, locations=["fra", "local"], tags=["login"])
    assert one["id"].startswith("apm_")
    assert (one["steps"], one["interval"], one["timeout"], one["type"]) == (STEPS, 300, 60, "api")
    assert (one["secret_names"], one["locations"]) == (["PASSWORD"], ["fra", "local"])
    assert PASSWORD not in json.dumps(one)
    assert [each["id"] for each in owner.get(PATH, tag="login")] == [one["id"]]
    changed = owner.put(f"{PATH}/{one['id']}", {"name": "renamed", "timeout": 5})
    assert (changed["name"], changed["timeout"], changed["steps"]) == ("renamed", 5, STEPS)
    assert owner.put(f"{PATH}/{one['id']}", changed)["revision"] == 3
    assert owner.post(f"{PATH}/{one['id']}/pause")["status"] == "paused"
    assert owner.post(f"{PATH}/{one['id']}/resume")["next_run_at"] is not None
    assert owner.get(f"{PATH}/{one['id']}/runs") == []
    owner.refused(404, "GET", f"/api/v1/monitors/{one['id']}")
    assert owner.delete(f"{PATH}/{one['id']}")["deleted"]
    for method, path in (("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/trigger"), ("GET", "/runs")):
        owner.refused(404, method, f"{PATH}/{one['id']}{path}", {} if method == "PUT" else None)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"extract": [{"name": "a", "path": "$["}]}, "steps[1].extract[0].path"),
        ({"assertions": [{"type": "json_path", "path": "$[", "equals": 1}]}, "steps[1].assertions[0].path"),
        (
            {"assertions": [{"type": "status_code", "value": [1], "operator": "between"}]},
            "steps[1].assertions[0].value",
        ),
        ({"request": {"url": "ftp://a"}}, "steps[1].request.url"),
        ({"request": {}}, "steps[1].request.url"),
    ],
)
def test_errors_name_the_exact_path(house: House, change: dict[str, Any], field: str) -> None:
    body = {"name": "a", "steps": [STEPS[0], {**STEPS[1], **change}]}
    assert house.owner.refused(400, "POST", PATH, body)["data"]["field"] == field
    flat = {"name": "a", "config": {"steps": body["steps"]}}
    assert house.owner.refused(400, "POST", PATH, flat)["data"]["field"] == f"config.{field}"


def test_a_run_keeps_its_steps_and_no_secret(any_house: House, site: str) -> None:
    one = made(any_house, base_url=site)
    run = triggered(any_house, one["id"])
    assert (run["status"], run["api_monitor_id"], run["error"]) == ("passed", one["id"], None)
    assert [(step["name"], step["status"]) for step in run["steps"]] == [("Login", "passed"), ("Profile", "passed")]
    login, profile = (step["detail"] for step in run["steps"])
    assert (login["status"], login["method"], login["extracted"]) == (200, "POST", ["accessToken"])
    assert profile["url"] == f"{site}/me?key=•••"
    assert profile["assertions"][0]["actual"] == "ada@example.com"
    assert profile["assertions"][0]["expected"] == "{{EMAIL}}"
    kept = json.dumps(any_house.owner.get(f"{PATH}/{one['id']}/runs"))
    assert TOKEN not in kept
    assert PASSWORD not in kept
    assert [each["id"] for each in any_house.owner.get("/api/v1/runs", family="api_monitor")] == [run["id"]]


def test_a_failing_step_fails_the_run_and_cancels_the_others(house: House, site: str) -> None:
    one = made(house, base_url="http://127.0.0.1:9", steps=[*STEPS, {**STEPS[0], "name": "Again"}])
    body = {"base_url": site, "variables": {"EMAIL": "eve@example.com"}}
    run = triggered(house, one["id"], body)
    assert (run["status"], run["cause"], run["reason"]) == ("failed", "target", "assertion")
    assert [step["status"] for step in run["steps"]] == ["passed", "failed", "cancelled"]
    assert run["error"] == 'Profile: json $.email: expected equals "eve@example.com", got "ada@example.com"'


def test_assertions_of_the_whole_look_at_the_last_answer_and_all_of_the_time(house: House, site: str) -> None:
    whole = [
        {"source": "response_time", "selector": "first_byte", "operator": "less_than", "expected": 0},
        {"type": "json_path", "path": "$.email", "exists": None},
    ]
    one = made(house, base_url=site, assertions=whole)
    run = triggered(house, one["id"])
    assert (run["status"], run["reason"]) == ("failed", "assertion")
    assert [step["status"] for step in run["steps"]] == ["passed", "passed"]
    assert [each["passed"] for each in run["assertions"]] == [False, True]


def table(first: str) -> dict[str, list[str]]:
    """Return the rows of the page's table whose first column has that heading, by their first cell."""
    text = PAGE[PAGE.index(f"| {first} |") :].split("\n\n", 1)[0]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines()[2:]]
    return {row[0].strip("` |"): [cell.strip("| ") for cell in row[1:]] for row in rows}


@pytest.mark.parametrize(
    ("heading", "schema"),
    [("field", "ApiMonitorCreate"), ("field of a step", "api_ApiStep"), ("field of a request", "api_ApiRequest"),
     ("field of an extraction", "api_Extraction")],
)  # fmt: skip
def test_the_tables_of_the_page_are_those_of_the_schema(house: House, heading: str, schema: str) -> None:
    found = house.client.get("/openapi.json").json()["components"]["schemas"][schema]
    found = found["anyOf"][0] if "anyOf" in found else found
    rows = table(heading)
    assert set(rows) == set(found["properties"])
    assert {name for name, row in rows.items() if row[0] == "required"} == set(found["required"])
    for name, about in found["properties"].items():
        default, meaning = rows[name]
        if about.get("default") and name not in found["required"]:
            assert default.strip("`") in (about["default"], json.dumps(about["default"]).removesuffix(".0")), name
        for part in (about, *about.get("anyOf", ())):
            limits = [part[key] for key in ("minimum", "maximum", "maxItems") if key in part]
            assert not [limit for limit in limits if f"{limit:.9g}" not in meaning], name


@pytest.mark.parametrize("example", [pytest.param(one, id=one["name"]) for one in EXAMPLES])
def test_the_examples_of_the_page_are_accepted_and_read_back(house: House, example: dict[str, Any]) -> None:
    assert house.owner.post(PATH, example)["steps"] == example["steps"]

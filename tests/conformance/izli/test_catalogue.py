"""Every call that izli's reference lists: it exists, and answers in the envelope with the status that it should."""

from typing import Any

from api_house import House, data_of, error_of
from engine_world import FAILED

CALLS = [
    ("GET", "/api/v1/monitors", 200),
    ("POST", "/api/v1/monitors", 201),
    ("GET", "/api/v1/monitors/{monitor}", 200),
    ("PUT", "/api/v1/monitors/{monitor}", 200),
    ("POST", "/api/v1/monitors/{monitor}/check", 202),
    ("POST", "/api/v1/monitors/{monitor}/run", 202),
    ("GET", "/api/v1/monitors/{monitor}/results", 200),
    ("GET", "/api/v1/monitors/{monitor}/runs", 200),
    ("GET", "/api/v1/monitors/{monitor}/stats", 200),
    ("GET", "/api/v1/api-monitors", 200),
    ("POST", "/api/v1/api-monitors", 201),
    ("GET", "/api/v1/api-monitors/{api_monitor}", 200),
    ("PUT", "/api/v1/api-monitors/{api_monitor}", 200),
    ("POST", "/api/v1/api-monitors/{api_monitor}/trigger", 202),
    ("POST", "/api/v1/api-monitors/{api_monitor}/run", 202),
    ("GET", "/api/v1/api-monitors/{api_monitor}/runs", 200),
    ("GET", "/api/v1/journeys", 200),
    ("POST", "/api/v1/journeys", 201),
    ("GET", "/api/v1/journeys/{journey}", 200),
    ("PUT", "/api/v1/journeys/{journey}", 200),
    ("POST", "/api/v1/journeys/{journey}/run-now", 202),
    ("POST", "/api/v1/journeys/{journey}/run", 202),
    ("GET", "/api/v1/journeys/{journey}/runs", 200),
    ("GET", "/api/v1/journeys/{journey}/stats", 200),
    ("POST", "/api/agent/journeys/{journey}/trigger", 202),
    ("GET", "/api/agent/runs/{run}", 200),
    ("GET", "/api/v1/alerts", 200),
    ("GET", "/api/v1/alerts/{alert}", 200),
    ("POST", "/api/v1/alerts/{alert}/acknowledge", 200),
    ("POST", "/api/v1/alerts/{alert}/resolve", 200),
    ("GET", "/api/v1/alerts/channels", 200),
    ("POST", "/api/v1/alerts/channels", 201),
    ("POST", "/api/v1/alerts/channels/{channel}/test", 200),
    ("GET", "/api/v1/alert-channels", 200),
    ("GET", "/api/v1/alerts/rules", 200),
    ("POST", "/api/v1/alerts/rules", 201),
    ("GET", "/api/v1/alert-rules", 200),
    ("GET", "/api/v1/user/organizations", 200),
    ("GET", "/api/v1/organizations/{organization}", 200),
    ("PUT", "/api/v1/organizations/{organization}", 200),
    ("GET", "/api/v1/organizations/{organization}/members", 200),
    ("POST", "/api/v1/organizations/{organization}/invitations", 201),
    ("PUT", "/api/v1/organizations/{organization}/members/{member}", 200),
    ("GET", "/api/v1/billing/usage", 200),
    ("GET", "/api/v1/billing/plans", 200),
    ("POST", "/api/v1/billing/checkout", 400),
    ("GET", "/api/v1/billing/portal", 400),
    ("DELETE", "/api/v1/alerts/rules/{rule}", 200),
    ("DELETE", "/api/v1/monitors/{monitor}", 200),
    ("DELETE", "/api/v1/api-monitors/{api_monitor}", 200),
    ("DELETE", "/api/v1/journeys/{journey}", 200),
    ("DELETE", "/api/v1/alerts/channels/{channel}", 200),
    ("DELETE", "/api/v1/organizations/{organization}/members/{member}", 200),
]
BODIES: dict[str, Any] = {
    "/api/v1/monitors": {
        "name": "Production API",
        "type": "url",
        "url": "http://127.0.0.1:9/health",
        "interval": 60,
        "locations": ["local", "fra"],
    },
    "/api/v1/api-monitors": {"name": "calls", "steps": [{"name": "one", "request": {"url": "http://127.0.0.1:9/"}}]},
    "/api/v1/journeys": {
        "name": "Login Flow",
        "description": "d",
        "interval_seconds": 300,
        "timeout_seconds": 60,
        "primary_location": "fra",
        "max_retries": 1,
    },
    "/api/v1/alerts/channels": {"name": "hook", "type": "webhook", "config": {"url": "https://hooks.example.com/x"}},
    "/api/v1/alerts/rules": {"name": "r", "type": "consecutive_failures", "threshold": 2, "channel_ids": []},
    "/api/v1/organizations/{organization}/invitations": {"email": "grace@example.com", "role": "viewer"},
    "/api/v1/organizations/{organization}/members/{member}": {"role": "admin"},
    "/api/v1/billing/checkout": {"plan_id": "self-hosted"},
}


def names_of(house: House) -> dict[str, str]:
    """Make one of everything; returns the ids."""
    owner = house.owner
    names = {"monitor": owner.monitor()["id"], "api_monitor": owner.api_monitor()["id"]}
    names |= {"journey": owner.journey()["id"], "channel": owner.channel()["id"]}
    names["rule"] = owner.rule(monitor_id=names["monitor"], channel_ids=[])["id"]
    names["run"] = owner.post(f"/api/v1/monitors/{names['monitor']}/check")["run_id"]
    house.finish_all(FAILED)
    names["alert"] = owner.get("/api/v1/alerts")[0]["id"]
    names["organization"] = owner.get("/api/v1/user/organizations")[0]["id"]
    invited = owner.post(f"/api/v1/organizations/{names['organization']}/invitations", {"email": "bob@example.com"})
    return names | {"member": invited["id"]}


def body_of(method: str, path: str, names: dict[str, str]) -> Any:
    if method not in ("POST", "PUT"):
        return None
    body = BODIES.get(path, {"name": "renamed"} if method == "PUT" else None)
    return body | {"monitor_id": names["monitor"]} if path == "/api/v1/alerts/rules" else body


UNKNOWN = dict.fromkeys(
    ("monitor", "api_monitor", "journey", "run", "alert", "channel", "rule", "organization", "member"), "unknown"
)


def test_every_call_of_the_reference_is_answered(house: House) -> None:
    names = names_of(house)
    for method, path, status in CALLS:
        house.world.clock.advance(1)
        response = house.owner.send(method, path.format(**names), body_of(method, path, names))
        assert response.status_code == status, f"{method} {path}: {response.text}"
        if status < 400:
            data_of(response)
        else:
            error_of(response, status)


def test_what_is_not_there_is_404(house: House) -> None:
    for method, path, _ in CALLS:
        if "{" in path:
            house.world.clock.advance(1)
            error_of(house.owner.send(method, path.format(**UNKNOWN), body_of(method, path, UNKNOWN)), 404)


def test_without_a_key_every_call_is_401(house: House) -> None:
    for method, path, _ in CALLS:
        error_of(house.caller(None).send(method, path.format(**UNKNOWN)), 401)


def test_a_get_may_say_that_it_sends_json(house: House) -> None:
    response = house.owner.send("GET", "/api/v1/monitors", headers={"Content-Type": "application/json"})
    assert data_of(response) == []

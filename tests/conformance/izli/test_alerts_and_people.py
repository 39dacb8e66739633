"""Alerts, rules, channels, organizations and billing as izli's clients meet them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from api_house import House
from engine_world import FAILED, PASSED

ALERT = {"id", "rule_id", "status", "resource_type", "resource_id", "message", "triggered_at", "resolved_at"}
RULES, CHANNELS = "/api/v1/alerts/rules", "/api/v1/alerts/channels"


def run(house: House, monitor: Any, seen: Any) -> None:
    house.world.clock.advance(1)
    house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    house.finish_all(seen)


def test_an_alert_opens_once_and_closes_by_recovery(house: House) -> None:
    monitor = house.owner.monitor()
    rule = house.owner.rule(monitor_id=monitor["id"], threshold=2, channel_ids=[])
    for seen, statuses in ((FAILED, []), (FAILED, ["open"]), (FAILED, ["open"]), (PASSED, ["resolved"])):
        run(house, monitor, seen)
        found = house.owner.get("/api/v1/alerts")
        assert [one["status"] for one in found] == statuses
    (alert,) = found
    assert set(alert) >= ALERT
    assert (alert["rule_id"], alert["resource_type"], alert["resource_id"]) == (rule["id"], "monitor", monitor["id"])
    assert alert["resolved_at"] > alert["triggered_at"]


def test_an_alert_is_acknowledged_and_resolved_by_hand(house: House) -> None:
    monitor = house.owner.monitor()
    house.owner.rule(monitor_id=monitor["id"], channel_ids=[])
    run(house, monitor, FAILED)
    there = f"/api/v1/alerts/{house.owner.get('/api/v1/alerts')[0]['id']}"
    for call, status in (("acknowledge", "acknowledged"), ("acknowledge", "acknowledged"), ("resolve", "resolved")):
        assert house.owner.post(f"{there}/{call}")["status"] == status
        assert house.owner.get(there)["status"] == status
    house.owner.refused(409, "POST", f"{there}/acknowledge")


@pytest.mark.parametrize("bounds", [{"from": "2026-01-01"}, {"to": "2030-01-01", "from": "2026-01-01T00:00:00Z"}])
def test_alerts_are_bounded_by_times_or_days(house: House, bounds: dict[str, str]) -> None:
    monitor = house.owner.monitor()
    house.owner.rule(monitor_id=monitor["id"], channel_ids=[])
    run(house, monitor, FAILED)
    assert len(house.owner.get("/api/v1/alerts", **bounds)) == 1
    assert house.owner.get("/api/v1/alerts", to="2020-12-31") == []


@pytest.mark.parametrize(
    "rule",
    [
        {"type": "consecutive_failures", "threshold": 3},
        {"type": "error_rate", "threshold": 5, "window_seconds": 3600, "min_samples": 10},
        {"type": "latency_threshold", "threshold": 2000},
        {"type": "ssl_expiry", "days_before": 14},
    ],
)
def test_each_type_of_rule_is_read_back_as_written(house: House, rule: dict[str, Any]) -> None:
    monitor = house.owner.monitor(url="https://example.com/")
    made = house.owner.rule(monitor_id=monitor["id"], channel_ids=[], **{"threshold": None, **rule})
    assert {name: made[name] for name in rule} == rule
    assert (made["monitor_id"], made["api_monitor_id"], made["journey_id"]) == (monitor["id"], None, None)
    assert house.owner.get(RULES) == [made]


def test_pictures_are_compared_of_journeys_only(house: House) -> None:
    rule = {"type": "visual_diff_threshold", "threshold": 5, "channel_ids": [], "name": "looks"}
    assert house.owner.post(RULES, rule | {"journey_id": house.owner.journey()["id"]})["threshold"] == 5
    house.owner.refused(400, "POST", RULES, rule | {"monitor_id": house.owner.monitor()["id"]})


def test_a_rule_belongs_to_exactly_one_check(house: House) -> None:
    rule = {"name": "r", "type": "consecutive_failures", "threshold": 1, "channel_ids": []}
    both = {"monitor_id": house.owner.monitor()["id"], "journey_id": house.owner.journey()["id"]}
    for targets in ({}, both, {"monitor_id": "mon_unknown"}):
        house.owner.refused(400, "POST", RULES, rule | targets)
    assert house.owner.refused(400, "POST", RULES, rule | {**both, "journey_id": None, "channel_ids": ["chn_x"]})
    assert house.owner.get(RULES) == []


@pytest.mark.parametrize(
    ("type", "config"),
    [
        ("webhook", {"url": "https://hooks.example.com/x", "bearer_token": "hidden"}),
        ("slack", {"webhook_url": "https://hooks.slack.com/hidden"}),
        ("discord", {"webhook_url": "https://discord.com/api/webhooks/hidden"}),
        ("ms_teams", {"webhook_url": "https://teams.example.com/hidden"}),
        ("email", {"recipients": ["ops@example.com"]}),
    ],
)
def test_each_type_of_channel_is_made_and_keeps_its_secrets(house: House, type: str, config: dict[str, Any]) -> None:
    made = house.owner.post(CHANNELS, {"name": "c", "type": type, "config": config})
    assert (made["type"], made["enabled"]) == (type, True)
    listed = house.owner.send("GET", CHANNELS)
    assert "hidden" not in f"{made}{listed.text}"
    assert ("secret" in made) is (type == "webhook")
    assert "secret" not in listed.json()["data"][0]


@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [
        ("https://example.com/hook", True),
        ("http://localhost:9/hook", True),
        ("http://127.0.0.1:9/hook", True),
        ("http://example.com/hook", False),
        ("ftp://example.com/hook", False),
        ("nonsense", False),
    ],
)
def test_webhooks_go_to_https_or_this_machine(house: House, url: str, is_allowed: bool) -> None:
    response = house.owner.send("POST", CHANNELS, {"name": "c", "type": "webhook", "config": {"url": url}})
    assert response.status_code == (201 if is_allowed else 400)


def test_an_invitation_ends_after_seven_days_and_its_roles_can_be_changed(house: House) -> None:
    (organization,) = house.owner.get("/api/v1/user/organizations")
    there = f"/api/v1/organizations/{organization['id']}"
    assert house.owner.get(there) == organization
    assert house.owner.put(there, {"name": "Acme Inc."})["name"] == "Acme Inc."
    house.world.clock.advance(1)
    invited = house.owner.post(f"{there}/invitations", {"email": "grace@example.com", "role": "viewer"})
    assert (invited["status"], invited["role"], invited["email"]) == ("invited", "viewer", "grace@example.com")
    created, ends = (datetime.fromisoformat(invited[name]) for name in ("created_at", "expires_at"))
    assert ends - created == timedelta(days=7)
    assert [each["status"] for each in house.owner.get(f"{there}/members")] == ["active", "invited"]
    member = f"{there}/members/{invited['id']}"
    assert house.owner.put(member, {"role": "admin"})["role"] == "admin"
    assert house.owner.refused(400, "PUT", member, {"role": "king"})["data"]["field"] == "role"
    house.owner.delete(member)
    house.owner.refused(404, "DELETE", member)
    house.owner.refused(409, "POST", f"{there}/invitations", {"email": "ada@example.com"})


def test_usage_and_plans_have_the_documented_keys(house: House) -> None:
    house.owner.monitor()
    house.owner.api_monitor()
    house.owner.monitor(status="paused")
    usage = house.owner.get("/api/v1/billing/usage")
    assert usage["monitors"] == {"used": 2, "limit": None}
    assert set(usage) >= {"period_start", "period_end", "monitors", "browser_runs", "api_runs", "members"}
    assert all(
        set(plan) >= {"id", "name", "price_monthly", "limits"} for plan in house.owner.get("/api/v1/billing/plans")
    )

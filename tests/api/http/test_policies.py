"""Quorum and alert policy of monitors and journeys over HTTP."""

from typing import Any

import pytest
from api_house import House

POLICY = {"severity": "p1", "slack_channel": "#ops-alerts", "escalate_after_minutes": 10}


@pytest.mark.parametrize("kind", ["monitor", "journey"])
def test_they_are_echoed_kept_and_taken_away(any_house: House, kind: str) -> None:
    house = any_house
    make = house.owner.monitor if kind == "monitor" else house.owner.journey
    assert (make()["quorum"], make()["alert_policy"]) == (None, None)
    made = make(quorum=1, alert_policy=POLICY)
    path = f"/api/v1/{kind}s/{made['id']}"
    assert (made["quorum"], made["alert_policy"]) == (1, POLICY)
    assert house.owner.put(path, {"name": "other"})["alert_policy"] == POLICY
    assert house.owner.put(path, {"alert_policy": {"severity": "p3"}})["alert_policy"] == {"severity": "p3"}
    bare = house.owner.put(path, {"quorum": None, "alert_policy": None})
    assert (bare["quorum"], bare["alert_policy"]) == (None, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"quorum": 0}, "quorum", id="nobody"),
        pytest.param({"quorum": 2}, "quorum", id="more-than-there-are"),
        pytest.param({"quorum": 1.5}, "quorum", id="half"),
        pytest.param({"alert_policy": []}, "alert_policy", id="a-list"),
        pytest.param({"alert_policy": {"severity": "p9"}}, "alert_policy.severity", id="severity"),
        pytest.param({"alert_policy": {"colour": 1}}, "alert_policy.colour", id="unknown-field"),
        pytest.param({"alert_policy": {"slack_channel": ""}}, "alert_policy.slack_channel", id="no-channel"),
        pytest.param({"alert_policy": {"slack_channel": 7}}, "alert_policy.slack_channel", id="channel-of-digits"),
        pytest.param(
            {"alert_policy": {"escalate_after_minutes": 0}}, "alert_policy.escalate_after_minutes", id="at-once"
        ),
        pytest.param(
            {"alert_policy": {"consecutive_failures": True}}, "alert_policy.consecutive_failures", id="true-times"
        ),
    ],
)
def test_a_wrong_field_is_named(house: House, changes: dict[str, Any], field: str) -> None:
    path = f"/api/v1/monitors/{house.owner.monitor(locations=['local'])['id']}"
    before = house.owner.get(path)
    assert house.owner.refused(400, "PUT", path, changes)["data"]["field"] == field
    assert house.owner.get(path) == before


def test_locations_may_not_become_fewer_than_the_quorum(house: House) -> None:
    made = house.owner.monitor(locations=["local", "fra"], quorum=2)
    error = house.owner.refused(400, "PUT", f"/api/v1/monitors/{made['id']}", {"locations": ["fra"]})
    assert error["data"]["field"] == "quorum"

"""What a deleted monitor leaves, for how long, and what brings it back."""

from datetime import timedelta
from typing import Any

import pytest
from api_house import House
from engine_world import FAILED, PASSED

V0 = "/v0/monitors"
PLAIN = {"name": "homepage", "url": "http://127.0.0.1:9/health"}
DAY = timedelta(days=1).total_seconds()


def answer(house: House, method: str, path: str, body: Any = None, expected: int = 200) -> Any:
    house.world.clock.advance(1)
    response = house.owner.send(method, path, body)
    assert response.status_code == expected, response.text
    return response.json() if response.content else None


def checked(house: House, seen: Any, **fields: Any) -> Any:
    """Make a monitor that has one check."""
    monitor = answer(house, "POST", V0, PLAIN | fields, 201)
    house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    house.finish_all(seen)
    return monitor


def statuses(house: House, monitor: Any) -> list[str]:
    return [check["status"] for check in answer(house, "GET", f"{V0}/{monitor['id']}/checks")["data"]]


@pytest.mark.parametrize(("days", "is_back"), [(0, True), (29.9, True), (30.1, False)])
def test_the_same_name_brings_history_back_for_thirty_days(house: House, days: float, is_back: bool) -> None:
    answer(house, "DELETE", f"{V0}/{checked(house, PASSED)['id']}", expected=204)
    house.world.clock.advance(days * DAY)
    again = answer(house, "POST", V0, PLAIN | {"url": "http://127.0.0.1:9/other"}, 201)
    assert statuses(house, again) == (["ok"] if is_back else [])
    assert (again["url"], again["enabled"]) == ("http://127.0.0.1:9/other", True)


def test_another_name_or_the_native_api_brings_nothing_back(house: House) -> None:
    answer(house, "DELETE", f"{V0}/{checked(house, PASSED)['id']}", expected=204)
    assert statuses(house, answer(house, "POST", V0, PLAIN | {"name": "Homepage"}, 201)) == []
    native = house.owner.monitor(name="homepage")
    assert house.owner.get(f"/api/v1/monitors/{native['id']}/results") == []


def test_of_several_the_one_that_was_deleted_last_comes_back(house: House) -> None:
    first, second = checked(house, PASSED), checked(house, FAILED)
    for monitor in (second, first):
        answer(house, "DELETE", f"{V0}/{monitor['id']}", expected=204)
    assert statuses(house, answer(house, "POST", V0, PLAIN, 201)) == ["ok"]
    assert statuses(house, answer(house, "POST", V0, PLAIN, 201)) == ["err"]
    assert statuses(house, answer(house, "POST", V0, PLAIN, 201)) == []


def test_what_is_deleted_is_gone_but_for_its_history(house: House) -> None:
    monitor = checked(house, FAILED)
    there = f"{V0}/{monitor['id']}"
    answer(house, "DELETE", there, expected=204)
    for method, tail in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/pause"), ("POST", "/resume")):
        body = {"name": "x"} if method == "PATCH" else None
        assert answer(house, method, there + tail, body, 404)["error"]["code"] == "not_found"
    assert answer(house, "GET", V0)["data"] == []
    assert statuses(house, monitor) == ["err"]
    assert answer(house, "GET", f"{there}/uptime")["data"][-1] | {"bucket": ""} == {
        "bucket": "",
        "uptime": 0,
        "incidents": 1,
    }
    assert house.stranger().send("GET", f"{there}/checks").status_code == 404


def test_a_restored_monitor_opens_alerts_as_before(house: House) -> None:
    answer(house, "DELETE", f"{V0}/{checked(house, FAILED)['id']}", expected=204)
    assert [alert["status"] for alert in house.owner.get("/api/v1/alerts")] == ["resolved"]
    again = checked(house, FAILED)
    assert statuses(house, again) == ["err", "err"]
    assert sorted(alert["status"] for alert in house.owner.get("/api/v1/alerts")) == ["open", "resolved"]


def test_while_it_is_paused_no_alert_opens(house: House) -> None:
    monitor = answer(house, "POST", V0, PLAIN, 201)
    answer(house, "POST", f"{V0}/{monitor['id']}/pause")
    house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    house.finish_all(FAILED)
    assert house.owner.get("/api/v1/alerts") == []
    answer(house, "POST", f"{V0}/{monitor['id']}/resume")
    house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    house.finish_all(FAILED)
    assert [alert["status"] for alert in house.owner.get("/api/v1/alerts")] == ["open"]


def test_the_alert_waits_for_the_quorum_of_regions(house: House) -> None:
    monitor = answer(house, "POST", V0, PLAIN | {"regions": ["fra", "local"], "quorum": 2}, 201)

    def run(*seen: Any) -> list[str]:
        house.world.clock.advance(1)
        house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
        for claim, each in zip(house.world.take(), seen, strict=True):
            house.world.finish(claim, each)
        return [alert["status"] for alert in house.owner.get("/api/v1/alerts")]

    assert run(FAILED, PASSED) == []
    assert run(FAILED, FAILED) == ["open"]
    assert run(PASSED, FAILED) in (["open"], ["resolved"])
    assert run(PASSED, PASSED) == ["resolved"]

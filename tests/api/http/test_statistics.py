"""Uptime, response times and results on a time line, over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from api_house import House
from engine_world import FAILED, PASSED

from outrider_engine.domain.observations import Failure, Observation
from outrider_engine.domain.verdicts import Reason, Verdict

OURS = Observation(duration_ms=5.0, failure=Failure(Verdict.ERROR, Reason.INTERNAL, "our fault"))


def seen(duration_ms: float, status: int = 200) -> Observation:
    return Observation(duration_ms=duration_ms, facts={"status": status})


def refusing(status: int) -> Observation:
    failure = Failure(Verdict.FAILED, Reason.HTTP_STATUS, "no")
    return Observation(duration_ms=7.0, failure=failure, facts={"status": status})


def run(house: House, monitor: Any, *observations: Observation) -> None:
    for one in observations:
        house.world.clock.advance(1)
        house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
        house.finish_all(one)


def test_statistics_follow_the_runs(any_house: House) -> None:
    monitor = any_house.owner.monitor(type="scripted")
    base = f"/api/v1/monitors/{monitor['id']}"
    assert any_house.owner.get(f"{base}/stats")["uptime_24h"] is None
    run(any_house, monitor, *(seen(float(n)) for n in range(1, 101)), FAILED, OURS)
    stats = any_house.owner.get(f"{base}/stats")
    assert [stats[f"uptime_{period}"] for period in ("24h", "7d", "30d", "90d")] == [99.01] * 4
    assert (stats["avg_response_ms"], stats["periods"]["7d"]["max_response_ms"]) == (50.5, 100.0)
    for name, exact in (("p50", 50), ("p95", 95), ("p99", 99)):
        assert stats[f"{name}_response_ms"] == pytest.approx(exact, rel=0.021)
    counts = {"total": 102, "up": 100, "down": 1, "passed": 100, "degraded": 0, "failed": 1, "timed_out": 0, "other": 1}
    assert stats["runs"] == counts
    assert [(one["location"], one["uptime_24h"], one["runs"]) for one in stats["locations"]] == [
        ("local", 99.01, counts)
    ]
    assert any_house.owner.get(base)["stats"] == {"uptime_24h": 99.01, "avg_response_ms": 50.5}
    assert "stats" not in any_house.owner.get("/api/v1/monitors")[0]


def test_a_period_forgets_what_is_older(house: House) -> None:
    monitor = house.owner.monitor(type="scripted")
    path = f"/api/v1/monitors/{monitor['id']}/stats"
    run(house, monitor, FAILED)
    found = []
    for days in (2, 8, 31, 91):
        house.world.clock.advance(timedelta(days=days).total_seconds())
        stats = house.owner.get(path)
        found.append([stats[f"uptime_{period}"] for period in ("24h", "7d", "30d", "90d")])
    assert found == [[None, 0, 0, 0], [None, None, 0, 0], [None, None, None, 0], [None] * 4]


def test_each_location_is_told_apart_and_the_last_incident_is_there(house: House) -> None:
    monitor = house.owner.monitor(type="scripted", locations=["fra", "local"])
    house.owner.rule(monitor_id=monitor["id"], channel_ids=[])
    house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    for claim in house.world.take():
        house.world.finish(claim, FAILED if claim.location == "fra" else PASSED)
    stats = house.owner.get(f"/api/v1/monitors/{monitor['id']}/stats")
    assert [(one["location"], one["uptime_24h"]) for one in stats["locations"]] == [("fra", 0), ("local", 100)]
    (alert,) = house.owner.get("/api/v1/alerts")
    last = stats["last_incident"]
    assert (stats["uptime_24h"], last["id"], last["state"]) == (50, alert["incident_id"], "investigating")


def test_journeys_have_statistics_and_others_do_not(house: House) -> None:
    journey, monitor = house.owner.journey(), house.owner.monitor()
    assert house.owner.get(f"/api/v1/journeys/{journey['id']}/stats")["runs"]["total"] == 0
    house.owner.refused(404, "GET", f"/api/v1/journeys/{monitor['id']}/stats")
    for tail in ("stats", "history", "runs"):
        house.owner.refused(404, "GET", f"/api/v1/monitors/mon_unknown/{tail}")
        house.stranger().refused(404, "GET", f"/api/v1/monitors/{monitor['id']}/{tail}")


def test_results_are_filtered_by_time_status_and_location_under_both_names(house: House) -> None:
    monitor = house.owner.monitor(type="scripted")
    run(house, monitor, PASSED, FAILED)
    base = f"/api/v1/monitors/{monitor['id']}"
    results = house.owner.get(f"{base}/results")
    assert house.owner.get(f"{base}/runs") == results
    newest, oldest = results
    for name in ("since", "from"):
        assert house.owner.get(f"{base}/results", **{name: newest["due_at"]}) == [newest]
    for name in ("until", "to"):
        assert house.owner.get(f"{base}/results", **{name: oldest["due_at"]}) == [oldest]
    assert house.owner.get(f"{base}/results", status="failed", location="local") == [newest]
    both = {"from": newest["due_at"], "since": oldest["due_at"]}
    assert house.owner.refused(400, "GET", f"{base}/results", params=both)["data"]["field"] == "from"


def test_the_history_shows_points_in_the_order_of_time(any_house: House) -> None:
    monitor = any_house.owner.monitor(type="scripted")
    run(any_house, monitor, seen(10.0), refusing(503), FAILED, OURS, seen(20.0, 204))
    body = any_house.owner.send("GET", f"/api/v1/monitors/{monitor['id']}/history").json()
    assert [(point["status"], point["latencyMs"], point["responseCode"]) for point in body["points"]] == [
        ("up", 10.0, 200),
        ("down", 7.0, 503),
        ("down", None, None),
        ("up", 20.0, 204),
    ]
    times = [point["timestamp"] for point in body["points"]]
    assert times == sorted(times)
    assert body["summary"] == {
        "checks": 4,
        "upChecks": 2,
        "uptimePercent": 50,
        "averageLatencyMs": 12.3,
        "latestStatus": "up",
        "latestCheckAt": times[-1],
        "truncated": False,
    }
    assert body["monitor"] == {
        "id": monitor["id"],
        "name": "shop",
        "url": "scripted:shop",
        "method": "GET",
        "status": "up",
        "regions": ["local"],
    }


def test_the_history_ends_now_and_keeps_to_its_range(house: House) -> None:
    monitor = house.owner.monitor(type="scripted")
    run(house, monitor, PASSED)
    house.world.clock.advance(3600)
    run(house, monitor, FAILED)
    path = f"/api/v1/monitors/{monitor['id']}/history"
    assert len(house.owner.send("GET", path).json()["points"]) == 2
    body = house.owner.send("GET", path, params={"range": "30m"}).json()
    assert [point["isUp"] for point in body["points"]] == [False]
    assert (body["query"]["range"], body["query"]["location"], body["query"]["limit"]) == ("30m", None, 2000)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("range", "5x"),
        ("range", "0h"),
        ("range", "-1d"),
        ("range", "367d"),
        ("range", "99999999d"),
        ("range", ""),
        ("location", "atlantis"),
        ("limit", "49"),
        ("limit", "20001"),
        ("limit", "many"),
    ],
)
def test_a_history_that_cannot_be_is_refused_by_field(house: House, field: str, value: str) -> None:
    monitor = house.owner.monitor()
    path = f"/api/v1/monitors/{monitor['id']}/history"
    assert house.owner.refused(400, "GET", path, params={field: value})["data"]["field"] == field

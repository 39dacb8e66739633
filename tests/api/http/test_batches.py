"""Batches over HTTP: chosen by tag, waited for, called off, listed, and kept from those who may not see them."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from api_house import House
from batch_runs import BATCHES, LATE, OURS, SLOW, WRONG, finish, scripted, started
from engine_world import FAILED, PASSED
from sent_statements import statements

from outrider_engine.domain.batches import MOST_RUNS
from outrider_engine.domain.checks import Family
from outrider_engine.domain.events import Position
from outrider_engine.domain.observations import Observation
from outrider_engine.domain.plans import Plan, PlanLimits, Plans
from outrider_engine.domain.retention import Retention
from outrider_engine.services.janitor import Janitor
from outrider_engine.services.quotas import Quotas

SAID = {
    "title": "Deploy 7",
    "commit": "9fceb02",
    "branch": "main",
    "repository": "acme/shop",
    "pull_request": "42",
    "url": "https://ci.test/7",
}


def test_a_batch_runs_what_has_the_tag_and_keeps_what_the_pipeline_says(any_house: House) -> None:
    house = any_house
    first = scripted(house, "first", "smoke", "eu", locations=["local", "fra"])
    journey = house.owner.journey(name="path", tags=["smoke"])
    scripted(house, "other", "nightly")
    own = {"base_url": "https://preview.test", "variables": {"TOKEN": "t0p-s3cret"}}
    response = house.owner.send("POST", BATCHES, {"tags": ["smoke"], **own, **SAID})
    batch = response.json()["data"]
    assert response.status_code == 202
    assert {(run["name"], run["location"], run["status"], run["check_id"]) for run in batch["runs"]} == {
        ("first", "local", "queued", first["id"]),
        ("first", "fra", "queued", first["id"]),
        ("path", "local", "queued", journey["id"]),
    }
    assert (batch["status"], batch["exit_status"], batch["cause"]) == ("queued", None, None)
    assert {name: batch[name] for name in SAID} == SAID
    assert batch["overrides"] == {
        "base_url": "https://preview.test",
        "variables": ["TOKEN"],
        "environment": None,
        "locations": [],
        "artifacts": {},
    }
    assert "t0p-s3cret" not in response.text
    assert house.owner.get(f"{BATCHES}/{batch['id']}") == batch
    runs = house.owner.get("/api/v1/runs", batch_id=batch["id"])
    assert {(run["id"], run["batch_id"], run["trigger"]) for run in runs} == {
        (run["id"], batch["id"], "ci") for run in batch["runs"]
    }
    asked = house.world.run(runs[0]["id"]).overrides
    assert asked is not None
    assert asked.variables == {"TOKEN": "t0p-s3cret"}
    assert set(house.world.hints.sent) >= {("light", "local"), ("light", "fra"), ("browser", "local")}


def test_events_of_its_runs_name_the_batch(any_house: House) -> None:
    scripted(any_house, "a", "smoke")
    batch = started(any_house, "smoke")
    finish(any_house)
    alone = any_house.owner.post(f"/api/v1/monitors/{batch['runs'][0]['check_id']}/check")
    entries = [
        entry
        for each in any_house.services.events.after(Position(0, 0), 100)
        for entry in each.entries
        if str(entry["type"]).startswith("run.")
    ]
    told = [(entry["type"], entry.get("batch_id")) for entry in entries if entry["run_id"] != alone["id"]]
    assert told == [(f"run.{word}", batch["id"]) for word in ("queued", "started", "finished")]
    assert [entry for entry in entries if entry["run_id"] == alone["id"] and "batch_id" in entry] == []


@pytest.mark.parametrize(
    ("body", "names"),
    [
        pytest.param({"tags": ["a"]}, "one both", id="one-tag"),
        pytest.param({"tags": ["a", "b"]}, "one both two", id="any"),
        pytest.param({"tags": ["a", "b"], "match": "all"}, "both", id="all"),
        pytest.param({"names": ["plain"]}, "plain", id="name"),
        pytest.param({"tags": ["b"], "names": ["one"]}, "one both two", id="tag-and-name"),
        pytest.param({"names": ["resting"]}, "resting", id="paused-but-named"),
        pytest.param({"tags": ["a", "b"], "families": ["monitor"]}, "one both", id="family"),
        pytest.param({"tags": ["a"], "names": ["one"]}, "one both", id="chosen-twice"),
    ],
)
def test_checks_are_chosen_by_tags_and_names(any_house: House, body: dict[str, Any], names: str) -> None:
    scripted(any_house, "one", "a")
    scripted(any_house, "both", "a", "b")
    any_house.owner.journey(name="two", tags=["b"])
    scripted(any_house, "plain")
    scripted(any_house, "resting", "c", status="paused")
    batch = any_house.owner.post(BATCHES, body)
    assert sorted(run["name"] for run in batch["runs"]) == sorted(names.split())
    assert batch["skipped"] == []


def test_what_cannot_run_is_listed_with_its_reason(house: House) -> None:
    scripted(house, "resting", "smoke", status="paused")
    empty = house.owner.journey(name="empty", tags=["smoke"], steps=[])
    house.owner.monitor(name="pinged", type="heartbeat", period=60, tags=["smoke"])
    scripted(house, "fine", "smoke")
    batch = started(house, "smoke", "smokey")
    assert {(each["name"], each["reason"]) for each in batch["skipped"]} == {
        ("resting", "it is paused"),
        ("empty", house.owner.refused(400, "POST", f"/api/v1/journeys/{empty['id']}/run-now")["error"]),
        ("pinged", house.owner.refused(400, "POST", f"/api/v1/monitors/{_pinged(house)}/check")["error"]),
    }
    assert [run["name"] for run in batch["runs"]] == ["fine"]
    assert (batch["counts"]["skipped"], batch["counts"]["total"]) == (3, 1)
    assert batch["warnings"] == ["no check has the tag 'smokey'"]


def _pinged(house: House) -> str:
    return str(house.owner.get("/api/v1/monitors", q="pinged")[0]["id"])


def test_a_selection_that_means_nothing_is_refused_with_what_is_near(house: House) -> None:
    scripted(house, "resting", "smoke-test", status="paused")
    error = house.owner.refused(400, "POST", BATCHES, {"tags": ["smoke-tset"]})
    assert (error["data"]["field"], error["data"]["allowed"]) == ("tags", ["smoke-test"])
    assert "allow_empty" in error["error"]
    error = house.owner.refused(400, "POST", BATCHES, {"tags": ["smoke-test"]})
    assert "nothing that it means can be run (resting: it is paused)" in error["error"]
    assert house.owner.get(BATCHES) == house.owner.get("/api/v1/runs") == []
    batch = started(house, "nothing", allow_empty=True)
    assert (batch["status"], batch["exit_status"], batch["runs"]) == ("passed", 0, [])
    assert batch["completed_at"] == batch["created_at"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "tags"),
        ({"tags": "smoke"}, "tags"),
        ({"tags": [""]}, "tags[0]"),
        ({"tags": ["a", "a"]}, "tags"),
        ({"tags": ["a"], "match": "most"}, "match"),
        ({"tags": [f"t{n}" for n in range(51)]}, "tags"),
        ({"check_ids": ["mon_1"]}, "check_ids[0]"),
        ({"names": ["nobody"]}, "names[0]"),
        ({"names": ["twice"]}, "names[0]"),
        ({"tags": ["a"], "families": ["pigeon"]}, "families[0]"),
        ({"tags": ["a"], "project_id": "proj_1"}, "project_id"),
        ({"tags": ["a"], "base_url": "ftp://x"}, "base_url"),
        ({"tags": ["a"], "base_url": "https://"}, "base_url"),
        ({"tags": ["a"], "base_url": "http://a b"}, "base_url"),
        ({"tags": ["a"], "variables": {"A": 1}}, "variables.A"),
        ({"tags": ["a"], "variables": {"a b": "1"}}, "variables"),
        ({"tags": ["a"], "environment": "nowhere"}, "environment"),
        ({"tags": ["a"], "locations": ["mars"]}, "locations[0]"),
        ({"tags": ["a"], "locations": ["local", "local"]}, "locations"),
        ({"tags": ["a"], "commit": ""}, "commit"),
        ({"tags": ["a"], "commit": "c" * 251}, "commit"),
        ({"tags": ["a"], "branch": "\0"}, "branch"),
        ({"tags": ["a"], "url": "javascript:alert(1)"}, "url"),
        ({"tags": ["a"], "colour": 1}, "colour"),
        ({"tags": ["a"], "allow_empty": "yes"}, "allow_empty"),
    ],
    ids=str,
)
def test_a_wrong_request_is_named_and_nothing_runs(house: House, body: dict[str, Any], field: str) -> None:
    scripted(house, "twice", "a")
    scripted(house, "twice", "b")
    assert house.owner.refused(400, "POST", BATCHES, body)["data"]["field"] == field
    assert house.owner.get("/api/v1/runs") == house.owner.get(BATCHES) == []


def test_a_batch_has_a_bound_that_the_error_names(house: House) -> None:
    with house.world.storage.begin() as tx:
        tx.locations.add([f"place-{number}" for number in range(50)])
    everywhere = [f"place-{number}" for number in range(50)]
    for number in range(11):
        scripted(house, f"check {number}", "smoke")
    error = house.owner.refused(400, "POST", BATCHES, {"tags": ["smoke"], "locations": everywhere})
    assert "550 runs" in error["error"]
    assert f"at most {MOST_RUNS}" in error["error"]
    assert len(started(house, "smoke", locations=everywhere[:45])["runs"]) == 495


@pytest.mark.parametrize(
    ("seen", "status", "cause", "exits_with"),
    [
        pytest.param({}, "passed", None, 0, id="passed"),
        pytest.param({"a": SLOW}, "degraded", None, 0, id="degraded"),
        pytest.param({"a": FAILED, "b": OURS}, "failed", "target", 1, id="the-site-counts-most"),
        pytest.param({"a": LATE}, "timed_out", "target", 1, id="timed-out"),
        pytest.param({"a": WRONG, "b": OURS}, "error", "check", 2, id="then-the-check"),
        pytest.param({"a": OURS, "b": SLOW}, "error", "runner", 3, id="then-we"),
        pytest.param({"flaky": FAILED}, "passed", None, 0, id="not-blocking"),
    ],
)
def test_the_verdict_is_that_of_the_runs_that_decide(
    house: House, seen: dict[str, Observation], status: str, cause: str | None, exits_with: int
) -> None:
    for name in ("a", "b", "c"):
        scripted(house, name, "smoke")
    scripted(house, "flaky", "smoke", "known-flaky")
    batch = started(house, "smoke", non_blocking_tags=["known-flaky"])
    finish(house, seen)
    ended = house.owner.get(f"{BATCHES}/{batch['id']}", wait=30)
    assert (ended["status"], ended["cause"], ended["exit_status"]) == (status, cause, exits_with)
    assert ended["counts"]["failed_non_blocking"] == int("flaky" in seen)
    assert [run["name"] for run in ended["runs"] if not run["blocking"]] == ["flaky"]
    assert ended["completed_at"] == max(run["completed_at"] for run in ended["runs"])
    (listed,) = house.owner.get(BATCHES)
    assert {name: ended[name] for name in listed} == listed


def test_a_pipeline_waits_for_all_runs_or_for_the_next_with_few_questions_to_the_database(house: House) -> None:
    for name in ("a", "b", "c"):
        scripted(house, name, "smoke")
    path = f"{BATCHES}/{started(house, 'smoke')['id']}"
    assert house.owner.get(path, wait=0.1)["status"] == "queued"
    finish(house, limit=1)
    assert house.owner.get(path, wait=30, seen=0)["counts"]["passed"] == 1
    assert house.owner.get(path, wait=0.1, seen=1)["status"] == "running"
    timers = [threading.Timer(delay, finish, [house], {"limit": 1}) for delay in (0.2, 0.6)]
    for timer in timers:
        timer.start()
    one_more = house.owner.get(path, wait=30, seen=1)
    with statements() as sent:
        ended = house.owner.get(path, wait=30)
    for timer in timers:
        timer.join()
    assert (one_more["counts"]["passed"], one_more["counts"]["queued"]) == (2, 1)
    assert (ended["status"], ended["counts"]["passed"]) == ("passed", 3)
    assert len([one for one in sent if "GROUP BY" in one]) < 10
    house.owner.refused(400, "GET", path, params={"wait": 61})
    house.owner.refused(400, "GET", path, params={"seen": -1})


def test_batches_are_listed_by_branch_and_commit_and_walked_by_cursor(any_house: House) -> None:
    scripted(any_house, "a", "smoke")
    made = [
        started(any_house, "smoke", branch=branch, commit=commit)["id"]
        for branch, commit in (("main", "1"), ("main", "2"), ("other", "2"), ("main", "3"))
    ]
    assert [batch["id"] for batch in any_house.owner.get(BATCHES)] == made[::-1]
    assert [batch["id"] for batch in any_house.owner.get(BATCHES, branch="main")] == [made[3], made[1], made[0]]
    assert [batch["id"] for batch in any_house.owner.get(BATCHES, commit="2")] == [made[2], made[1]]
    part = any_house.owner.send("GET", BATCHES, params={"limit": 3}).json()
    assert part["meta"]["has_more"]
    rest = any_house.owner.get(BATCHES, limit=3, cursor=part["meta"]["next_cursor"])
    assert [batch["id"] for batch in rest] == made[:1]
    any_house.owner.refused(400, "GET", BATCHES, params={"cursor": "run_1"})


def test_a_key_runs_and_sees_batches_of_its_own_families_alone(house: House) -> None:
    scripted(house, "a", "smoke")
    house.owner.journey(name="path", tags=["smoke"])
    walker = house.key("member", scopes=["journeys:read", "journeys:run"])
    error = walker.refused(403, "POST", BATCHES, {"tags": ["smoke"]})
    assert "may not run monitors" in error["error"]
    assert "`families`" in error["error"]
    assert house.owner.get("/api/v1/runs") == []
    own = walker.post(BATCHES, {"tags": ["smoke"], "families": ["journey"]})
    assert [run["name"] for run in own["runs"]] == ["path"]
    both = started(house, "smoke")
    assert [batch["id"] for batch in walker.get(BATCHES)] == [own["id"]]
    assert [batch["id"] for batch in house.owner.get(BATCHES)] == [both["id"], own["id"]]
    for path in ("", "/junit", "/summary"):
        walker.refused(403, "GET", f"{BATCHES}/{both['id']}{path}")
    walker.refused(403, "POST", f"{BATCHES}/{both['id']}/cancel")
    runner = house.key("member", scopes=["journeys:run"])
    runner.refused(403, "GET", f"{BATCHES}/{own['id']}")
    assert runner.post(f"{BATCHES}/{own['id']}/cancel")["status"] == "cancelled"


def test_checks_of_a_stranger_are_no_checks(house: House) -> None:
    monitor = scripted(house, "a", "smoke")
    stranger = house.stranger()
    for body in ({"tags": ["smoke"]}, {"names": ["a"]}, {"check_ids": [monitor["id"]]}):
        error = stranger.refused(400, "POST", BATCHES, body)
        assert error["data"]["allowed"] is None
    batch = started(house, "smoke")
    assert stranger.get("/api/v1/runs", batch_id=batch["id"]) == []


def test_a_project_narrows_what_is_chosen(any_house: House) -> None:
    shop = any_house.owner.post("/api/v1/projects", {"name": "shop"})["id"]
    scripted(any_house, "here", "smoke", project_id=shop)
    scripted(any_house, "there", "smoke")
    assert [run["name"] for run in started(any_house, "smoke", project_id=shop)["runs"]] == ["here"]
    error = any_house.owner.refused(400, "POST", BATCHES, {"names": ["there"], "project_id": shop})
    assert error["error"] == "names[0]: there is no check of this name among the checks of the project"


def test_a_deleted_check_is_not_run_and_keeps_its_name_in_batches(house: House) -> None:
    monitor = scripted(house, "gone", "smoke")
    batch = started(house, "smoke")
    house.owner.delete(f"/api/v1/monitors/{monitor['id']}")
    house.owner.refused(400, "POST", BATCHES, {"tags": ["smoke"]})
    ended = house.owner.get(f"{BATCHES}/{batch['id']}")
    assert [(run["name"], run["status"]) for run in ended["runs"]] == [("gone", "cancelled")]


def test_a_plan_that_has_too_few_runs_left_gets_none_of_the_batch(any_house: House) -> None:
    house = any_house
    limits = PlanLimits(browser_runs=3, locations=2)
    house.world.quotas.plans = Plans([Plan(id="small", name="Small", limits=limits)])
    for name in ("one", "two"):
        house.owner.journey(name=name, tags=["smoke"])
    with house.world.storage.begin() as tx:
        tx.plans.count_runs({(house.world.organization, Family.JOURNEY): 2}, "2026-01")
    error = house.owner.refused(429, "POST", BATCHES, {"tags": ["smoke"]})
    assert error["code"] == "plan_limit_reached"
    assert "1 of 2 are left" in error["error"]
    scripted(house, "m", "light")
    places = ["local", "fra", "ams"]
    with house.world.storage.begin() as tx:
        tx.locations.add(places)
    error = house.owner.refused(403, "POST", BATCHES, {"tags": ["light"], "locations": places})
    assert error["data"]["field"] == "locations"
    assert house.owner.get("/api/v1/runs") == []
    assert len(house.owner.post(BATCHES, {"names": ["one"]})["runs"]) == 1


def test_a_key_of_idempotency_makes_one_batch(house: House) -> None:
    scripted(house, "a", "smoke")
    twice = [
        house.owner.send("POST", BATCHES, {"tags": ["smoke"]}, headers={"Idempotency-Key": "push-1"}) for _ in range(2)
    ]
    assert [answer.status_code for answer in twice] == [202, 202]
    assert twice[0].json() == twice[1].json()
    assert len(house.owner.get(BATCHES)) == len(house.owner.get("/api/v1/runs")) == 1
    assert house.owner.get("/api/v1/billing/usage")["api_calls"]["used"] > 4


@pytest.mark.parametrize("days", [None, 7])
def test_a_batch_goes_with_its_runs_as_the_plan_or_the_server_says(any_house: House, days: int | None) -> None:
    house = any_house
    scripted(house, "a", "smoke")
    batch, empty = started(house, "smoke"), started(house, "nothing", allow_empty=True)
    finish(house)
    kept, quotas = Retention(), Quotas(Plans([Plan(id="a", name="A", limits=PlanLimits(retention_days=days))]))
    janitor = Janitor(storage=house.world.storage, artifacts=house.world.artifacts, retention=kept, quotas=quotas)
    lasts = timedelta(days=days) if days else kept.runs
    house.world.clock.advance((lasts - timedelta(hours=1)).total_seconds())
    janitor.tidy()
    assert house.owner.get(f"{BATCHES}/{batch['id']}")["counts"]["passed"] == 1
    house.world.clock.advance(7200)
    janitor.tidy()
    house.owner.refused(404, "GET", f"{BATCHES}/{batch['id']}")
    house.world.clock.advance(kept.runs.total_seconds())
    janitor.tidy()
    house.owner.refused(404, "GET", f"{BATCHES}/{empty['id']}")


def test_an_environment_and_locations_hold_for_all_runs(house: House) -> None:
    house.owner.post("/api/v1/environments", {"name": "staging"})
    scripted(house, "a", "smoke")
    batch = started(house, "smoke", environment="staging", locations=["fra"], base_url="https://{{HOST}}:8080/")
    assert (batch["overrides"]["environment"], batch["overrides"]["locations"]) == ("staging", ["fra"])
    assert [run["location"] for run in batch["runs"]] == ["fra"]
    finish(house, {"a": PASSED})
    assert house.owner.get(f"/api/v1/runs/{batch['runs'][0]['id']}")["overrides"]["environment"] == "staging"

"""Incidents over HTTP: written, continued, listed and refused; and shown with the alerts that opened them."""

from typing import Any

import pytest
from api_house import House
from engine_world import FAILED, PASSED

INCIDENTS = "/api/v1/incidents"


def incident(house: House, **fields: Any) -> Any:
    """Open an incident by hand."""
    house.world.clock.advance(1)
    return house.owner.post(INCIDENTS, {"title": "Checkout is down", **fields})


def test_an_incident_is_written_continued_and_resolved(any_house: House) -> None:
    house = any_house
    first = {"state": "investigating", "body": "We are looking."}
    monitor = house.owner.monitor()
    made = incident(
        house,
        severity="p1",
        impact="major",
        affected_components=["Checkout"],
        status_page_id="sp_1",
        check_ids=[monitor["id"]],
        started_at="2020-01-15T12:00:00+01:00",
        initial_update=first,
    )
    assert made["id"].startswith("inc_")
    assert (made["state"], made["severity"], made["impact"]) == ("investigating", "p1", "major")
    assert (made["affected_components"], made["status_page_id"], made["automatic"]) == (["Checkout"], "sp_1", False)
    assert (made["check_ids"], made["started_at"]) == ([monitor["id"]], "2020-01-15T11:00:00.000Z")
    assert [{**first, "posted_at": made["created_at"]}] == made["updates"]
    there = f"{INCIDENTS}/{made['id']}"
    house.world.clock.advance(60)
    moved = house.owner.post(f"{there}/updates", {"state": "monitoring", "body": "Rolled back."})
    assert (moved["state"], moved["resolved_at"], len(moved["updates"])) == ("monitoring", None, 2)
    over = house.owner.put(there, {"state": "resolved", "postmortem_url": "https://example.com/42", "check_ids": []})
    assert over["resolved_at"]
    assert (over["postmortem_url"], over["check_ids"], over["updates"]) == (
        "https://example.com/42",
        [],
        moved["updates"],
    )
    assert house.owner.get(there) == over
    assert house.owner.delete(there) == {"id": made["id"], "deleted": True}
    house.owner.refused(404, "GET", there)


def test_lists_are_narrowed_and_walked_without_loss(any_house: House) -> None:
    house = any_house
    monitor = house.owner.monitor()
    one = incident(house, severity="p1", check_ids=[monitor["id"]], started_at="2020-01-15T12:00:00Z")
    two = incident(house, severity="p3", status_page_id="sp_1")
    house.owner.post(f"{INCIDENTS}/{two['id']}/updates", {"state": "resolved", "body": "Over."})
    three = incident(house, severity="p3", check_ids=[monitor["id"]])

    def ids(**params: Any) -> list[str]:
        return [each["id"] for each in house.owner.get(INCIDENTS, **params)]

    assert ids() == [three["id"], two["id"], one["id"]]
    assert ids(state="open") == [three["id"], one["id"]]
    assert ids(state="resolved") == ids(status_page_id="sp_1") == [two["id"]]
    assert ids(severity="p1") == ids(to="2020-02-01T00:00:00Z") == ids(to="2020-01-15") == [one["id"]]
    assert ids(check_id=monitor["id"]) == [three["id"], one["id"]]
    assert ids(**{"from": "2020-02-01T00:00:00Z"}) == [three["id"], two["id"]]
    seen, cursor = [], None
    while True:
        page = house.owner.send("GET", INCIDENTS, params={"per_page": 1, **({"cursor": cursor} if cursor else {})})
        seen += [each["id"] for each in page.json()["data"]]
        cursor = page.json()["meta"]["next_cursor"]
        if cursor is None:
            break
    assert seen == ids()
    assert [each["id"] for each in house.owner.get(INCIDENTS, check_id=monitor["id"], cursor=three["id"])] == [
        one["id"]
    ]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": None}, "title"),
        ({"severity": "p9"}, "severity"),
        ({"impact": "huge"}, "impact"),
        ({"state": "closed"}, "state"),
        ({"check_ids": ["mon_unknown"]}, "check_ids[0]"),
        ({"alert_ids": ["alt_unknown"]}, "alert_ids[0]"),
        ({"affected_components": ["a", "a"]}, "affected_components"),
        ({"started_at": "2999-01-01T00:00:00Z"}, "started_at"),
        ({"started_at": 1}, "started_at"),
        ({"started_at": None}, "started_at"),
        ({"started_at": "0001-01-01T00:00:00+14:00"}, "started_at"),
        ({"postmortem_url": "ftp://example.com"}, "postmortem_url"),
        ({"initial_update": {"state": "investigating"}}, "initial_update.body"),
        ({"automatic": True}, "automatic"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(house: House, fields: dict[str, Any], field: str) -> None:
    refusal = house.owner.refused(400, "POST", INCIDENTS, {"title": "a", **fields})
    assert refusal["data"]["field"] == field
    assert house.owner.get(INCIDENTS) == []


def test_an_update_needs_a_state_and_words_and_lists_need_known_filters(house: House) -> None:
    there = f"{INCIDENTS}/{incident(house)['id']}"
    for body, field in (({"body": "a"}, "state"), ({"state": "identified", "body": " "}, "body")):
        assert house.owner.refused(400, "POST", f"{there}/updates", body)["data"]["field"] == field
    for params in (
        {"state": "closed"},
        {"severity": "p9"},
        {"cursor": "run_06axk3c1q4v0v7w5n2v5c3d9ar"},
        {"from": "1"},
    ):
        assert house.owner.refused(400, "GET", INCIDENTS, params=params)["data"]["field"] == next(iter(params))
    assert house.owner.get(there)["updates"] == []


def test_alerts_and_their_incident_name_each_other_and_it_is_not_deleted_while_open(house: House) -> None:
    monitor = house.owner.monitor(type="scripted", quorum=1)
    house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    house.finish_all(FAILED)
    (alert,) = house.owner.get("/api/v1/alerts")
    (found,) = house.owner.get(INCIDENTS, state="open")
    assert (alert["incident_id"], found["alert_ids"], found["automatic"]) == (found["id"], [alert["id"]], True)
    there = f"{INCIDENTS}/{found['id']}"
    house.owner.refused(409, "DELETE", there)
    house.world.clock.advance(1)
    house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    house.finish_all(PASSED)
    house.owner.delete(there)
    assert house.owner.get(f"/api/v1/alerts/{alert['id']}")["incident_id"] is None


def test_a_person_s_incident_takes_up_alerts_that_have_none(house: House) -> None:
    monitor = house.owner.monitor(type="scripted", quorum=1)
    house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    house.finish_all(FAILED)
    (alert,) = house.owner.get("/api/v1/alerts")
    house.owner.post(f"/api/v1/alerts/{alert['id']}/resolve")
    house.owner.delete(f"{INCIDENTS}/{alert['incident_id']}")
    made = incident(house, alert_ids=[alert["id"]])
    assert house.owner.get(f"/api/v1/alerts/{alert['id']}")["incident_id"] == made["id"]
    house.owner.put(f"{INCIDENTS}/{made['id']}", {"alert_ids": []})
    assert house.owner.get(f"/api/v1/alerts/{alert['id']}")["incident_id"] is None


def test_changes_by_people_are_in_the_audit_log_and_scopes_bound_them(house: House) -> None:
    made = incident(house)
    house.world.clock.advance(1)
    house.owner.post(f"{INCIDENTS}/{made['id']}/updates", {"state": "identified", "body": "The disk is full."})
    newest, first = house.owner.get("/api/v1/audit-log")[:2]
    assert (first["action"], first["subject"], first["subject_name"]) == ("created", "incident", "Checkout is down")
    assert (newest["action"], newest["after"]["state"]) == ("updated", "identified")
    scoped = house.key("member", scopes=["incidents:read"])
    assert scoped.get(f"{INCIDENTS}/{made['id']}")["state"] == "identified"
    scoped.refused(403, "POST", INCIDENTS, {"title": "a"})
    scoped.refused(403, "GET", "/api/v1/releases")

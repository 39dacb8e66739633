"""The audit log: every change with who, what, before and after, from where and when; and no secrets."""

from typing import Any

import pytest
from api_house import Caller, House, error_of
from engine_world import FAILED
from httpx2 import Response

LOG = "/api/v1/audit-log"


class Ticking(Caller):
    """The owner, for whom time goes on between requests: entries of one moment have no order."""

    def __init__(self, house: House) -> None:
        super().__init__(house.client, house.owner.key)
        self._clock = house.world.clock

    def send(self, method: str, path: str, body: Any = None, **kwargs: Any) -> Response:
        """Send a request a little later than the one before."""
        self._clock.advance(0.01)
        return super().send(method, path, body, **kwargs)


def entries(caller: Caller, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = caller.get(LOG, per_page=100, **params)
    return found


def told(caller: Caller) -> list[tuple[str, str]]:
    return [(each["subject"], each["action"]) for each in entries(caller)]


def test_a_change_is_told_with_who_what_where_and_when(any_house: House) -> None:
    admin = any_house.key("admin")
    any_house.world.clock.advance(5)
    monitor = admin.monitor(name="shop")
    any_house.world.clock.advance(5)
    admin.put(f"/api/v1/monitors/{monitor['id']}", {"name": "store", "interval": 300})
    newest, first, *_ = entries(any_house.owner)
    assert (first["subject"], first["action"], first["before"]) == ("monitor", "created", None)
    assert first["after"]["config"]["url"] == monitor["url"]
    assert (newest["subject_id"], newest["subject_name"], newest["action"]) == (monitor["id"], "store", "updated")
    assert (newest["before"]["name"], newest["after"]["name"]) == ("shop", "store")
    assert set(newest["before"]) == set(newest["after"]) == {"name", "schedule"}
    actor = newest["actor"]
    assert (actor["kind"], actor["address"]) == ("api_key", "testclient")
    assert actor["id"] in {key["id"] for key in any_house.owner.get("/api/v1/api-keys") if key["role"] == "admin"}
    assert newest["at"] > first["at"]


def test_every_kind_of_change_is_told(any_house: House) -> None:
    owner = Ticking(any_house)
    before = len(entries(owner))
    monitor, channel = owner.monitor(type="scripted"), owner.channel()
    rule = owner.rule(monitor_id=monitor["id"], channel_ids=[channel["id"]])
    owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    any_house.finish_all(FAILED)
    (alert,) = owner.get("/api/v1/alerts")
    owner.post(f"/api/v1/alerts/{alert['id']}/acknowledge")
    owner.post(f"/api/v1/alerts/{alert['id']}/resolve")
    owner.put(f"/api/v1/alerts/rules/{rule['id']}", {"threshold": 2})
    owner.put(f"/api/v1/alerts/channels/{channel['id']}", {"enabled": False})
    owner.delete(f"/api/v1/alerts/rules/{rule['id']}")
    owner.delete(f"/api/v1/alerts/channels/{channel['id']}")
    owner.delete(f"/api/v1/monitors/{monitor['id']}")
    key = owner.post("/api/v1/api-keys", {"name": "ci"})
    owner.post(f"/api/v1/api-keys/{key['id']}/rotate")
    owner.delete(f"/api/v1/api-keys/{key['id']}")
    organization = f"/api/v1/organizations/{any_house.world.organization}"
    owner.put(organization, {"industry": "Retail"})
    invited = owner.post(f"{organization}/invitations", {"email": "lin@example.com"})
    owner.put(f"{organization}/members/{invited['id']}", {"role": "viewer"})
    any_house.world.clock.advance(1)
    any_house.caller(None).post(invited["accept_path"], {"password": "correct horse battery"})
    owner.delete(f"{organization}/members/{invited['id']}")
    assert told(owner)[: len(entries(owner)) - before][::-1] == [
        ("monitor", "created"),
        ("channel", "created"),
        ("rule", "created"),
        ("alert", "acknowledged"),
        ("alert", "resolved"),
        ("rule", "updated"),
        ("channel", "updated"),
        ("rule", "deleted"),
        ("channel", "deleted"),
        ("monitor", "deleted"),
        ("api_key", "created"),
        ("api_key", "rotated"),
        ("api_key", "revoked"),
        ("organization", "updated"),
        ("member", "invited"),
        ("member", "updated"),
        ("member", "joined"),
        ("member", "deleted"),
    ]
    joined = next(each for each in entries(owner) if each["action"] == "joined")
    assert (joined["actor"]["kind"], joined["actor"]["address"]) == ("invitation", "testclient")


def test_the_operator_is_told_from_keys(house: House) -> None:
    house.world.clock.advance(1)
    house.services.identity.create_key(house.world.organization, name="made on the server")
    assert entries(house.owner)[0]["actor"] == {
        "kind": "operator",
        "id": None,
        "name": "operator",
        "user_id": None,
        "address": None,
    }


def test_secrets_are_not_in_the_log(house: House) -> None:
    owner = Ticking(house)
    journey = owner.journey(secrets={"PASSWORD": "first-secret"})
    owner.put(f"/api/v1/journeys/{journey['id']}", {"secrets": {"PASSWORD": "second-secret"}})
    assert entries(owner)[0]["after"] == {"secrets": "changed"}
    hook = {"url": "https://hooks.example.com/x", "bearer_token": "third-secret"}
    channel = owner.channel(type="webhook", config=hook)
    owner.put(f"/api/v1/alerts/channels/{channel['id']}", {"config": {"bearer_token": "fourth-secret"}})
    assert entries(owner)[0]["after"] == {"secrets": "changed"}
    key = owner.post("/api/v1/api-keys", {"name": "ci"})
    again = owner.post(f"/api/v1/api-keys/{key['id']}/rotate")
    path = f"/api/v1/organizations/{house.world.organization}/invitations"
    invited = owner.post(path, {"email": "lin@example.com"})
    house.caller(None).post(invited["accept_path"], {"password": "fifth-secret-word"})
    text = owner.send("GET", LOG, params={"per_page": 100}).text
    for secret in ("-secret", key["key"], again["key"], invited["token"], "argon2", channel["secret"]):
        assert secret not in text


def test_what_was_refused_or_changed_nothing_is_not_in_the_log(any_house: House) -> None:
    monitor = any_house.owner.monitor()
    any_house.owner.post("/api/v1/api-keys", {"name": "ci"})
    before = told(any_house.owner)
    any_house.owner.refused(409, "POST", "/api/v1/api-keys", {"name": "ci"})
    any_house.owner.refused(400, "PUT", f"/api/v1/monitors/{monitor['id']}", {"interval": -1})
    any_house.owner.put(f"/api/v1/monitors/{monitor['id']}", {"name": monitor["name"]})
    assert told(any_house.owner) == before


def test_the_log_is_walked_by_cursor_without_losing_or_repeating_an_entry(any_house: House) -> None:
    for number in range(7):
        any_house.owner.post("/api/v1/api-keys", {"name": f"no {number}"})
    whole = [each["id"] for each in entries(any_house.owner)]
    walked: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = any_house.owner.send("GET", LOG, params={"per_page": 3} | cursor).json()
        walked += [each["id"] for each in page["data"]]
        if not page["meta"]["has_more"]:
            break
        cursor = {"cursor": page["meta"]["next_cursor"]}
        any_house.world.clock.advance(1)
        any_house.owner.monitor()  # what comes meanwhile is newer
    assert walked == whole


@pytest.mark.parametrize("cursor", ["x", "run_06axk3c1q4v0v7w5n2v5c3d9ar", "%00", ""])
def test_an_odd_cursor_is_refused(house: House, cursor: str) -> None:
    assert error_of(house.owner.send("GET", f"{LOG}?cursor={cursor}"), 400)["data"]["field"] == "cursor"


def test_the_log_is_for_owners_and_admins_of_the_organization(house: House) -> None:
    house.owner.monitor()
    house.key("member").refused(403, "GET", LOG)
    house.key("viewer").refused(403, "GET", LOG)
    assert {each["subject"] for each in entries(house.stranger())} == {"organization", "api_key"}
    assert house.key("admin").get(LOG)

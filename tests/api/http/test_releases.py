"""Releases over HTTP: marked by pipelines, rolled out, listed."""

from typing import Any

import pytest
from api_house import House

RELEASES = "/api/v1/releases"


def test_a_release_is_marked_rolled_out_and_deleted(any_house: House) -> None:
    house = any_house
    house.world.clock.advance(1)
    made = house.owner.post(RELEASES, {"name": "shop", "version": "1.42.0", "commit_sha": "9fceb02", "tags": ["web"]})
    assert made["id"].startswith("rel_")
    assert (made["started_at"], made["finished_at"], made["rollout_percent"]) == (made["created_at"], None, None)
    there = f"{RELEASES}/{made['id']}"
    house.world.clock.advance(60)
    over = house.owner.put(there, {"rollout_percent": 100, "finished_at": "2999-01-01T00:00:00Z"})
    assert (over["rollout_percent"], over["version"], over["tags"]) == (100, "1.42.0", ["web"])
    assert house.owner.get(there) == over
    actions = [(each["action"], each["subject_name"]) for each in house.owner.get("/api/v1/audit-log")[:2]]
    assert actions == [("updated", "shop"), ("created", "shop")]
    house.owner.delete(there)
    house.owner.refused(404, "GET", there)


def test_lists_are_narrowed_and_walked(any_house: House) -> None:
    house = any_house
    made = []
    for environment in ("staging", "production", "production"):
        house.world.clock.advance(1)
        body = {"name": "shop", "environment": environment, "started_at": f"20{20 + len(made)}-01-15T12:00:00Z"}
        made.append(house.owner.post(RELEASES, body)["id"])

    def ids(**params: Any) -> list[str]:
        return [each["id"] for each in house.owner.get(RELEASES, **params)]

    assert ids() == made[::-1]
    assert ids(environment="production") == made[:0:-1]
    assert ids(to="2020-02-01T00:00:00Z") == made[:1]
    assert ids(**{"from": "2021-02-01T00:00:00Z"}) == made[2:]
    page = house.owner.send("GET", RELEASES, params={"limit": 2}).json()
    assert page["meta"]["has_more"]
    assert ids(cursor=page["meta"]["next_cursor"]) == made[:1]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"rollout_percent": 101}, "rollout_percent"),
        ({"rollout_percent": "half"}, "rollout_percent"),
        ({"started_at": None}, "started_at"),
        ({"started_at": "2020-01-02T00:00:00Z", "finished_at": "2020-01-01T00:00:00Z"}, "finished_at"),
        ({"commit_url": "javascript:alert(1)"}, "commit_url"),
        ({"tags": [""]}, "tags[0]"),
        ({"project_id": "proj_1"}, "project_id"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(house: House, fields: dict[str, Any], field: str) -> None:
    assert house.owner.refused(400, "POST", RELEASES, {"name": "a", **fields})["data"]["field"] == field
    assert house.owner.get(RELEASES) == []


def test_a_pipeline_s_key_can_mark_releases_and_nothing_else(house: House) -> None:
    ci = house.key("member", scopes=["releases:write"])
    assert ci.post(RELEASES, {"name": "shop"})["name"] == "shop"
    ci.refused(403, "GET", RELEASES)
    ci.refused(403, "POST", "/api/v1/incidents", {"title": "a"})

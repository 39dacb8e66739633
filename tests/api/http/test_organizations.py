"""Organizations over HTTP: made by their people, seen and changed by nobody else."""

from typing import Any

import pytest
from api_house import Caller, House

ORGANIZATIONS = "/api/v1/organizations"
MINE = "/api/v1/user/organizations"


def made_by(caller: Caller, **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = caller.post(ORGANIZATIONS, {"name": "Second"} | fields)
    return made


def test_whoever_makes_an_organization_owns_it_and_makes_its_keys(any_house: House) -> None:
    made = made_by(any_house.owner)
    assert (made["name"], made["slug"], made["industry"], made["role"]) == ("Second", "second", None, "owner")
    key = any_house.owner.post(f"{ORGANIZATIONS}/{made['id']}/api-keys", {"name": "first", "role": "owner"})
    there = any_house.caller(key["key"])
    there.monitor()
    assert any_house.owner.get("/api/v1/monitors") == []
    assert [one["id"] for one in any_house.owner.get(f"{ORGANIZATIONS}/{made['id']}/api-keys")] == [key["id"]]
    assert {one["id"] for one in any_house.owner.get(MINE)} == {any_house.world.organization, made["id"]}


def test_a_key_made_for_another_organization_does_not_lead_back(house: House) -> None:
    made = made_by(house.owner)
    text = house.owner.post(f"{ORGANIZATIONS}/{made['id']}/api-keys", {"name": "first", "role": "owner"})["key"]
    there = house.caller(text)
    assert [one["id"] for one in there.get(MINE)] == [made["id"]]
    there.refused(404, "GET", f"{ORGANIZATIONS}/{house.world.organization}")
    third = made_by(there, name="Third")
    assert there.get(f"{ORGANIZATIONS}/{third['id']}")["role"] == "owner"
    house.owner.refused(404, "GET", f"{ORGANIZATIONS}/{third['id']}")


def test_a_key_may_do_in_other_organizations_of_its_user_what_it_may_do_at_home(house: House) -> None:
    made = made_by(house.owner)
    path = f"{ORGANIZATIONS}/{made['id']}"
    viewer = house.caller(house.owner.post("/api/v1/api-keys", {"name": "v", "role": "viewer"})["key"])
    assert viewer.get(path)["role"] == "viewer"
    viewer.refused(403, "PUT", path, {"name": "mine"})
    viewer.refused(403, "POST", f"{path}/api-keys", {"name": "k"})
    monitors = ["monitors:read"]
    scoped = house.caller(
        house.owner.post("/api/v1/api-keys", {"name": "s", "role": "owner", "scopes": monitors})["key"]
    )
    scoped.refused(403, "GET", path)
    admin = house.caller(house.owner.post("/api/v1/api-keys", {"name": "a", "role": "admin"})["key"])
    admin.refused(403, "POST", f"{path}/api-keys", {"name": "k", "role": "owner"})


def test_an_organization_is_changed_field_by_field(any_house: House) -> None:
    path = f"{ORGANIZATIONS}/{any_house.world.organization}"
    assert any_house.owner.put(path, {"industry": "Retail"})["industry"] == "Retail"
    assert any_house.owner.put(path, {"name": "Acme Europe", "slug": "acme-eu"})["industry"] == "Retail"
    assert any_house.owner.put(path, {"industry": None})["industry"] is None
    found = any_house.owner.get(path)
    assert (found["name"], found["slug"]) == ("Acme Europe", "acme-eu")


def test_slugs_are_unique_and_made_from_the_name(any_house: House) -> None:
    assert made_by(any_house.owner, name="Ärger & Söhne")["slug"] == "arger-sohne"
    again = made_by(any_house.owner, name="Ärger & Söhne")
    assert again["slug"].startswith("arger-sohne-")
    assert made_by(any_house.owner, name="株式会社")["slug"] == "organization"
    taken = any_house.owner.refused(409, "POST", ORGANIZATIONS, {"name": "x", "slug": "arger-sohne"})
    assert taken["data"]["field"] == "slug"
    refused = any_house.owner.refused(409, "PUT", f"{ORGANIZATIONS}/{again['id']}", {"slug": "arger-sohne"})
    assert refused["data"]["field"] == "slug"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": 7}, "name"),
        ({"slug": "No Capitals"}, "slug"),
        ({"slug": "-"}, "slug"),
        ({"slug": ""}, "slug"),
        ({"slug": "a" * 64}, "slug"),
        ({"slug": None}, "slug"),
        ({"industry": "x" * 201}, "industry"),
        ({"owner": "usr_1"}, "owner"),
        ({"id": "org_1"}, "id"),
    ],
    ids=str,
)
def test_a_wrong_field_of_an_organization_is_named(house: House, fields: dict[str, Any], field: str) -> None:
    assert house.owner.refused(400, "POST", ORGANIZATIONS, {"name": "x"} | fields)["data"]["field"] == field
    path = f"{ORGANIZATIONS}/{house.world.organization}"
    assert house.owner.refused(400, "PUT", path, fields)["data"]["field"] == field


def test_the_list_of_my_organizations_has_pages(house: House) -> None:
    ids = [house.world.organization]
    for number in range(3):
        house.world.clock.advance(1)
        ids.append(made_by(house.owner, name=f"no {number}")["id"])
    assert [one["id"] for one in house.owner.get(MINE, page=2, per_page=3)] == ids[3:]
    assert house.owner.send("GET", MINE, params={"per_page": 3}).json()["meta"]["total"] == 4

"""Login states over HTTP: told of and deleted, and never shown."""

from api_house import House

PATH = "/api/v1/login-states"


def test_what_runs_have_kept_is_listed_without_what_is_in_it(any_house: House) -> None:
    kept = [any_house.world.login_state(name) for name in ("shop", "blog")]
    found = any_house.owner.get(PATH, sort="name")
    assert [each["name"] for each in found] == ["blog", "shop"]
    assert found[1] == {
        "id": kept[0].id,
        "name": "shop",
        "project_id": kept[0].place.project_id,
        "environment_id": None,
        "run_id": kept[0].run_id,
        "saved_at": found[1]["saved_at"],
        "expires_at": found[1]["expires_at"],
    }
    assert any_house.owner.get(f"{PATH}/{kept[0].id}") == found[1]
    assert any_house.owner.get(PATH, q="bl", per_page=1)[0]["name"] == "blog"
    any_house.world.clock.advance(3601)
    assert any_house.owner.get(PATH) == []


def test_one_that_is_deleted_is_gone_and_told_in_the_log(house: House) -> None:
    kept = house.world.login_state()
    house.key("viewer").refused(403, "DELETE", f"{PATH}/{kept.id}")
    house.world.clock.advance(1)
    house.owner.delete(f"{PATH}/{kept.id}")
    assert house.owner.get(PATH) == []
    house.owner.refused(404, "DELETE", f"{PATH}/{kept.id}")
    (told,) = house.owner.get("/api/v1/audit-log", per_page=1)
    assert (told["subject"], told["action"], told["subject_name"]) == ("login_state", "deleted", "shop")


def test_a_key_of_a_project_sees_its_own(house: House) -> None:
    shop, blog = (house.owner.post("/api/v1/projects", {"name": name})["id"] for name in ("Shop", "Blog"))
    mine, other = (house.world.login_state(project_id=id) for id in (shop, blog))
    assert [each["id"] for each in house.owner.get(PATH, project_id=shop)] == [mine.id]
    bound = house.key("admin", project_id=shop)
    assert [each["id"] for each in bound.get(PATH)] == [mine.id]
    bound.refused(404, "DELETE", f"{PATH}/{other.id}")
    bound.delete(f"{PATH}/{mine.id}")

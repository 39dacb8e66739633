"""Projects over HTTP: made, renamed, filled, emptied and deleted; and what belongs to one."""

from typing import Any

import pytest
from api_house import Caller, House
from engine_world import FAILED, PASSED
from hook_receiver import Receiver

from outrider_engine.domain.ids import project_of

PATH = "/api/v1/projects"


def project(house: House, name: str = "Shop") -> Any:
    return house.owner.post(PATH, {"name": name})


def default_of(house: House) -> str:
    return project_of(house.world.organization)


def names(caller: Caller, path: str, **params: str) -> list[str]:
    return [one.get("name") or one["title"] for one in caller.get(path, **params)]


def test_an_organization_begins_with_its_default_project(any_house: House) -> None:
    (default,) = any_house.owner.get(PATH)
    assert (default["id"], default["name"], default["is_default"]) == (default_of(any_house), "Acme", True)
    renamed = any_house.owner.put(f"{PATH}/{default['id']}", {**default, "name": "Everything"})
    assert any_house.owner.get(f"{PATH}/{default['id']}") == renamed
    assert "stays" in any_house.owner.refused(409, "DELETE", f"{PATH}/{default['id']}")["error"]


def test_a_project_is_made_found_renamed_and_deleted(any_house: House) -> None:
    owner = any_house.owner
    for name in ("Shop", "Blog"):
        any_house.world.clock.advance(1)
        made = project(any_house, name)
    assert names(owner, PATH, sort="name") == ["Acme", "Blog", "Shop"]
    assert names(owner, PATH, q="LO") == ["Blog"]
    assert owner.refused(409, "PUT", f"{PATH}/{made['id']}", {"name": "Shop"})["data"]["field"] == "name"
    read = owner.send("GET", f"{PATH}/{made['id']}")
    stale = {"If-Match": read.headers["ETag"]}
    owner.put(f"{PATH}/{made['id']}", {"name": "Journal"})
    owner.refused(412, "DELETE", f"{PATH}/{made['id']}", headers=stale)
    owner.delete(f"{PATH}/{made['id']}")
    owner.refused(404, "GET", f"{PATH}/{made['id']}")
    told = [entry for entry in owner.get("/api/v1/audit-log") if entry["subject"] == "project"]
    assert sorted(entry["action"] for entry in told) == ["created", "created", "deleted", "updated"]


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "name"), ({"name": " "}, "name"), ({"name": "a" * 201}, "name"), ({"name": "a", "id": "proj_1"}, "id")],
)
def test_what_is_wrong_is_named(house: House, body: dict[str, str], field: str) -> None:
    assert house.owner.refused(400, "POST", PATH, body)["data"]["field"] == field
    assert len(house.owner.get(PATH)) == 1


def test_only_owners_and_admins_change_projects(house: House) -> None:
    made = project(house)
    member = house.key("member")
    assert len(member.get(PATH)) == 2
    member.refused(403, "POST", PATH, {"name": "mine"})
    member.refused(403, "PUT", f"{PATH}/{made['id']}", {"name": "mine"})
    member.refused(403, "DELETE", f"{PATH}/{made['id']}")


def things_in(house: House, id: str) -> dict[str, Any]:
    """Make one of everything in a project, by path."""
    owner = house.owner
    monitor = owner.monitor(project_id=id)
    return {
        "/api/v1/monitors": monitor,
        "/api/v1/api-monitors": owner.api_monitor(project_id=id),
        "/api/v1/journeys": owner.journey(project_id=id),
        "/api/v1/incidents": owner.post("/api/v1/incidents", {"title": "Down", "check_ids": [monitor["id"]]}),
        "/api/v1/releases": owner.post("/api/v1/releases", {"name": "shop", "project_id": id}),
    }


def test_everything_belongs_to_a_project_and_is_listed_by_it(any_house: House) -> None:
    owner, made = any_house.owner, project(any_house)
    there = things_in(any_house, made["id"])
    here = [
        owner.monitor(),
        owner.post("/api/v1/incidents", {"title": "Odd"}),
        owner.post("/api/v1/releases", {"name": "x"}),
    ]
    assert {one["project_id"] for one in here} == {default_of(any_house)}
    for path, thing in there.items():
        assert thing["project_id"] == made["id"], path
        assert [one["id"] for one in owner.get(path, project_id=made["id"])] == [thing["id"]], path
        assert thing["id"] not in [one["id"] for one in owner.get(path, project_id=default_of(any_house))], path
        assert owner.get(path, project_id="proj_other") == []


def test_what_is_not_a_project_is_refused_as_one(house: House) -> None:
    owner = house.owner
    monitor = owner.monitor()
    foreign = project_of(house.services.identity.create_organization("Other").id)
    for id in ("proj_1", foreign, ""):
        body = {"name": "a", "type": "url", "url": "http://a.test", "project_id": id}
        assert owner.refused(400, "POST", "/api/v1/monitors", body)["data"]["field"] == "project_id"
        for path, fields in (("incidents", {"title": "a"}), ("releases", {"name": "a"})):
            problem = owner.refused(400, "POST", f"/api/v1/{path}", {**fields, "project_id": id})
            assert problem["data"]["field"] == "project_id"
        path = f"/api/v1/monitors/{monitor['id']}"
        assert owner.refused(400, "PUT", path, {"project_id": id})["data"]["field"] == "project_id"
    assert owner.refused(400, "PUT", path, {"project_id": None})["data"]["field"] == "project_id"
    assert owner.get(path)["project_id"] == default_of(house)


def test_a_project_that_is_not_empty_says_what_is_in_it_and_stays(any_house: House) -> None:
    owner, made = any_house.owner, project(any_house)
    things = things_in(any_house, made["id"])
    said = owner.refused(409, "DELETE", f"{PATH}/{made['id']}")["error"]
    assert "1 monitors, 1 API monitors, 1 journeys, 1 incidents, 1 releases" in said
    for path, thing in reversed(things.items()):
        owner.delete(f"{path}/{thing['id']}")
    owner.delete(f"{PATH}/{made['id']}")
    assert [one["is_default"] for one in owner.get(PATH)] == [True]


def test_runs_of_the_deleted_checks_of_a_deleted_project_stay_readable(house: House) -> None:
    made = project(house)
    monitor = house.owner.monitor(type="scripted", project_id=made["id"])
    run = house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    house.finish_all(PASSED)
    house.owner.delete(f"/api/v1/monitors/{monitor['id']}")
    house.owner.delete(f"{PATH}/{made['id']}")
    assert house.owner.get(f"/api/v1/runs/{run['id']}")["status"] == "passed"


def test_a_check_moves_to_another_project_with_the_incident_that_it_opened(any_house: House) -> None:
    owner, made = any_house.owner, project(any_house)
    monitor = owner.monitor(type="scripted")
    owner.rule(monitor_id=monitor["id"])
    owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    any_house.finish_all(FAILED)
    (opened,) = owner.get("/api/v1/incidents")
    path = f"/api/v1/monitors/{monitor['id']}"
    any_house.world.clock.advance(1)
    moved = owner.put(path, {**owner.get(path), "project_id": made["id"]})
    assert (moved["project_id"], moved["revision"]) == (made["id"], monitor["revision"] + 1)
    assert owner.get(f"/api/v1/incidents/{opened['id']}")["project_id"] == made["id"]
    newest = owner.get("/api/v1/audit-log")[0]
    assert (newest["before"], newest["after"]) == ({"project_id": default_of(any_house)}, {"project_id": made["id"]})
    owner.post(f"{path}/check")
    any_house.finish_all(FAILED)
    assert len(owner.get("/api/v1/incidents", project_id=made["id"])) == 1


def test_an_open_incident_about_other_checks_too_keeps_its_check(house: House) -> None:
    owner, made = house.owner, project(house)
    monitor, other = owner.monitor(type="scripted"), owner.monitor()
    owner.rule(monitor_id=monitor["id"])
    owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    house.finish_all(FAILED)
    (opened,) = owner.get("/api/v1/incidents")
    owner.put(f"/api/v1/incidents/{opened['id']}", {"check_ids": [monitor["id"], other["id"]]})
    path = f"/api/v1/monitors/{monitor['id']}"
    assert opened["id"] in owner.refused(409, "PUT", path, {"project_id": made["id"]})["error"]
    assert owner.get(path)["project_id"] == default_of(house)


def test_an_incident_is_about_checks_of_one_project(house: House) -> None:
    owner, made = house.owner, project(house)
    here, there = owner.monitor(), owner.monitor(project_id=made["id"])
    body = {"title": "Both", "check_ids": [here["id"], there["id"]]}
    assert owner.refused(400, "POST", "/api/v1/incidents", body)["data"]["field"] == "check_ids[1]"
    incident = owner.post("/api/v1/incidents", {"title": "There", "check_ids": [there["id"]]})
    path = f"/api/v1/incidents/{incident['id']}"
    assert owner.refused(400, "PUT", path, {"check_ids": [here["id"]]})["data"]["field"] == "check_ids[0]"
    assert owner.refused(400, "PUT", path, {"project_id": default_of(house)})["data"]["field"] == "check_ids[0]"
    moved = owner.put(path, {"project_id": default_of(house), "check_ids": [here["id"]]})
    assert (moved["project_id"], moved["check_ids"]) == (default_of(house), [here["id"]])


def test_clients_of_brily_see_all_projects_and_can_not_move_between_them(house: House) -> None:
    made = project(house)
    shown = house.owner.send("GET", "/v0/projects").json()["data"]
    assert {one["name"]: one["id"] for one in shown} == {"Acme": default_of(house), "Shop": made["id"]}
    monitor = house.owner.monitor(project_id=made["id"])
    assert house.owner.send("GET", f"/v0/monitors/{monitor['id']}").json()["project_id"] == made["id"]
    for path, body in (("monitors", {"name": "a", "url": "https://a.test"}), ("incidents", {"title": "a"})):
        refused = house.owner.send("POST", f"/v0/{path}", {**body, "project_id": made["id"]})
        assert (refused.status_code, refused.json()["error"]["field"]) == (422, "project_id")
    release = house.owner.post("/api/v1/releases", {"name": "a", "project_id": made["id"]})
    path = f"/v0/releases/{release['id']}"
    assert house.owner.send("PATCH", path, {"project_id": made["id"]}).status_code == 200
    assert house.owner.send("PATCH", path, {"project_id": default_of(house)}).status_code == 422


def test_a_name_is_restored_within_its_project(house: House) -> None:
    """A deleted monitor of another project does not come back under the same name."""
    made = project(house)
    elsewhere = house.owner.monitor(name="homepage", project_id=made["id"])
    house.owner.delete(f"/api/v1/monitors/{elsewhere['id']}")
    new = house.owner.send("POST", "/v0/monitors", {"name": "homepage", "url": "https://a.test"}).json()
    assert (new["id"] != elsewhere["id"], new["project_id"]) == (True, default_of(house))


def test_messages_name_the_project_of_the_check(house: House, receiver: Receiver) -> None:
    made = project(house)
    config = {"url": receiver.url, "events": ["release.created"]}
    house.owner.channel(type="webhook", config=config)
    house.owner.post("/api/v1/releases", {"name": "shop", "project_id": made["id"]})
    (told,) = house.world.outbox()
    assert told.message.data["project"] == {"id": made["id"]}
    monitor, channel = house.owner.monitor(type="scripted", project_id=made["id"]), house.owner.channel()
    house.owner.rule(monitor_id=monitor["id"], channel_ids=[channel["id"]])
    house.world.clock.advance(1)
    house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    house.finish_all(FAILED)
    (opened,) = [each.message for each in house.world.outbox() if each.channel_id == channel["id"]]
    assert opened.data["project"] == {"id": made["id"]}


ENVIRONMENTS, VARIABLES = "/api/v1/environments", "/api/v1/variables"


def test_an_environment_of_a_project_is_for_its_checks_alone(any_house: House) -> None:
    owner, shop, blog = any_house.owner, project(any_house), project(any_house, "Blog")
    of_shop = owner.post(ENVIRONMENTS, {"name": "staging", "project_id": shop["id"]})
    of_blog = owner.post(ENVIRONMENTS, {"name": "staging", "project_id": blog["id"]})
    for named in ("staging", of_shop["id"]):
        assert owner.monitor(environment=named, project_id=shop["id"])["environment"] == "staging"
        body = {"name": "a", "type": "url", "url": "http://a.test", "environment": named}
        assert owner.refused(400, "POST", "/api/v1/monitors", body)["data"]["field"] == "environment"
    shared = owner.post(ENVIRONMENTS, {"name": "staging"})
    refused = owner.refused(409, "POST", ENVIRONMENTS, {"name": "staging", "project_id": blog["id"]})
    assert of_blog["id"] in refused["error"]
    monitors = {one["id"]: owner.monitor(environment="staging", project_id=one["id"])["id"] for one in (shop, blog)}
    here = owner.monitor(environment="staging")["id"]
    assert "'shop'" in owner.refused(409, "DELETE", f"{ENVIRONMENTS}/{shared['id']}")["error"]
    owner.delete(f"/api/v1/monitors/{here}")
    owner.delete(f"{ENVIRONMENTS}/{shared['id']}")
    assert owner.get(ENVIRONMENTS, project_id=shop["id"]) == [of_shop]
    path = f"/api/v1/monitors/{monitors[shop['id']]}"
    assert owner.refused(400, "PUT", path, {"project_id": default_of(any_house)})["data"]["field"] == "environment"
    assert owner.put(path, {"project_id": default_of(any_house), "environment": None})["environment"] is None
    assert owner.refused(400, "POST", f"{path}/check", {"environment": "staging"})["data"]["field"] == "environment"
    assert owner.post(f"/api/v1/monitors/{monitors[blog['id']]}/check", {"environment": "staging"})["overrides"]


def test_a_check_that_moves_finds_the_environment_of_the_same_name_there(house: House) -> None:
    owner, shop = house.owner, project(house)
    owner.post(ENVIRONMENTS, {"name": "staging", "project_id": default_of(house)})
    owner.post(ENVIRONMENTS, {"name": "staging", "project_id": shop["id"]})
    monitor = owner.monitor(environment="staging")
    moved = owner.put(f"/api/v1/monitors/{monitor['id']}", {"project_id": shop["id"], "environment": "staging"})
    assert (moved["project_id"], moved["environment"]) == (shop["id"], "staging")
    said = owner.refused(409, "DELETE", f"{PATH}/{shop['id']}")["error"]
    assert "1 monitors, 1 environments" in said


def test_variables_of_a_project_are_named_once_in_it_and_listed_by_it(any_house: House) -> None:
    owner, shop = any_house.owner, project(any_house)
    owner.post(ENVIRONMENTS, {"name": "staging", "project_id": shop["id"]})
    places = [{}, {"project_id": shop["id"]}, {"project_id": shop["id"], "environment": "staging"}]
    made = [owner.post(VARIABLES, {"name": "A", "value": "x", **place}) for place in places]
    for place in places:
        assert "already" in owner.refused(409, "POST", VARIABLES, {"name": "A", "value": "y", **place})["error"]
    assert [one["project_id"] for one in made] == [None, shop["id"], shop["id"]]
    assert {one["id"] for one in owner.get(VARIABLES, project_id=shop["id"])} == {one["id"] for one in made[1:]}
    assert owner.get(VARIABLES, environment="staging") == [made[2]]
    assert (
        owner.refused(400, "PUT", f"{VARIABLES}/{made[1]['id']}", {"project_id": None})["data"]["field"] == "project_id"
    )
    assert "1 environments, 1 variables" in owner.refused(409, "DELETE", f"{PATH}/{shop['id']}")["error"]


def test_a_name_that_several_projects_have_must_be_told_apart(house: House) -> None:
    owner = house.owner
    made = [owner.post(ENVIRONMENTS, {"name": "staging", "project_id": project(house, name)["id"]}) for name in "AB"]
    problem = owner.refused(400, "GET", VARIABLES, params={"environment": "staging"})["data"]
    assert (problem["field"], sorted(problem["allowed"])) == ("environment", sorted(one["id"] for one in made))
    assert owner.get(VARIABLES, environment="staging", project_id=made[0]["project_id"]) == []
    shared = owner.post(ENVIRONMENTS, {"name": "staging"})
    body = {"name": "A", "value": "x", "environment": "staging"}
    assert owner.post(VARIABLES, body)["environment_id"] == shared["id"]
    wrong = {**body, "environment": shared["id"], "project_id": made[0]["project_id"]}
    assert owner.refused(400, "POST", VARIABLES, wrong)["data"]["field"] == "environment"

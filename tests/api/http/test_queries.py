"""How many statements a list takes: the same, however long it is."""

import pytest
from api_house import House
from sent_statements import statements


@pytest.mark.parametrize(
    "path",
    [
        *("/api/v1/monitors", "/api/v1/runs", "/api/v1/alerts", "/api/v1/alerts/rules", "/api/v1/alerts/channels"),
        "/api/agent/batches",
    ],
)
def test_a_list_takes_the_same_few_statements_whatever_its_length(house: House, path: str) -> None:
    def grow() -> None:
        monitor = house.owner.monitor(type="scripted")
        channel = house.owner.channel()
        house.owner.rule(monitor_id=monitor["id"], channel_ids=[channel["id"]])
        house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
        house.owner.post("/api/agent/batches", {"check_ids": [monitor["id"]]})

    grow()
    with statements() as few:
        house.owner.get(path)
    for _ in range(5):
        grow()
    with statements() as many:
        house.owner.get(path)
    assert len(many) == len(few) <= 14


def test_the_list_of_the_compat_mount_takes_the_same_few_statements_whatever_its_length(house: House) -> None:
    def asked() -> int:
        with statements() as sent:
            response = house.owner.send("GET", "/compat/xuptimemonitor/api/v1/monitors")
        assert response.status_code == 200
        return len(sent)

    house.owner.monitor(type="scripted")
    few = asked()
    for _ in range(5):
        house.owner.monitor(type="scripted")
    assert asked() == few <= 16


def test_only_keys_that_are_bound_to_a_project_pay_for_it(house: House) -> None:
    own = house.owner.post("/api/v1/projects", {"name": "Shop"})["id"]
    bound, monitor = house.key(project_id=own), house.owner.monitor(type="scripted", project_id=own)
    run = house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    paths = ("/api/v1/monitors", f"/api/v1/monitors/{monitor['id']}", "/api/v1/runs", f"/api/v1/runs/{run['id']}")
    for path in (*paths, "/api/v1/alerts", "/api/v1/alerts/rules", "/api/v1/incidents", "/api/v1/releases"):
        for caller in (house.owner, bound):  # whose first use is noted
            caller.get(path)
        with statements() as whole:
            house.owner.get(path)
        with statements() as narrowed:
            bound.get(path)
        assert [one for one in whole if "project_id = ?" in one] == [], path
        assert any("project_id = ?" in one for one in narrowed), path
        assert len(narrowed) <= len(whole) + (path == "/api/v1/runs"), path

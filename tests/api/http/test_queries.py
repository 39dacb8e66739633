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

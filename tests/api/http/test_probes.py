"""Monitors of ports and names over HTTP: written flat, with limits of their own, and read back."""

from typing import Any

import pytest
from api_house import House

MONITORS = "/api/v1/monitors"
TCP = {"name": "db", "type": "tcp", "host": "db.example.com", "port": 5432}


def test_a_port_is_written_flat_and_read_back(house: House) -> None:
    body = TCP | {"tls": {"enabled": True, "verify": False}, "assertions": [{"type": "ssl_expiry", "value": 14}]}
    made = house.owner.post(MONITORS, body)
    assert {key: made[key] for key in body} == body
    read = house.owner.get(f"{MONITORS}/{made['id']}")
    assert {key: read[key] for key in made} == made
    assert house.owner.put(f"{MONITORS}/{made['id']}", made)["tls"] == body["tls"]
    assert "config" not in made
    assert [one["id"] for one in house.owner.get(MONITORS, type="tcp")] == [made["id"]]


def test_what_is_left_out_of_a_port_has_its_default(house: House) -> None:
    made = house.owner.post(MONITORS, TCP)
    assert made["tls"] == {"enabled": False, "verify": True, "starttls": "auto", "alert_before_expiry": None}
    assert (made["timeout"], made["send"], made["expect"]) == (10, None, None)
    assert house.owner.post(MONITORS, TCP | {"timeout": 30})["timeout"] == 30


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"port": 0}, "port"),
        ({"port": "22"}, "port"),
        ({"host": "http://a"}, "host"),
        ({"tls": True}, "tls"),
        ({"tls": {"verify": "no"}}, "tls.verify"),
        ({"tls": {"on": True}}, "tls.on"),
        ({"tls": {"starttls": "gopher"}}, "tls.starttls"),
        ({"url": "http://a"}, "url"),
    ],
)
def test_wrong_fields_of_a_port_are_named_as_they_were_written(
    house: House, changes: dict[str, Any], field: str
) -> None:
    assert house.owner.refused(400, "POST", MONITORS, TCP | changes)["data"]["field"] == field


def test_a_port_needs_host_and_port(house: House) -> None:
    for missing in ("host", "port"):
        body = {name: value for name, value in TCP.items() if name != missing}
        assert house.owner.refused(400, "POST", MONITORS, body)["data"]["field"] == missing


def test_a_name_is_written_flat_with_its_assertions_and_read_back(house: House) -> None:
    body = {
        "name": "mail",
        "type": "dns",
        "domain": "example.com",
        "record_type": "MX",
        "resolver": "[2001:db8::53]:5353",
        "expected_values": ["mail.example.com"],
        "assertions": [
            {"type": "record_value", "equals": "mail.example.com", "priority": 10},
            {"type": "record_values", "contains_all": ["mail.example.com", "backup.example.com"]},
            {"type": "record_count", "equals": 2},
            {"type": "record_exists", "equals": False},
            {"type": "response_time", "less_than": 500},
        ],
    }
    made = house.owner.post(MONITORS, body)
    assert {key: made[key] for key in body} == body
    assert made["timeout"] == 10
    read = house.owner.get(f"{MONITORS}/{made['id']}")
    assert {key: read[key] for key in made} == made


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"domain": "a..b"}, "domain"),
        ({"record_type": "ANY"}, "record_type"),
        ({"resolver": "192.0.2.1:x"}, "resolver"),
        ({"assertions": [{"type": "record_exists", "equals": "no"}]}, "assertions[0].equals"),
        ({"assertions": [{"type": "record_value", "less_than": 5}]}, "assertions[0].less_than"),
    ],
)
def test_wrong_fields_of_a_name_are_named_as_they_were_written(
    house: House, changes: dict[str, Any], field: str
) -> None:
    body = {"name": "a", "type": "dns", "domain": "example.com"} | changes
    assert house.owner.refused(400, "POST", MONITORS, body)["data"]["field"] == field

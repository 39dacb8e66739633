"""Lists of definitions: narrowed and sorted as asked; what is asked for in vain is named."""

from typing import Any

import pytest
from api_house import House, error_of

MONITORS = "/api/v1/monitors"


def names(house: House, path: str = MONITORS, **params: Any) -> list[str]:
    """Return the names in a list, in its order."""
    return [one["name"] for one in house.owner.get(path, **params)]


def test_monitors_are_found_by_what_they_are_and_sorted(any_house: House) -> None:
    house = any_house
    with house.world.storage.begin() as tx:
        tx.locations.add(["fra"])
    for name, fields in {
        "Shop": {"tags": ["eu"], "locations": ["fra"]},
        "100%_real": {"type": "scripted", "locations": ["local"]},
        "api": {"status": "paused", "locations": ["fra", "local"]},
    }.items():
        house.world.clock.advance(1)
        house.owner.monitor(name=name, **fields)
    house.world.clock.advance(1)
    shop = house.owner.get(MONITORS)[0]
    house.owner.put(f"{MONITORS}/{shop['id']}", {"description": "changed last"})
    assert names(house) == ["Shop", "100%_real", "api"]
    assert names(house, order="desc") == ["api", "100%_real", "Shop"]
    assert names(house, sort="name") == ["100%_real", "api", "Shop"]
    assert names(house, sort="name", order="desc", per_page=2) == ["Shop", "api"]
    assert names(house, sort="name", order="desc", per_page=2, page=2) == ["100%_real"]
    assert names(house, sort="updated_at") == ["100%_real", "api", "Shop"]
    assert names(house, q="SHO") == ["Shop"]
    assert names(house, q="0%_R") == ["100%_real"]
    assert names(house, q="a_i") == names(house, q="\\") == []
    assert names(house, enabled="false") == names(house, status="paused") == ["api"]
    assert names(house, location="fra", sort="name") == ["api", "Shop"]
    assert names(house, type="scripted") == ["100%_real"]
    assert names(house, type="url", enabled="true", tag="eu", location="fra", q="o") == ["Shop"]


def test_names_are_found_in_any_case_of_any_alphabet(house: House) -> None:
    house.owner.monitor(name="ÄRZTE")
    assert names(house, q="ärzt") == ["ÄRZTE"]


def test_channels_and_rules_are_found_by_what_they_are(any_house: House) -> None:
    owner = any_house.owner
    first, second = owner.monitor(), owner.monitor()
    channel = owner.channel(name="Mail", enabled=False)
    owner.channel(name="chat", type="log")
    owner.rule(name="B", monitor_id=first["id"], channel_ids=[channel["id"]])
    owner.rule(name="a", monitor_id=second["id"], enabled=False)
    channels, rules = "/api/v1/alerts/channels", "/api/v1/alerts/rules"
    assert names(any_house, channels, sort="name") == ["chat", "Mail"]
    assert names(any_house, channels, enabled="false") == names(any_house, channels, q="ai") == ["Mail"]
    assert names(any_house, channels, type="log") == ["chat"]
    assert names(any_house, rules, sort="name", order="asc") == ["a", "B"]
    assert names(any_house, rules, channel_id=channel["id"]) == names(any_house, rules, enabled="true") == ["B"]
    assert names(any_house, rules, resource_id=second["id"]) == ["a"]
    assert names(any_house, rules, type="error_rate") == []


@pytest.mark.parametrize(
    ("path", "params", "field", "allowed"),
    [
        (MONITORS, {"sort": "interval"}, "sort", ["name", "created_at", "updated_at"]),
        (MONITORS, {"order": "up"}, "order", ["asc", "desc"]),
        (MONITORS, {"status": "online"}, "status", ["active", "paused"]),
        (MONITORS, {"location": "mars"}, "location", ["fra", "local"]),
        (MONITORS, {"status": "active", "enabled": "false"}, "enabled", None),
        (MONITORS, {"enabled": "perhaps"}, "enabled", None),
        ("/api/v1/alerts/rules", {"sort": "updated_at"}, "sort", ["name", "created_at"]),
        ("/api/v1/runs", {"statsu": "failed"}, "statsu", None),
        ("/api/v1/alert-channels", {"tag": "x"}, "tag", None),
        ("/api/v1/runs/run_1", {"full": "1"}, "full", []),
        ("/api/agent/runs/run_1", {"timeout": "1"}, "timeout", ["wait"]),
    ],
)
def test_what_there_is_not_is_named_with_what_there_is(
    house: House, path: str, params: dict[str, str], field: str, allowed: list[str] | None
) -> None:
    data = error_of(house.owner.send("GET", path, params=params), 400)["data"]
    assert data["field"] == field
    assert allowed is None or data["allowed"] == allowed


def test_the_key_may_come_as_a_parameter_everywhere_and_others_are_refused_to_everybody(house: House) -> None:
    document = house.client.get("/openapi.json").json()["paths"]
    strict = {path: methods for path, methods in document.items() if path.startswith(("/api/", "/v0"))}
    assert len(strict) > 40
    for path, methods in strict.items():
        for method in methods:
            refused = house.owner.send(method.upper(), path.replace("{", "").replace("}", ""), params={"bogus": "1"})
            assert refused.status_code == 400, (method, path)
            assert "bogus" in refused.text, (method, path)
    nobody = house.caller(None)
    assert nobody.send("GET", MONITORS, params={"api_key": house.owner.key or ""}).status_code == 200
    assert nobody.send("GET", MONITORS, params={"bogus": "1"}).status_code == 401
    lenient = "/compat/xuptimemonitor/api/v1/monitors"
    assert house.owner.send("GET", lenient, params={"bogus": "1"}).status_code == 200


def test_brilys_clients_are_told_in_their_words(house: House) -> None:
    problem = house.owner.send("GET", "/v0/monitors", params={"page": "2"}).json()["error"]
    assert (problem["code"], problem["field"]) == ("validation_failed", "page")
    assert "cursor, enabled, limit" in problem["message"]

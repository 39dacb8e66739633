"""docs/monitors.md says what is true: its tables are those of the code, and its examples are accepted."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from api_house import House

from outrider_engine.assertions import validate
from outrider_engine.assertions.json_paths import selected
from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.errors import InvalidInput
from outrider_plugins.tcp.settings import TcpSettings

PAGE = (Path(__file__).parents[3] / "docs" / "monitors.md").read_text()
EXAMPLES = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
VALUES: dict[str, Any] = {
    "status_code": 200,
    "status": 200,
    "response_time": 500,
    "latency_p95": 500,
    "ssl_expiry": 14,
    "record_values": ["a"],
    "record_count": 1,
    "record_exists": True,
}
SELECTORS = {
    Source.HEADER: "a",
    Source.JSON: "$.a",
    Source.CERTIFICATE: "subject",
    Source.FACT: "ip",
    Source.LATENCY: "p95",
}


def table(first: str) -> dict[str, list[str]]:
    """Return the rows of the table whose first column has that heading, by their first cell."""
    text = PAGE[PAGE.index(f"| {first} |") :].split("\n\n", 1)[0]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines()[2:]]
    return {row[0].strip("` |"): [cell.strip("| ") for cell in row[1:]] for row in rows}


def refused(house: House, assertion: dict[str, Any]) -> Any:
    """Return what is allowed where an assertion is wrong."""
    body = {"name": "a", "type": "url", "url": "http://a", "assertions": [assertion]}
    return house.owner.refused(400, "POST", "/api/v1/monitors", body)["data"]["allowed"]


def test_the_types_and_their_defaults_are_those_that_are_accepted(house: House) -> None:
    types = table("type")
    assert list(types) == refused(house, {"type": "mood"})
    for type, (source, value, operator, *further) in types.items():
        keys: dict[str, Any] = dict.fromkeys(re.findall(r"`(\w+)` \(required\)", " ".join(further)), "$.a")
        if operator == "none, required":
            assert "eq" in refused(house, {"type": type, **keys})
            keys["operator"] = "lt" if type == "latency_p95" else "eq"
        number = VALUES.get(type, "a")
        made = house.owner.monitor(assertions=[{"type": type, re.findall(r"`(\w+)`", value)[0]: number, **keys}])
        stored = house.services.checks.get(house.world.organization, made["id"]).check.definition.assertions[0]
        said = re.split(r",| \(", operator)[0]
        meant = f"`{stored.operator}`" if said == "none" else said
        assert (f"`{stored.source}`", f"`{stored.operator}`") == (source, meant), type
        if operator.endswith("always"):
            assert "operator" not in refused(house, {"type": type, "operator": "equals", **keys})


def test_all_sources_and_operators_are_there() -> None:
    assert list(table("source")) == list(Source)
    assert list(table("operator")) == list(Operator)


@pytest.mark.parametrize("operator", list(Operator))
def test_an_operator_fits_the_sources_that_the_page_says(operator: Operator) -> None:
    def fits(source: Source) -> bool:
        try:
            validate(Assertion(source, operator, None, SELECTORS.get(source)))
        except InvalidInput as error:
            return error.field != "operator"
        return True

    said = table("operator")[operator][-1]
    assert {source for source in Source if not fits(source)} == set(re.findall(r"`(\w+)`", said)), said


def test_the_facts_of_a_certificate_are_named(house: House) -> None:
    known = refused(house, {"source": "certificate", "selector": "mood", "operator": "exists"})
    line = PAGE[PAGE.index("**Facts of a certificate**") :].split("\n\n", 1)[0]
    assert set(re.findall(r"`(\w+)`", line)) == set(known)


def test_the_fields_their_defaults_and_limits_are_those_of_the_schema(house: House) -> None:
    document = house.client.get("/openapi.json").json()
    kinds = document["components"]["schemas"]["MonitorCreate"]["anyOf"]
    schema = next(kind for kind in kinds if "url" in kind["properties"])
    rows = table("field")
    assert set(rows) == set(schema["properties"])
    assert {name for name, row in rows.items() if row[0] == "required"} == set(schema["required"])
    for name, about in schema["properties"].items():
        default, meaning = rows[name]
        if about.get("default") and name not in schema["required"]:
            assert default.strip("`") in (about["default"], json.dumps(about["default"]).removesuffix(".0")), name
        for part in (about, *about.get("anyOf", ())):
            limits = [part[key] for key in ("minimum", "maximum", "maxLength", "maxProperties") if key in part]
            assert not [limit for limit in limits if f"{limit:.9g}" not in meaning], name


@pytest.mark.parametrize("kind", ["tcp", "dns", "heartbeat"])
def test_the_own_fields_of_a_type_are_those_of_its_schema(house: House, kind: str) -> None:
    kinds = house.client.get("/openapi.json").json()["components"]["schemas"]["MonitorCreate"]["anyOf"]
    by_type = {one["properties"]["type"]["const"]: one for one in kinds}
    schema, common = by_type[kind], by_type["scripted"]["properties"]
    own = {name: about for name, about in schema["properties"].items() if common.get(name) != about}
    own = {name: about for name, about in own.items() if name not in {"type", "config"}}
    rows = table(f"field of `{kind}`")
    assert set(rows) == set(own)
    assert {name for name, row in rows.items() if row[0] == "required"} == set(schema["required"]) - {"name", "type"}
    for name, about in own.items():
        for part in (about, *about.get("anyOf", ())):
            limits = [part[key] for key in ("minimum", "maximum", "maxLength", "maxItems") if key in part]
            assert not [limit for limit in limits if f"{limit:.9g}" not in rows[name][1]], name


def test_the_settings_of_tls_are_those_of_the_schema() -> None:
    schema = TcpSettings.model_json_schema()["$defs"]["TlsSettings"]["properties"]
    defaults = {name: row[0].strip("`") for name, row in table("in `tls`").items()}
    assert defaults == {name: json.dumps(about["default"]).strip('"') for name, about in schema.items()}


@pytest.mark.parametrize("example", [pytest.param(one, id=one["name"]) for one in EXAMPLES])
def test_the_examples_are_accepted_and_read_back(house: House, example: dict[str, Any]) -> None:
    made = house.owner.post("/api/v1/monitors", example)
    assert made["assertions"] == example.get("assertions", [])


def test_the_paths_select_what_the_page_says() -> None:
    found = re.search(r"In `(\{.*\})`:", PAGE)
    assert found
    paths = table("path")
    assert len(paths) == 8
    for path, (value,) in paths.items():
        assert selected(path, json.loads(found[1])) == (True, json.loads(value.strip("`"))), path

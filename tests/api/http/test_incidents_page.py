"""docs/incidents.md says what is true: its examples are accepted, its messages arrive so, its tables are complete."""

import json
import re
from pathlib import Path
from typing import Any

from api_house import House
from hook_receiver import Receiver
from outbox_run import send_all

from outrider_api.http.wire.incidents import IncidentBody
from outrider_api.http.wire.releases import ReleaseBody
from outrider_engine.domain.incidents import Impact, IncidentState

PAGE = (Path(__file__).parents[3] / "docs" / "incidents.md").read_text()
INCIDENT, UPDATE, RELEASE, *TOLD = (json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL))
EVENTS = ("incident.created", "incident.updated", "incident.resolved", "release.created")


def shape(value: Any) -> Any:
    """Return the keys of an object, in their order and with theirs, and of texts whether they are times in UTC."""
    if isinstance(value, dict):
        return [(key, shape(item)) for key, item in value.items()]
    if isinstance(value, list):
        return [shape(item) for item in value]
    return "time" if isinstance(value, str) and re.fullmatch(r"[\d-]+T[\d:.]+Z", value) else type(value).__name__


def test_the_examples_are_accepted_and_told_as_the_page_shows(house: House, receiver: Receiver) -> None:
    config = {"url": receiver.url, "events": EVENTS, "preset": "standard"}
    house.owner.channel(type="webhook", config=config)
    there = f"/api/v1/incidents/{house.owner.post('/api/v1/incidents', INCIDENT)['id']}/updates"
    assert house.owner.post(there, UPDATE)["state"] == UPDATE["state"]
    (curl,) = re.findall(r"-d '(.*?)'", PAGE)
    assert house.owner.post(there, json.loads(curl))["resolved_at"]
    house.owner.post("/api/v1/releases", RELEASE)
    send_all(house.world)
    arrived = [json.loads(body) for _, body in receiver.received]
    assert [event["type"] for event in arrived if event["type"] in EVENTS[:3]] == list(EVENTS[:3])
    by_type = {event["type"]: event for event in arrived}
    for example in TOLD:
        told = by_type[example["type"]]
        assert shape(told) == shape(example)
        assert (told["data"]["title"], told["data"]["text"]) == (example["data"]["title"], example["data"]["text"])
    assert len(by_type["incident.resolved"]["data"]["incident"]["updates"]) == 3


def test_every_field_state_and_impact_is_explained() -> None:
    explained = {
        name for row in re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }
    assert {*IncidentBody.model_fields, *ReleaseBody.model_fields, *IncidentState} <= explained
    assert not [impact for impact in Impact if f"`{impact}`" not in PAGE]

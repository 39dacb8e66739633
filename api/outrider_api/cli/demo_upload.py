"""Puts what the demonstration watches into Outrider, or brings it up to date when it is there from the last start."""

from dataclasses import dataclass
from typing import Any

from outrider_api.demo.content import BROKEN, CHANNEL, TAG, journey, monitors, rules

from .api_client import ApiClient

JOURNEYS = "/api/v1/journeys"
MONITORS = "/api/v1/monitors"
CHANNELS = "/api/v1/alerts/channels"
RULES = "/api/v1/alerts/rules"
RULE_TYPE = "consecutive_failures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """What is watched, as the API shows it."""

    journey: dict[str, Any]
    monitors: tuple[dict[str, Any], ...]


def upload(client: ApiClient, shop: str) -> Uploaded:
    """Upload the journey, the monitors, and the rules that tell about them."""
    walked = _put(client, JOURNEYS, journey(shop), tag=TAG)
    watched = tuple(_put(client, MONITORS, monitor, tag=TAG) for monitor in monitors(shop))
    channel = _put(client, CHANNELS, CHANNEL, fixed=("type",))
    broken = next(monitor for monitor in watched if monitor["name"] == BROKEN)
    for rule in rules(walked["id"], broken["id"]):
        fixed = tuple(name for name in rule if name.endswith("_id"))
        _put(client, RULES, {**rule, "channel_ids": [channel["id"]], "type": RULE_TYPE}, fixed=("type", *fixed))
    return Uploaded(journey=walked, monitors=watched)


def _put(
    client: ApiClient, path: str, body: dict[str, Any], *, fixed: tuple[str, ...] = (), **query: str
) -> dict[str, Any]:
    """Make an object, or change the one of that name; ``fixed`` fields can't be changed."""
    there = next((found for found in client.all(path, **query) if found["name"] == body["name"]), None)
    if there is None:
        made: dict[str, Any] = client.post(path, body)
        return made
    changes = {name: value for name, value in body.items() if name not in fixed}
    changed: dict[str, Any] = client.put(f"{path}/{there['id']}", changes)
    return changed

"""Puts what the demonstration watches into Outrider, or brings it up to date when it is there from the last start."""

from dataclasses import dataclass
from typing import Any

from outrider_api.demo.content import BROKEN, CHANNEL, journey, monitors, rules

from .api_client import ApiClient, put_by_name

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
    walked = put_by_name(client, JOURNEYS, journey(shop))
    watched = tuple(put_by_name(client, MONITORS, monitor) for monitor in monitors(shop))
    channel = put_by_name(client, CHANNELS, CHANNEL, fixed=("type",))
    broken = next(monitor for monitor in watched if monitor["name"] == BROKEN)
    for rule in rules(walked["id"], broken["id"]):
        fixed = tuple(name for name in rule if name.endswith("_id"))
        put_by_name(client, RULES, {**rule, "channel_ids": [channel["id"]], "type": RULE_TYPE}, fixed=("type", *fixed))
    return Uploaded(journey=walked, monitors=watched)

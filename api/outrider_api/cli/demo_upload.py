"""Puts what the demonstration watches into Outrider, or brings it up to date when it is there from the last start."""

from dataclasses import dataclass

from outrider_api.client import Client, Journey, Monitor
from outrider_api.demo.content import BROKEN, CHANNEL, journey, monitors, rules

RULE_TYPE = "consecutive_failures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """What is watched, as the API shows it."""

    journey: Journey
    monitors: tuple[Monitor, ...]


def upload(client: Client, shop: str) -> Uploaded:
    """Upload the journey, the monitors, and the rules that tell about them."""
    walked = client.journeys.put(journey(shop))
    watched = tuple(client.monitors.put(monitor) for monitor in monitors(shop))
    channel = client.channels.put(CHANNEL, fixed=("type",))
    broken = next(monitor for monitor in watched if monitor.name == BROKEN)
    for rule in rules(walked.id, broken.id):
        fixed = tuple(name for name in rule if name.endswith("_id"))
        client.rules.put({**rule, "channel_ids": [channel.id], "type": RULE_TYPE}, fixed=("type", *fixed))
    return Uploaded(journey=walked, monitors=watched)

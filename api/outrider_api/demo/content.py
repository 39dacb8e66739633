"""What the demonstration watches, in the words of the API: one journey, four monitors, two rules and whom they tell."""

from importlib.resources import files
from typing import Any

import yaml

TAG = "demo"
JOURNEY_FILE = "shop-checkout.journey.yaml"
BROKEN = "Broken on purpose"
CHANNEL: dict[str, Any] = {"name": "Demo log", "type": "log"}


def journey(shop: str) -> dict[str, Any]:
    """Return the sample journey; ``shop`` is where the shop is."""
    text = (files("outrider_api.demo") / "journeys" / JOURNEY_FILE).read_text(encoding="utf-8")
    written: dict[str, Any] = yaml.safe_load(text)
    kept = {"artifacts": "always", "trace": "always"}
    return {**written, **kept, "base_url": shop, "interval_seconds": 60, "timeout_seconds": 60}


def monitors(shop: str) -> list[dict[str, Any]]:
    """Return the monitors; the last one fails on purpose."""
    return [
        _monitor(
            "Front page",
            shop,
            {"type": "status_code", "operator": "equals", "value": 200},
            {"type": "response_time", "operator": "less_than", "value": 1000},
            {"type": "body_contains", "value": "Wayside Supply"},
        ),
        _monitor(
            "Health",
            f"{shop}/api/health",
            {"type": "json_path", "path": "$.status", "operator": "equals", "value": "ok"},
        ),
        _monitor(
            "Catalogue",
            f"{shop}/api/products",
            {"type": "json_path", "path": "$.total", "operator": "greater_than", "value": 0},
        ),
        _monitor(BROKEN, f"{shop}/api/broken", {"type": "status_code", "operator": "equals", "value": 200}),
    ]


def rules(journey_id: str, broken_id: str) -> list[dict[str, Any]]:
    """Return the rules, without the channels that they tell."""
    return [
        {"name": "The broken address is down", "threshold": 1, "monitor_id": broken_id},
        {"name": "Nobody can buy anything", "threshold": 2, "journey_id": journey_id},
    ]


def _monitor(name: str, url: str, *assertions: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "type": "url",
        "url": url,
        "interval": 30,
        "timeout": 10.0,
        "tags": [TAG],
        "assertions": list(assertions),
    }

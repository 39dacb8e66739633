"""Mending journey files: entries change their places, and nothing else changes."""

import json

import pytest

from outrider_journeys.actions.registry import StepActions
from outrider_journeys.healing import difference, healed_text, healing_patch
from outrider_journeys.loading import parse_journey

BLOCK = """\
# A shop
steps:
  - action: group
    steps:
      - action: click   # the button
        locators:
          - {role: button, name: Buy}
          - test_id: buy   # of the old page
            nth: 0
          - "#buy"
      - {action: click, locators: ["#a", '#b']}
"""
HEALED = """\
# A shop
steps:
  - action: group
    steps:
      - action: click   # the button
        locators:
          - "#buy"
          - {role: button, name: Buy}
          - test_id: buy   # of the old page
            nth: 0
      - {action: click, locators: ['#b', "#a"]}
"""


def test_a_healed_file_tries_what_worked_first_and_keeps_all_else(actions: StepActions) -> None:
    journey = parse_journey(BLOCK, actions)
    first, second = journey.steps[0].nested()
    patches = [*healing_patch(journey, first, 2), *healing_patch(journey, second, 1)]
    assert [patch["path"] for patch in patches] == ["/steps/0/steps/0/locators", "/steps/0/steps/1/locators"]
    assert healed_text(BLOCK, patches) == HEALED
    assert healed_text(HEALED, patches) == HEALED
    assert "+      - {action: click, locators: ['#b', \"#a\"]}" in difference(BLOCK, HEALED, "a.yaml")


def test_json_is_healed_as_well(actions: StepActions) -> None:
    text = json.dumps({"teardown": [{"action": "click", "locators": ["#a", {"text": "Ä"}]}], "steps": []})
    journey = parse_journey(text, actions)
    healed = healed_text(text, healing_patch(journey, journey.teardown[0], 1))
    assert json.loads(healed)["teardown"][0]["locators"] == [{"text": "Ä"}, "#a"]


@pytest.mark.parametrize(
    "patch",
    [
        {"path": "/steps/7/locators", "value": []},
        {"path": "/journeys/other/steps/0/locators", "value": [{"css": "#a"}]},
        {"path": "/steps/0/steps/1/locators", "value": [{"css": "#b"}, {"css": "#other"}]},
    ],
)
def test_a_patch_for_something_else_changes_nothing(patch: dict[str, object]) -> None:
    assert healed_text(BLOCK, [{"op": "replace", **patch}]) == BLOCK

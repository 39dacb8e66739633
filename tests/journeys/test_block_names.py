"""The names of blocks by the ids of results."""

import pytest

from outrider_journeys.actions.registry import StepActions
from outrider_journeys.block_names import BlockNames
from outrider_journeys.loading import parse_journey

JOURNEY = """\
setup:
  - {action: group, id: sign-in, name: Sign in, steps: [{action: back}]}
steps:
  - action: times
    id: again
    count: 2
    steps:
      - {action: group, id: inner, name: Inner, steps: [{action: back, id: back}]}
  - {action: call, id: other, name: Other, journey: other}
  - {action: group, id: setup, name: Set up, steps: [{action: back}]}
journeys:
  other:
    teardown: [{action: group, id: tidy, name: Tidy, steps: [{action: back}]}]
"""


@pytest.mark.parametrize(
    ("id", "name"),
    [
        ("again", "2 times"),
        ("again[2]/inner", "Inner"),
        ("again~2[1]/inner", "Inner"),
        ("again[1]/inner/back", None),
        ("again[1]/nothing", None),
        ("setup/sign-in", "Sign in"),
        ("setup", "Set up"),
        ("other", "Other"),
        ("other/teardown/tidy", "Tidy"),
        ("other/teardown", None),
        ("nothing/at/all", None),
    ],
)
def test_blocks_are_named_whatever_the_round(id: str, name: str | None, actions: StepActions) -> None:
    journey = parse_journey(JOURNEY, actions, source="a.journey.yaml")
    assert BlockNames(journey).of(id) == name

"""The pages about journeys say what is true: the reference is that of the models, and each example is a journey."""

import importlib.util
import re
from pathlib import Path

import pytest

from outrider_journeys.actions.registry import StepActions
from outrider_journeys.loading import parse_journey
from outrider_journeys.steps import StepModel, walked_through
from outrider_journeys.walking.telling import action_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "journeys.md").read_text()
STEPS = (ROOT / "docs" / "steps.md").read_text()
GUIDE = (ROOT / "docs" / "authoring.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE + STEPS, re.DOTALL)
GUIDED = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)


def test_the_reference_is_that_of_the_models() -> None:
    spec = importlib.util.spec_from_file_location("journeys_page", ROOT / "scripts" / "journeys_page.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.render() == STEPS, "run scripts/journeys_page.py"


def test_there_is_an_example_of_every_action(actions: StepActions) -> None:
    shown = {action_of(step) for text in EXAMPLES for step in walked_through(steps(text, actions))}
    assert shown == set(actions)


@pytest.mark.parametrize("text", [pytest.param(text, id=str(number)) for number, text in enumerate(EXAMPLES + GUIDED)])
def test_every_example_is_a_journey(text: str, actions: StepActions) -> None:
    assert steps(text, actions)


def steps(text: str, actions: StepActions) -> tuple[StepModel, ...]:
    return parse_journey(text, actions).steps

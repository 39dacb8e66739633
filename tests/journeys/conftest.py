"""The language made of the built-in actions."""

import pytest

from outrider_journeys.actions.registry import StepActions
from outrider_journeys.plugin import outrider_register_step_actions


@pytest.fixture(scope="session")
def actions() -> StepActions:
    return StepActions([("journeys", outrider_register_step_actions())])

"""The hook of the journeys: actions come from plugins, ours and strangers' alike."""

from collections.abc import Iterable
from typing import Any, Literal

import pytest

from outrider_engine.errors import DuplicateKind
from outrider_engine.hookspecs import hookimpl
from outrider_engine.plugin_manager import load_plugins
from outrider_journeys.actions.contract import StepScope
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.steps import StepModel


class KnockStep(StepModel):
    action: Literal["knock"]


class RivalStep(StepModel):
    action: Literal["goto"]


class Knock:
    name = "knock"
    title = "Knock"
    model = KnockStep

    def run(self, step: KnockStep, scope: StepScope) -> None:
        scope.note(knocked=True)


class Rival(Knock):
    name = "goto"
    model = RivalStep  # type: ignore[assignment]


class Stranger:
    def __init__(self, action: Any) -> None:
        self._action = action

    @hookimpl
    def outrider_register_step_actions(self) -> Iterable[Any]:
        return [self._action]


def test_register_step_actions_adds_to_the_language() -> None:
    actions = StepActions.installed(load_plugins(extra=[("stranger", Stranger(Knock()))]))
    journey = actions.parse({"name": "Door", "steps": [{"action": "knock"}]})
    assert [step.display_name for step in journey.steps] == ["Knock"]
    assert "knock" in str(actions.journey_schema())


def test_register_step_actions_refuses_a_name_that_is_taken() -> None:
    with pytest.raises(DuplicateKind, match="'goto'"):
        StepActions.installed(load_plugins(extra=[("stranger", Stranger(Rival()))]))

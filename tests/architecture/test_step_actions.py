"""The hook of the journeys: actions come from plugins, ours and strangers' alike."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import pytest

from outrider_engine.errors import DuplicateKind, PluginError
from outrider_engine.hookspecs import hookimpl
from outrider_engine.plugin_manager import load_plugins
from outrider_journeys.actions.builtin import builtin_actions
from outrider_journeys.actions.contract import StepScope
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.exporting.pytest_file import PytestFile
from outrider_journeys.steps import StepModel

ROOT = Path(__file__).parents[2]


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


class Door:
    """Nothing that pydantic knows how to read."""


class Rival(Knock):
    name = "goto"
    model = RivalStep  # type: ignore[assignment]


class Wave:
    name = "wave"

    def run(self, parameters: Any, scope: StepScope) -> None:
        scope.note(waved=True)


class Stranger:
    def __init__(self, action: Any, custom: Any = None) -> None:
        self._action = action
        self._custom = custom

    @hookimpl
    def outrider_register_step_actions(self) -> Iterable[Any]:
        return [self._action]

    @hookimpl
    def outrider_register_custom_steps(self) -> Iterable[Any]:
        return [self._custom] if self._custom else []


def test_register_step_actions_adds_to_the_language() -> None:
    actions = StepActions.installed(load_plugins(extra=[("stranger", Stranger(Knock()))]))
    journey = actions.parse({"name": "Door", "steps": [{"action": "knock"}]})
    assert [step.display_name for step in journey.steps] == ["Knock"]
    assert "knock" in str(actions.journey_schema())


def test_register_step_actions_refuses_a_name_that_is_taken() -> None:
    with pytest.raises(DuplicateKind, match="'goto'"):
        StepActions.installed(load_plugins(extra=[("stranger", Stranger(Rival()))]))


def test_register_step_actions_refuses_a_model_that_can_not_be_built_and_names_it() -> None:
    class OddStep(StepModel):
        action: Literal["knock"]
        door: Door

    odd = type("Odd", (Knock,), {"model": OddStep})()
    with pytest.raises(PluginError, match=r"model of step action 'knock' of plugin 'stranger' can't be built: .*Door"):
        StepActions.installed(load_plugins(extra=[("stranger", Stranger(odd))]))


def test_register_custom_steps_are_known_to_the_action_custom() -> None:
    actions = StepActions.installed(load_plugins(extra=[("stranger", Stranger(Knock(), Wave()))]))
    known, unknown = actions.parse(
        {"steps": [{"action": "custom", "custom": name} for name in ("wave", "dance")]}
    ).steps
    custom: Any = actions["custom"]
    assert custom.objection(known) is None
    assert "(installed: wave)" in str(custom.objection(unknown))


@pytest.mark.parametrize(
    ("attributes", "problem"),
    [
        ({"name": ""}, "a text is needed"),
        ({"run": None}, "has no method run"),
        ({"model": dict}, "is no pydantic model"),
    ],
)
def test_register_custom_steps_refuses_what_breaks_the_contract(attributes: dict[str, Any], problem: str) -> None:
    broken = type("Broken", (Wave,), attributes)()
    with pytest.raises(PluginError, match=problem):
        StepActions.installed(load_plugins(extra=[("stranger", Stranger(Knock(), broken))]))


@pytest.mark.parametrize("action", [pytest.param(action, id=action.name) for action in builtin_actions()])
def test_every_built_in_action_has_all_that_an_action_needs(action: Any) -> None:
    schema = action.model.model_json_schema()
    undescribed = {name for name, field in schema["properties"].items() if not field.get("description")} - {"action"}
    assert not undescribed, "every field says what it means"
    assert schema["description"]
    assert action.title
    assert callable(action.run)
    assert f"## {action.name}\n" in (ROOT / "docs" / "steps.md").read_text(), "run scripts/journeys_page.py"
    actions = StepActions([("journeys", builtin_actions())])
    journeys = {name: {"steps": []} for name in ("Sign in",)}
    for example in schema["examples"]:
        file = PytestFile(actions.parse({"steps": [example], "journeys": journeys}), actions)
        compile(file.text(), action.name, "exec")
        assert not file.dropped, "it is exported as code"

"""Journeys that call others: found in the project when a run is claimed, with what they need."""

import json

import pytest
from engine_world import World

from outrider_engine.domain.checks import Check, Family
from outrider_engine.domain.json_values import JsonObject
from outrider_engine.services.execution import Execution, Executions
from outrider_engine.services.projects import ProjectService
from outrider_engine.testing import FixedClock


def calling(*names: str, **more: object) -> JsonObject:
    steps = [{"action": "group", "steps": [{"action": "call", "journey": name} for name in names]}]
    return {"steps": steps, **more}  # type: ignore[dict-item]


def journey(world: World, config: JsonObject, **fields: object) -> Check:
    return world.check(family=Family.JOURNEY, config=config, **fields)  # type: ignore[arg-type]


def prepared(world: World, check: Check) -> Execution:
    world.request(check)
    (claim,) = world.take()
    execution = Executions(plugins=world.plugins, secrets=world.secrets, clock=FixedClock()).prepare(claim)
    assert isinstance(execution, Execution)
    return execution


def config_of(execution: Execution) -> JsonObject:
    return execution.claim.check.definition.config


def test_a_run_holds_the_journeys_that_it_calls_and_those_that_they_call(world: World) -> None:
    login = journey(world, {"steps": [], "browser": {"locale": "de-DE"}}, name="Log in", variables={"WHO": "ada"})
    journey(world, calling(login.id, secrets=["TOKEN"], variables={"HOW": "fast"}), name="Sign in")
    caller = journey(world, calling("Sign in", "Nowhere", secrets=["PASSWORD"]), name="Buy")
    config = config_of(prepared(world, caller))
    assert config["journeys"] == {
        "Sign in": {**calling(login.id), "name": "Sign in", "secrets": ["TOKEN"], "variables": {"HOW": "fast"}},
        login.id: {"steps": [], "name": "Log in", "variables": {"WHO": "ada"}},
    }
    assert config["secrets"] == ["PASSWORD", "TOKEN"]


def test_secrets_of_a_called_journey_come_with_it(world: World) -> None:
    sealed = world.secrets.seal(json.dumps({"PASSWORD": "theirs", "TOKEN": "t0ken"}))
    own = world.secrets.seal(json.dumps({"PASSWORD": "mine"}))
    journey(world, {"steps": []}, name="Sign in", sealed_secrets=sealed, secret_names=("PASSWORD", "TOKEN"))
    caller = journey(world, calling("Sign in"), name="Buy", sealed_secrets=own, secret_names=("PASSWORD",))
    execution = prepared(world, caller)
    assert execution.secrets == {"PASSWORD": "mine", "TOKEN": "t0ken"}
    assert execution.redactor.text("t0ken") != "t0ken"


def test_journeys_of_other_projects_and_other_checks_are_not_called(world: World) -> None:
    other = ProjectService(storage=world.storage).create(world.organization, {"name": "Other"})
    journey(world, {"steps": []}, name="Sign in", project_id=other.id)
    world.check(family=Family.API_MONITOR, config={"steps": []}, name="Sign in")
    config = config_of(prepared(world, journey(world, calling("Sign in"), name="Buy")))
    assert config["journeys"] == {}


def test_journeys_that_call_each_other_end(world: World) -> None:
    journey(world, calling("Buy"), name="Sign in")
    config = config_of(prepared(world, journey(world, calling("Sign in"), name="Buy")))
    assert set(config["journeys"]) == {"Sign in", "Buy"}  # type: ignore[arg-type]


@pytest.mark.parametrize("config", [{"steps": []}, calling("a", journeys={"a": {"steps": []}})])
def test_nothing_is_looked_for_where_nothing_is_missing(world: World, config: JsonObject) -> None:
    caller = journey(world, config, name="Buy")
    assert config_of(prepared(world, caller)) == caller.definition.config

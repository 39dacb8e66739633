"""What a run finds around its check: whose value wins, where it goes, and that secrets stay hidden."""

from dataclasses import replace

import pytest
from engine_world import World

from outrider_engine.domain.checks import Check
from outrider_engine.domain.environments import Environment
from outrider_engine.domain.json_values import JsonObject
from outrider_engine.domain.observations import Observation
from outrider_engine.domain.runs import Outcome, Overrides
from outrider_engine.domain.verdicts import Cause, Reason, Verdict
from outrider_engine.services.environments import EnvironmentService
from outrider_engine.services.execution import Execution, Executions
from outrider_engine.services.projects import ProjectService
from outrider_engine.services.variables import VariableFields, VariableService
from outrider_engine.testing import FixedClock

NAMES = ("A", "B", "C", "D", "E")
TARGET = " ".join(f"{{{{{name}}}}}" for name in NAMES)


class Place:
    """An organization with variables, and one environment with some of its own."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.environments = EnvironmentService(storage=world.storage)
        self.variables = VariableService(storage=world.storage, secrets=world.secrets)
        self.staging: Environment = self.environments.create(
            world.organization, {"name": "staging", "base_url": "https://staging.test"}
        )

    def set(self, name: str, value: str, environment: str | None = None, *, secret: bool = False) -> None:
        self.variables.create(
            self.world.organization, {"name": name, "value": value, "secret": secret}, environment=environment
        )

    def reconfigured(self, check: Check, config: JsonObject) -> Check:
        changed = replace(check, definition=replace(check.definition, config=config), revision=2)
        with self.world.storage.begin() as tx:
            assert tx.checks.replace(changed, expected_revision=1)
        return changed

    def prepared(self, check: Check, overrides: Overrides | None = None) -> Execution | Outcome:
        self.world.request(check, overrides=overrides)
        (claim,) = self.world.take()
        return Executions(plugins=self.world.plugins, secrets=self.world.secrets, clock=FixedClock()).prepare(claim)

    def execution(self, check: Check, overrides: Overrides | None = None) -> Execution:
        found = self.prepared(check, overrides)
        assert isinstance(found, Execution)
        return found


@pytest.fixture
def place(world: World) -> Place:
    return Place(world)


def test_the_nearest_value_wins(place: Place) -> None:
    for name in NAMES:
        place.set(name, f"organization {name}", secret=name == "B")
    for name in ("B", "C", "D", "E"):
        place.set(name, f"staging {name}", "staging", secret=name in "CE")
    check = place.world.check(target=TARGET, environment_id=place.staging.id, variables={"D": "own D", "E": "own E"})
    found = place.execution(check, Overrides(variables={"E": "asked E"}))
    assert found.variables == {"A": "organization A", "B": "staging B", "D": "own D", "E": "asked E"}
    assert found.secrets == {"C": "staging C"}
    assert found.pinned == {"E"}


def test_a_check_sees_its_projects_values_and_not_those_of_another(place: Place) -> None:
    world = place.world
    projects = ProjectService(storage=world.storage)
    shop, blog = (projects.create(world.organization, {"name": name}).id for name in ("Shop", "Blog"))
    own = place.environments.create(world.organization, {"name": "staging"}, shop)
    for name in ("A", "B", "C"):
        place.set(name, f"organization {name}")
    for project_id, names in ((shop, "BC"), (blog, "AB")):
        for name in names:
            fields: VariableFields = {"name": name, "value": f"{project_id} {name}"}
            place.variables.create(world.organization, fields, project_id=project_id)
    place.variables.create(world.organization, {"name": "C", "value": "staging C"}, own.id)
    check = world.check(target="{{A}} {{B}} {{C}}", environment_id=own.id, project_id=shop)
    found = place.execution(check)
    assert found.variables == {"A": "organization A", "B": f"{shop} B", "C": "staging C"}


def test_a_run_is_handed_only_what_its_check_names(place: Place) -> None:
    place.set("NEEDED", "yes", secret=True)
    place.set("OTHER", "no", secret=True)
    found = place.execution(place.world.check(target="{{NEEDED}}"))
    assert found.secrets == {"NEEDED": "yes"}


def test_what_overrides_a_secret_is_hidden_as_well(place: Place) -> None:
    place.set("TOKEN", "stored secret", secret=True)
    found = place.execution(place.world.check(target="{{TOKEN}}"), Overrides(variables={"TOKEN": "asked secret"}))
    assert found.secrets == {"TOKEN": "asked secret"}
    assert found.redactor.text("stored secret, asked secret") == "•••, •••"


def test_what_a_journey_names_among_its_secrets_is_one_wherever_its_value_comes_from(place: Place) -> None:
    place.set("PASSWORD", "from the organization")
    check = place.reconfigured(place.world.check(), {"secrets": ["PASSWORD", 7]})
    found = place.execution(check)
    assert (found.variables, found.secrets) == ({}, {"PASSWORD": "from the organization"})
    assert found.redactor.text("from the organization") == "•••"


def test_secrets_of_the_surroundings_are_hidden_in_what_is_kept(place: Place) -> None:
    place.set("TOKEN", "hunter2-token", "staging", secret=True)
    found = place.execution(place.world.check(target="{{TOKEN}}", environment_id=place.staging.id))
    executions = Executions(plugins=place.world.plugins, secrets=place.world.secrets, clock=FixedClock())
    outcome = executions.told(found, Observation(duration_ms=1.0, facts={"echo": "you sent hunter2-token"}))
    assert outcome.observation is not None
    assert outcome.observation.facts == {"echo": "you sent •••"}


@pytest.mark.parametrize(
    ("config", "placed", "overrides", "expected"),
    [
        pytest.param({}, False, None, None, id="nowhere"),
        pytest.param({}, True, None, "https://staging.test", id="its environment's"),
        pytest.param({"base_url": "https://own.test"}, True, None, None, id="its own"),
        pytest.param({"url": "https://own.test/a"}, True, None, None, id="a whole address"),
        pytest.param({"url": "/a"}, True, None, "https://staging.test", id="a path"),
        pytest.param({"base_url": "https://own.test"}, False, "staging", "https://staging.test", id="asked for"),
        pytest.param({}, True, "https://pr.test", "https://pr.test", id="an address asked for"),
    ],
)
def test_where_a_run_goes(
    place: Place, config: dict[str, str], placed: bool, overrides: str | None, expected: str | None
) -> None:
    asked = None
    if overrides == "staging":
        asked = Overrides(environment="staging", environment_id=place.staging.id)
    elif overrides is not None:
        asked = Overrides(base_url=overrides)
    check = place.world.check(environment_id=place.staging.id if placed else None)
    assert place.execution(place.reconfigured(check, config), asked).base_url == expected


def test_a_run_whose_environment_is_gone_is_an_error_of_the_check(place: Place) -> None:
    asked = Overrides(environment="staging", environment_id=place.staging.id)
    place.environments.delete(place.world.organization, place.staging.id)
    outcome = place.prepared(place.world.check(), asked)
    assert isinstance(outcome, Outcome)
    assert (outcome.verdict, outcome.reason, outcome.cause) == (
        Verdict.ERROR,
        Reason.INVALID_DEFINITION,
        Cause.CHECK,
    )

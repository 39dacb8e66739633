"""Login states from run to run: sealed, for those of the same place who name them, until they expire."""

from datetime import timedelta
from pathlib import Path

import pytest
from engine_world import World

from outrider_engine.domain.checks import Check, Family
from outrider_engine.domain.json_values import JsonObject
from outrider_engine.domain.login_states import LoginState, StatePlace, login_states_used
from outrider_engine.domain.observations import Failure, Observation
from outrider_engine.domain.retention import Retention
from outrider_engine.domain.runs import Claim, Outcome, Overrides
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.ports.slots import SlotTask
from outrider_engine.services.environments import EnvironmentService
from outrider_engine.services.execution import Execution, Executions
from outrider_engine.services.finishing import Finished
from outrider_engine.services.janitor import Janitor
from outrider_engine.services.projects import ProjectService
from outrider_engine.testing import FixedClock

CONTENT = '{"cookies": [{"name": "session", "value": "s3ss10n-of-ada"}]}'
USES = {"steps": [{"action": "group", "steps": [{"action": "use_login_state", "login_state": "shop"}]}]}
FAILED = Failure(Verdict.FAILED, Reason.ASSERTION, "the cart is empty")


class OneSlot:
    """A slot without a process: it keeps what it is given, and answers as it is told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.given: dict[str, str] = {}
        self.answers: list[Observation] = []

    def run(self, task: SlotTask, on_step: object, on_ending: object = None) -> Observation:
        self.given = {state.name: state.content for state in task.login_states}
        return self.answers.pop(0) if self.answers else Observation(duration_ms=1.0)


class Shop:
    """Journeys that keep and use a login state."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.slot = OneSlot(folder)
        self.executions = Executions(plugins=world.plugins, secrets=world.secrets, clock=FixedClock())

    def journey(self, config: JsonObject = USES, **fields: object) -> Check:
        return self.world.check(family=Family.JOURNEY, config=config, **fields)  # type: ignore[arg-type]

    def state(self, name: str = "shop", hours: float = 1.0) -> LoginState:
        now = self.world.clock.now()
        return LoginState(name=name, content=CONTENT, saved_at=now, expires_at=now + timedelta(hours=hours))

    def claimed(self, check: Check, overrides: Overrides | None = None) -> tuple[Claim, Execution]:
        self.world.request(check, overrides=overrides)
        (claim,) = self.world.take()
        execution = self.executions.prepare(claim)
        assert isinstance(execution, Execution)
        return claim, execution

    def run(self, check: Check, *answers: Observation, overrides: Overrides | None = None) -> Outcome:
        claim, execution = self.claimed(check, overrides)
        self.slot.answers = list(answers)
        outcome = self.executions.observe_in_slot(execution, self.slot, lambda step: None)  # type: ignore[arg-type]
        assert self.world.finishing.finish([Finished(claim, outcome)])
        return outcome

    def saves(self, check: Check, *, overrides: Overrides | None = None, **options: float) -> None:
        self.run(check, Observation(duration_ms=1.0, login_states=(self.state(**options),)), overrides=overrides)

    def given_to(self, check: Check, *, overrides: Overrides | None = None) -> dict[str, str]:
        self.run(check, overrides=overrides)
        return self.slot.given


@pytest.fixture
def shop(world: World, tmp_path: Path) -> Shop:
    return Shop(world, tmp_path)


def test_a_state_is_for_journeys_of_the_project_that_name_it_until_it_expires(shop: Shop) -> None:
    assert shop.given_to(shop.journey()) == {}
    shop.saves(shop.journey({}), hours=1)
    assert shop.given_to(shop.journey()) == {"shop": CONTENT}
    assert shop.given_to(shop.journey({"browser": {"storage_state": "shop"}})) == {"shop": CONTENT}
    assert shop.given_to(shop.journey({})) == {}
    assert shop.given_to(shop.world.check(config=USES)) == {}, "a monitor has no use for it"
    other = ProjectService(storage=shop.world.storage).create(shop.world.organization, {"name": "Blog"})
    assert shop.given_to(shop.journey(project_id=other.id)) == {}
    shop.world.clock.advance(3601)
    assert shop.given_to(shop.journey()) == {}
    Janitor(storage=shop.world.storage, artifacts=shop.world.artifacts, retention=Retention()).tidy()
    with shop.world.storage.read() as tx:
        assert tx.sealed.after("login_states.sealed", None, 10) == []


def test_each_environment_has_its_own_and_takes_it_along(shop: Shop) -> None:
    environments = EnvironmentService(storage=shop.world.storage)
    staging = environments.create(shop.world.organization, {"name": "staging"})
    check, there = shop.journey(), Overrides(environment_id=staging.id)
    shop.saves(check, overrides=there)
    assert shop.given_to(check, overrides=there) == {"shop": CONTENT}
    assert shop.given_to(check) == {}
    claim, execution = shop.claimed(check, there)
    environments.delete(shop.world.organization, staging.id)
    shop.slot.answers = [Observation(duration_ms=1.0, login_states=(shop.state(),))]
    outcome = shop.executions.observe_in_slot(execution, shop.slot, lambda step: None)  # type: ignore[arg-type]
    assert shop.world.finishing.finish([Finished(claim, outcome)]), "the result is stored, its login state is not"
    with shop.world.storage.read() as tx:
        assert tx.sealed.after("login_states.sealed", None, 10) == []


def test_what_is_kept_is_sealed_and_nowhere_else(shop: Shop) -> None:
    check = shop.journey(max_retries=1)
    first = Observation(duration_ms=1.0, failure=FAILED, login_states=(shop.state(),))
    outcome = shop.run(check, first, Observation(duration_ms=1.0))
    assert "s3ss10n" not in repr(outcome)
    (told,) = [facts["outcome"] for hook, facts in shop.world.told.events if hook == "outrider_run_finished"]
    assert isinstance(told, Outcome)
    assert told.login_states == ()
    with shop.world.storage.read() as tx:
        (sealed,) = tx.sealed.after("login_states.sealed", None, 10)
    assert shop.world.secrets.open(sealed.text) == CONTENT
    assert shop.given_to(check) == {"shop": CONTENT}, "also what an earlier try kept"


def test_the_newest_takes_the_place_of_the_one_before(shop: Shop) -> None:
    shop.saves(shop.journey(), hours=1)
    shop.saves(shop.journey(), hours=2)
    check = shop.journey()
    place = StatePlace(organization_id=shop.world.organization, project_id=check.project_id, environment_id=None)
    with shop.world.storage.read() as tx:
        (found,) = tx.login_states.named([place], ["shop"])
    assert found.expires_at - found.saved_at == timedelta(hours=2)


@pytest.mark.parametrize(
    ("config", "used"),
    [
        pytest.param({}, set(), id="none"),
        pytest.param({"browser": {"storage_state": "a"}}, {"a"}, id="from its beginning"),
        pytest.param(
            {"steps": [{"action": "if", "then": [{"action": "use_login_state", "login_state": "a"}], "else": []}]},
            {"a"},
            id="in a block",
        ),
        pytest.param({"setup": [{"action": "use_login_state", "login_state": "b"}]}, {"b"}, id="in the setup"),
        pytest.param({"steps": [{"action": "save_login_state", "login_state": "c"}]}, set(), id="only kept"),
        pytest.param({"browser": {"storage_state": 3}, "steps": "?"}, set(), id="nonsense"),
    ],
)
def test_the_names_that_a_journey_uses(config: JsonObject, used: set[str]) -> None:
    assert login_states_used(config) == used

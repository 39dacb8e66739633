"""Runs and batches are called off: what waits never begins, what goes on is stopped, what has ended stays."""

from api_house import House
from batch_runs import BATCHES, finish, scripted, started
from engine_world import FAILED

from outrider_engine.domain.checks import Family
from outrider_engine.domain.observations import StepResult
from outrider_engine.domain.verdicts import Verdict


def test_cancelling_a_batch_ends_what_waits_and_what_goes_on_and_keeps_what_has_ended(any_house: House) -> None:
    house = any_house
    for name in ("a", "b", "c"):
        scripted(house, name, "smoke")
    batch = started(house, "smoke")
    finish(house, limit=1)
    (going,) = house.world.take(limit=1)
    house.world.clock.advance(2)
    cancelled = house.owner.post(f"{BATCHES}/{batch['id']}/cancel")
    assert sorted(run["status"] for run in cancelled["runs"]) == ["cancelled", "cancelled", "passed"]
    assert (cancelled["status"], cancelled["cause"], cancelled["exit_status"]) == ("cancelled", None, 3)
    assert cancelled["cancelled_at"] == cancelled["completed_at"]
    (begun,) = [run for run in cancelled["runs"] if run["id"] == going.run_id]
    assert (begun["duration_ms"], begun["reason"]) == (2000, "by_user")
    assert house.world.finish(going, FAILED) is False
    assert house.world.claims().renew(going.token, [going.run_id]) == set()
    assert house.owner.post(f"{BATCHES}/{batch['id']}/cancel") == cancelled
    assert house.world.reaper.reap() == 0
    (state, *_) = [check for check in house.owner.get("/api/v1/monitors") if check["id"] == going.check.id]
    assert state["last_run"]["status"] == "cancelled"


def test_a_run_is_called_off_alone_with_the_steps_that_were_walked(any_house: House) -> None:
    monitor = scripted(any_house, "a")
    run = any_house.owner.post(f"/api/agent/monitors/{monitor['id']}/trigger")
    path = f"/api/agent/runs/{run['id']}"
    any_house.key("viewer").refused(403, "POST", f"{path}/cancel")
    any_house.key("member", scopes=["journeys:run"]).refused(403, "POST", f"{path}/cancel")
    (claim,) = any_house.world.take()
    step = StepResult(
        index=0, id="s", name="Open", action="goto", status=Verdict.PASSED, started_at=claim.due_at, duration_ms=3.0
    )
    any_house.world.claims().add_steps([(claim, step)])
    ended = any_house.owner.post(f"{path}/cancel")
    assert (ended["status"], ended["cause"], ended["error"]) == ("cancelled", None, "cancelled on request")
    assert [walked["name"] for walked in ended["steps"]] == ["Open"]
    any_house.world.claims().add_steps([(claim, step)])
    assert any_house.owner.post(f"{path}/cancel") == any_house.owner.get(path) == ended
    assert [hook for hook, facts in any_house.world.told.events if facts.get("run_id") == run["id"]] == [
        "outrider_run_finished"
    ]


def test_a_failure_that_a_cancelled_run_did_not_see_opens_no_alert(house: House) -> None:
    monitor = scripted(house, "a", "smoke")
    house.owner.rule(monitor_id=monitor["id"])
    batch = started(house, "smoke")
    house.owner.post(f"{BATCHES}/{batch['id']}/cancel")
    assert house.owner.get("/api/v1/alerts") == []


def test_a_run_that_had_begun_counts_in_the_month_and_one_that_waited_does_not(house: House) -> None:
    for name in ("begun", "waiting"):
        house.owner.journey(name=name, tags=["smoke"])
    batch = started(house, "smoke")
    assert len(house.world.claims().take("browser", 1)) == 1
    house.owner.post(f"{BATCHES}/{batch['id']}/cancel")
    with house.world.storage.read() as tx:
        runs = tx.plans.runs([house.world.organization], "2026-01")
    assert runs == {(house.world.organization, Family.JOURNEY): 1}

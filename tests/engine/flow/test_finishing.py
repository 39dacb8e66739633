"""A verdict, its artifacts and its alerts are stored together, once, by whoever holds the claim."""

from dataclasses import replace
from pathlib import Path

from engine_world import FAILED, PASSED, World

from outrider_engine.domain.alerts import AlertEvent, AlertStatus
from outrider_engine.domain.observations import ArtifactKind, ProducedFile
from outrider_engine.domain.runs import Overrides
from outrider_engine.domain.verdicts import Cause, Reason, RunStatus
from outrider_engine.services.finishing import Finished


def test_a_finished_run_has_its_verdict_and_nothing_else_may_change_it(world: World) -> None:
    run_id = world.request(world.check())
    (claim,) = world.take()
    assert world.finish(claim, FAILED)
    run = world.run(run_id)
    assert (run.status, run.cause, run.reason) == (RunStatus.FAILED, Cause.TARGET, Reason.CONNECT)
    assert not world.finish(claim, PASSED)
    assert world.run(run_id) == run


def test_a_late_finish_with_an_old_token_changes_nothing(world: World) -> None:
    run_id = world.request(world.check())
    (old,) = world.take()
    world.clock.advance(31)
    world.reaper.reap()
    (new,) = world.take()
    assert new.attempt == 2
    assert not world.finish(old, FAILED)
    assert world.run(run_id).status is RunStatus.RUNNING
    assert world.finish(new, PASSED)
    assert world.run(run_id).status is RunStatus.PASSED


def test_files_of_a_lost_claim_are_not_kept(world: World, tmp_path: Path) -> None:
    path = tmp_path / "shot.png"
    path.write_bytes(b"pixels")
    file = ProducedFile(kind=ArtifactKind.SCREENSHOT, name="shot.png", path=path, content_type="image/png")
    world.request(world.check())
    (claim,) = world.take()
    seen = replace(PASSED, files=(file,))
    assert not world.finish(replace(claim, token="another"), seen)
    assert list(world.artifacts.keys("")) == []
    assert world.finish(claim, seen)
    (key,) = world.artifacts.keys("")
    with world.storage.read() as tx:
        (artifact,) = tx.runs.artifacts([claim.run_id])[claim.run_id]
    assert (artifact.key, artifact.size, artifact.name) == (key, 6, "shot.png")


def test_one_bad_result_does_not_spoil_its_neighbours(world: World) -> None:
    ids = [world.request(world.check()) for _ in range(3)]
    claims = {claim.run_id: claim for claim in world.take()}
    results = [Finished(claims[run_id], world.outcome()) for run_id in ids]
    results[1] = Finished(claims[ids[1]], replace(world.outcome(), duration_ms=float("nan"), error="\x00"))
    world.finishing.finish(results)
    assert world.run(ids[0]).status is RunStatus.PASSED
    assert world.run(ids[2]).status is RunStatus.PASSED


def test_an_alert_opens_at_the_threshold_once_and_a_pass_resolves_it(world: World) -> None:
    check = world.check()
    rule = world.rule(check, threshold=2, channels=2)
    world.run_once(check, FAILED)
    assert world.alerts(check) == []
    broken = world.run_once(check, FAILED)
    world.run_once(check, FAILED)
    (alert,) = world.alerts(check)
    assert (alert.status, alert.rule_id, alert.run_id) == (AlertStatus.OPEN, rule.id, broken)
    assert "connection refused" in alert.message
    world.run_once(check, PASSED)
    world.run_once(check, PASSED)
    (alert,) = world.alerts(check)
    assert alert.status is AlertStatus.RESOLVED
    events = [each.message.event for each in world.outbox()]
    assert sorted(events) == sorted([AlertEvent.OPENED] * 2 + [AlertEvent.RESOLVED] * 2)
    assert {each.channel_id for each in world.outbox()} == set(rule.channel_ids)
    hooks = [hook for hook, _ in world.told.events if "alert" in hook]
    assert hooks == ["outrider_alert_opened", "outrider_alert_resolved"]


def test_a_second_illness_is_a_second_alert(world: World) -> None:
    check = world.check()
    world.rule(check)
    for seen in (FAILED, PASSED, FAILED):
        world.run_once(check, seen)
    assert [alert.status for alert in world.alerts(check)] == [AlertStatus.OPEN, AlertStatus.RESOLVED]


def test_results_out_of_order_open_nothing(world: World) -> None:
    check = world.check()
    world.rule(check)
    world.request(check)
    world.request(check)
    first, second = sorted(world.take(), key=lambda claim: claim.due_at)
    world.finish(second, PASSED)
    world.finish(first, FAILED)
    assert world.alerts(check) == []


def test_a_run_against_another_address_neither_opens_nor_resolves_an_alert(world: World) -> None:
    check = world.check()
    world.rule(check)
    elsewhere = Overrides(base_url="https://preview.example.com")
    world.run_once(check, FAILED, overrides=elsewhere)
    assert world.alerts(check) == []
    world.run_once(check, FAILED)
    world.run_once(check, PASSED, overrides=elsewhere)
    (alert,) = world.alerts(check)
    assert alert.status is AlertStatus.OPEN
    with world.storage.read() as tx:
        assert tx.runs.last([check.id])[check.id].status is RunStatus.FAILED


def test_plugins_are_told_of_finished_runs_after_the_commit(world: World) -> None:
    check = world.check()
    run_id = world.run_once(check)
    (told,) = [facts for hook, facts in world.told.events if hook == "outrider_run_finished"]
    assert told["run_id"] == run_id

"""What is old goes, and only that; whatever dies in between, and without a lock for long."""

from dataclasses import replace
from datetime import timedelta

import pytest
from engine_world import FAILED, PASSED, World

from outrider_engine.domain.events import KEPT
from outrider_engine.domain.ids import new_id
from outrider_engine.domain.observations import ArtifactKind, Observation, ProducedFile, StepResult
from outrider_engine.domain.plans import Plan, PlanLimits, Plans
from outrider_engine.domain.retention import Retention
from outrider_engine.domain.rollups import Span, total
from outrider_engine.domain.verdicts import Verdict
from outrider_engine.ports.incident_repository import IncidentQuery
from outrider_engine.ports.release_repository import ReleaseQuery
from outrider_engine.services import janitor as janitor_module
from outrider_engine.services.finishing import Finished
from outrider_engine.services.janitor import BATCH, Janitor
from outrider_engine.services.quotas import Quotas
from outrider_engine.services.releases import ReleaseService

DAY = 86_400.0


@pytest.fixture
def janitor(world):
    return Janitor(storage=world.storage, artifacts=world.artifacts, retention=Retention())


def tidied(world, janitor):
    """Tidy up; returns how many rows went, events apart, which live for an hour only."""
    with world.storage.begin() as tx:
        tx.events.drop(tx.now - KEPT, 10_000)
    return janitor.tidy()


@pytest.fixture
def with_a_file(world, tmp_path):
    """Run a check once, with a step and a file; returns the key of what was kept."""

    def ran(check):
        path = tmp_path / "shot.png"
        path.write_bytes(b"picture")
        file = ProducedFile(
            kind=ArtifactKind.SCREENSHOT, name="shot.png", path=path, content_type="image/png", step_index=0
        )
        step = StepResult(
            index=0,
            id="s",
            name="S",
            action="goto",
            status=Verdict.PASSED,
            started_at=world.clock.now(),
            duration_ms=1.0,
        )
        run_id = world.run_once(check, Observation(duration_ms=5.0, steps=(step,), files=(file,)))
        return next(key for key in world.artifacts.keys("") if run_id in key)

    return ran


def rollups(world, check, span):
    with world.storage.read() as tx:
        return list(tx.rollups.of(world.organization, check.id, span, since=world.clock.now() - timedelta(days=5000)))


def deleted(world, check):
    with world.storage.begin() as tx:
        assert tx.checks.delete(world.organization, check.id, tx.now)


def test_runs_go_after_thirty_days_with_steps_and_files_and_statistics_stay(world, janitor, with_a_file):
    check = world.check()
    with_a_file(check)
    world.clock.advance(29 * DAY)
    young = with_a_file(check)
    assert tidied(world, janitor) == 0
    world.clock.advance(1.5 * DAY)
    assert tidied(world, janitor) == 1
    assert list(world.artifacts.keys("")) == [young]
    assert len(world.runs(check)) == 1
    assert [total(rollups(world, check, span)).passed for span in Span] == [2, 2]


def test_hours_go_after_thirteen_months_and_days_after_three_years(world, janitor):
    check = world.check()
    world.run_once(check, PASSED)
    kept = []
    for days in (395, 2, 698, 2):
        world.clock.advance(days * DAY)
        janitor.tidy()
        kept.append([len(rollups(world, check, span)) for span in Span])
    assert kept == [[1, 1], [0, 1], [0, 1], [0, 0]]


def test_settled_messages_go_with_runs_and_resolved_alerts_later(world, janitor):
    check = world.check()
    world.rule(check)
    world.run_once(check, FAILED)
    world.run_once(check, PASSED)
    with world.storage.begin() as tx:
        (opened,) = tx.outbox.claim(token="t", limit=1, lease=timedelta(seconds=30), now=tx.now)
        assert tx.outbox.sent(opened.id, "t", tx.now)
    assert len(world.outbox()) == 2
    world.clock.advance(31 * DAY)
    janitor.tidy()
    assert [(each.message.event, each.state) for each in world.outbox()] == [("alert.resolved", "pending")]
    assert len(world.alerts(check)) == 1
    world.clock.advance(366 * DAY)
    janitor.tidy()
    assert world.alerts(check) == []


def test_resolved_incidents_and_releases_go_after_three_years_and_open_ones_stay(world, janitor):
    mended, broken = (world.check(quorum=1) for _ in range(2))
    for check in (mended, broken):
        world.run_once(check, FAILED)
    world.run_once(mended, PASSED)
    ReleaseService(storage=world.storage, hints=world.hints).create(world.organization, {"name": "shop"})

    def kept():
        with world.storage.read() as tx:
            about = [tx.incidents.list(world.organization, IncidentQuery(check_id=one.id)) for one in (mended, broken)]
            return [len(each) for each in (*about, tx.releases.list(world.organization, ReleaseQuery()))]

    seen = []
    for days in (1095, 2):
        world.clock.advance(days * DAY)
        janitor.tidy()
        seen.append(kept())
    assert seen == [[1, 1, 1], [0, 1, 0]]


def test_an_open_alert_stays_however_old(world, janitor):
    check = world.check()
    world.rule(check)
    world.run_once(check, FAILED)
    world.clock.advance(4000 * DAY)
    janitor.tidy()
    assert len(world.alerts(check)) == 1


def test_a_run_that_has_not_ended_stays_however_old(world, janitor):
    check = world.check()
    world.request(check)
    world.clock.advance(40 * DAY)
    assert tidied(world, janitor) == 0
    assert len(world.runs(check)) == 1


def test_what_a_dying_janitor_leaves_the_next_one_takes(world, janitor, with_a_file):
    check = world.check()
    key = with_a_file(check)
    world.clock.advance(31 * DAY)
    world.artifacts.delete(key)  # the first one came as far as this
    assert tidied(world, janitor) == 1
    assert world.runs(check) == []


def test_more_than_a_batch_goes_in_several_transactions(world, janitor):
    check = world.check()
    for _ in range(BATCH + 20):
        world.request(check)
    claims = world.take(BATCH + 20)
    world.finishing.finish([Finished(claim, world.outcome(PASSED)) for claim in claims])
    world.clock.advance(31 * DAY)
    assert tidied(world, janitor) == BATCH + 20
    assert world.runs(check) == []


def test_files_without_a_run_go_when_no_result_can_be_on_its_way_any_more(world, janitor, with_a_file, tmp_path):
    check = world.check()
    key = with_a_file(check)
    lost = f"{key.rpartition('/')[0]}/art_{'0' * 26}.png"
    foreign = f"{world.organization}/notes/readme.txt"
    (tmp_path / "lost").write_bytes(b"lost")
    young = f"{key.rpartition('/')[0]}/{new_id('artifact', world.clock.now())}.png"
    for each in (lost, foreign, young):
        world.artifacts.put(each, tmp_path / "lost")
    assert janitor.collect_orphans() == 1
    assert set(world.artifacts.keys("")) == {key, foreign, young}
    world.clock.advance(2 * DAY)
    assert janitor.collect_orphans() == 1
    assert set(world.artifacts.keys("")) == {key, foreign}


def test_a_deleted_check_goes_after_thirty_days_with_all_that_belongs_to_it(world, janitor, with_a_file):
    check, other = world.check(), world.check()
    world.rule(check)
    with_a_file(check)
    world.run_once(check, FAILED)
    world.run_once(other, PASSED)
    deleted(world, check)
    world.clock.advance(29 * DAY)
    janitor.tidy()
    with world.storage.read() as tx:
        assert tx.checks.get(world.organization, check.id, deleted_too=True) is not None
    assert rollups(world, check, Span.HOUR)
    world.clock.advance(1.5 * DAY)
    janitor.tidy()
    with world.storage.read() as tx:
        assert tx.checks.get(world.organization, check.id, deleted_too=True) is None
        assert tx.checks.get(world.organization, other.id) is not None
    assert (world.runs(check), rollups(world, check, Span.DAY), world.alerts(check)) == ([], [], [])
    assert list(world.artifacts.keys("")) == []
    assert rollups(world, other, Span.DAY)


def test_the_settings_of_the_operator_are_kept_to(world, with_a_file):
    check = world.check()
    with_a_file(check)
    world.clock.advance(3 * DAY)
    kept = replace(Retention(), runs=timedelta(days=2))
    assert tidied(world, Janitor(storage=world.storage, artifacts=world.artifacts, retention=kept)) == 1


def test_each_organization_has_the_shorter_of_what_its_plan_and_the_server_keep(world, with_a_file):
    plans = Plans((plan("free", 7), plan("team", 90), plan("any", None))).within(30)
    assert [each.limits.retention_days for each in plans.all] == [7, 30, 30]
    assert plans.are_unlimited
    others = {each.id: World(**vars(world) | {"organization": ""}) for each in plans.all}
    checks = {id: other.check() for id, other in others.items()}
    with world.storage.begin() as tx:
        for id, other in others.items():
            tx.plans.assign(other.organization, id, tx.now)
    checks["nobody's"], others["nobody's"] = world.check(), world
    with_a_file(checks["nobody's"])
    for id, other in others.items():
        other.run_once(checks[id])
    janitor = Janitor(storage=world.storage, artifacts=world.artifacts, retention=Retention(), quotas=Quotas(plans))
    seen = []
    for days in (6.5, 1, 23):
        world.clock.advance(days * DAY)
        janitor.tidy()
        seen.append({id: len(other.runs(checks[id])) for id, other in others.items()})
    kept = {"free": 1, "team": 1, "any": 1, "nobody's": 2}
    assert seen == [kept, kept | {"free": 0, "nobody's": 0}, dict.fromkeys(kept, 0)]
    assert list(world.artifacts.keys("")) == []
    assert rollups(world, checks["nobody's"], Span.DAY)


def test_all_organizations_have_their_turn(world, monkeypatch):
    monkeypatch.setattr(janitor_module, "ORGANIZATIONS", 2)
    others = [World(**vars(world) | {"organization": ""}) for _ in range(5)]
    checks = [other.check() for other in others]
    for other, check in zip(others, checks, strict=True):
        other.run_once(check)
    world.clock.advance(2 * DAY)
    janitor = Janitor(
        storage=world.storage,
        artifacts=world.artifacts,
        retention=Retention(),
        quotas=Quotas(Plans((plan("free", 1),))),
    )
    for _ in range(4):
        janitor.tidy()
    assert [other.runs(check) for other, check in zip(others, checks, strict=True)] == [[]] * 5


def plan(id, days):
    return Plan(id=id, name=id, limits=PlanLimits(retention_days=days))

from dataclasses import replace
from datetime import timedelta

import pytest

from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.domain.checks import CheckState, CheckStatus, Family
from outrider_engine.domain.schedules import CronSchedule, IntervalSchedule, SkipReason, SlotRange
from outrider_engine.domain.verdicts import Verdict
from outrider_engine.errors import Conflict, InvalidInput
from outrider_engine.ports.check_repository import CheckQuery, SkippedSlots

ASSERTIONS = (
    Assertion(Source.STATUS, Operator.BETWEEN, [200, 299]),
    Assertion(Source.JSON, Operator.CONTAINS, "ünï'\"%", "$.a.length", {"soft": True}, {"type": "jsonBody"}),
    Assertion(Source.HEADER, Operator.EXISTS, None, "etag"),
)


def _get(world, check):
    with world.storage.read() as tx:
        return tx.checks.get(check.organization_id, check.id)


@pytest.mark.parametrize(
    "definition",
    [
        pytest.param({}, id="plain"),
        pytest.param({"schedule": CronSchedule("*/5 9-17 * * 1-5", "Europe/Berlin")}, id="cron"),
        pytest.param({"schedule": None, "locations": (), "status": CheckStatus.PAUSED}, id="on demand"),
        pytest.param({"assertions": ASSERTIONS, "tags": ("shop", "50%")}, id="assertions"),
        pytest.param({"variables": {"a": "1"}, "secret_names": ("p",), "side_effects": True}, id="journey"),
        pytest.param({"config": {"deep": [{"x": None}, 1, 2.5, True, "💥"]}, "description": "a\nb"}, id="config"),
        pytest.param({"timeout_s": 0.25, "max_retries": 3, "family": Family.JOURNEY, "type": "browser"}, id="numbers"),
    ],
)
def test_a_check_reads_back_as_it_was_stored(world, definition):
    check = replace(world.check(**definition), sealed_secrets="sealed", paused_reason="because")
    with world.storage.begin() as tx:
        tx.checks.add(check)
    assert _get(world, check) == check


def test_a_check_is_found_in_its_family_only(world):
    check = world.stored_check(family=Family.MONITOR)
    with world.storage.read() as tx:
        assert tx.checks.get(check.organization_id, check.id, Family.MONITOR) == check
        assert tx.checks.get(check.organization_id, check.id, Family.JOURNEY) is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param({}, ["a", "b", "c"], id="all"),
        pytest.param({"family": Family.JOURNEY}, ["c"], id="family"),
        pytest.param({"type": "tcp"}, ["b"], id="type"),
        pytest.param({"status": CheckStatus.PAUSED}, ["b"], id="status"),
        pytest.param({"tag": "x%"}, ["a"], id="tag"),
        pytest.param({"tag": "x"}, [], id="part of a tag"),
        pytest.param({"type": "http", "tag": "y"}, ["a"], id="several"),
    ],
)
def test_a_list_holds_what_was_asked_for(world, query, expected):
    for name, definition in {
        "a": {"tags": ("x%", "y")},
        "b": {"type": "tcp", "status": CheckStatus.PAUSED, "tags": ("y",)},
        "c": {"family": Family.JOURNEY, "type": "browser"},
    }.items():
        world.clock.advance(1)
        world.stored_check(name=name, **definition)
    with world.storage.read() as tx:
        found, total = tx.checks.list(world.organization.id, CheckQuery(**query))
    assert sorted(check.definition.name for check in found) == expected
    assert total == len(expected)


def test_pages_beyond_the_last_are_empty_however_far(world):
    world.stored_check()
    with world.storage.read() as tx:
        assert tx.checks.list(world.organization.id, CheckQuery(page=2)) == ([], 1)
        assert tx.checks.list(world.organization.id, CheckQuery(page=10**30)) == ([], 1)


def test_a_change_is_stored_only_on_top_of_the_revision_it_was_made_from(world):
    check = world.stored_check()
    changed = world.changed(check, name="New", schedule=CronSchedule("0 * * * *"))
    with world.storage.begin() as tx:
        assert tx.checks.replace(changed, expected_revision=1)
        assert not tx.checks.replace(world.changed(changed, name="Lost"), expected_revision=1)
    assert _get(world, check) == changed


def test_a_deleted_check_is_never_seen_again_and_its_secrets_are_gone(world):
    check = world.stored_check()
    with world.storage.begin() as tx:
        assert tx.checks.delete(check.organization_id, check.id, tx.now)
        assert not tx.checks.delete(check.organization_id, check.id, tx.now)
        assert not tx.checks.replace(check, expected_revision=1)
        assert not tx.checks.pause(check.id, "reason", tx.now)
        assert tx.checks.lock_due(tx.now, 10) == []
        assert tx.checks.list(check.organization_id, CheckQuery()) == ([], 0)
    assert _get(world, check) is None


def test_the_engine_pauses_only_what_is_active_and_counts_it_as_a_change(world):
    check = world.stored_check()
    now = world.clock.advance(5)
    with world.storage.begin() as tx:
        assert tx.checks.pause(check.id, "lost its worker twice", now)
        assert not tx.checks.pause(check.id, "again", now)
    paused = _get(world, check)
    assert (paused.definition.status, paused.paused_reason) == (CheckStatus.PAUSED, "lost its worker twice")
    assert (paused.next_due_at, paused.updated_at, paused.revision) == (None, now, 2)


def test_due_checks_come_longest_due_first(world):
    second = world.stored_check(next_due_in=-1)
    first = world.stored_check(next_due_in=-2)
    world.stored_check(next_due_in=1)
    world.stored_check(next_due_in=None)
    world.stored_check(next_due_in=-5, status=CheckStatus.PAUSED)
    later = world.clock.now() + timedelta(seconds=60)
    with world.storage.begin() as tx:
        assert [check.id for check in tx.checks.lock_due(tx.now, 10)] == [first.id, second.id]
        assert [check.id for check in tx.checks.lock_due(tx.now, 1)] == [first.id]
        tx.checks.set_next_due({first.id: later, second.id: None})
        assert tx.checks.lock_due(tx.now, 10) == []
    assert (_get(world, first).next_due_at, _get(world, second).next_due_at) == (later, None)


def test_states_read_back_by_check(world):
    check, other = world.stored_check(), world.stored_check()
    now = world.clock.now()
    fra = CheckState(check_id=check.id, location="fra", verdict=Verdict.FAILED, since=now, consecutive_failures=3)
    iad = CheckState(check_id=check.id, location="iad", as_of=now, lost_workers=1, last_run_id="run_1")
    with world.storage.begin() as tx:
        tx.checks.save_states([fra, iad], {check.id: check.organization_id})
        assert tx.checks.states([check.id, other.id]) == {check.id: [fra, iad]}
        better = replace(fra, verdict=Verdict.PASSED, consecutive_failures=0, as_of=now)
        tx.checks.save_states([better], {check.id: check.organization_id})
        assert tx.checks.states([check.id]) == {check.id: [better, iad]}


def test_a_state_of_an_older_run_does_not_replace_that_of_a_newer_one(world):
    check = world.stored_check()
    now = world.clock.now()
    newer = CheckState(check_id=check.id, location="fra", verdict=Verdict.PASSED, as_of=now)
    older = CheckState(check_id=check.id, location="fra", verdict=Verdict.FAILED, as_of=now - timedelta(seconds=1))
    with world.storage.begin() as tx:
        tx.checks.save_states([newer], {check.id: check.organization_id})
        tx.checks.save_states([older], {check.id: check.organization_id})
        assert tx.checks.states([check.id]) == {check.id: [newer]}


def _skip(world, check, first, last, *, reason=SkipReason.OVERLAP, location="fra", count=1):
    start = world.clock.now()
    slots = SlotRange(start + timedelta(seconds=first), start + timedelta(seconds=last), count)
    return SkippedSlots(
        id=world.id("skipped"),
        organization_id=check.organization_id,
        check_id=check.id,
        location=location,
        reason=reason,
        slots=slots,
    )


def _skipped(world, check):
    start = world.clock.now()
    with world.storage.read() as tx:
        return [
            (
                each.reason.value,
                each.location,
                (each.slots.first - start).total_seconds(),
                (each.slots.last - start).total_seconds(),
                each.slots.count,
            )
            for each in tx.checks.skipped(check.organization_id, check.id, 10)
        ]


def test_skipped_slots_that_follow_one_another_are_one_range(world):
    check = world.stored_check()
    for slot in (0, 60, 120):
        with world.storage.begin() as tx:
            tx.checks.add_skipped([_skip(world, check, slot, slot)])
    assert _skipped(world, check) == [("overlap", "fra", 0, 120, 3)]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"reason": SkipReason.MISSED}, id="another reason"),
        pytest.param({"location": "iad"}, id="another location"),
        pytest.param({"location": None}, id="all locations"),
    ],
)
def test_skipped_slots_of_another_kind_are_another_range(world, change):
    check = world.stored_check()
    with world.storage.begin() as tx:
        tx.checks.add_skipped([_skip(world, check, 0, 0)])
        tx.checks.add_skipped([_skip(world, check, 60, 120, count=2, **change)])
    assert len(_skipped(world, check)) == 2


def test_a_run_between_two_ranges_keeps_them_apart(world):
    check = world.stored_check()
    slot = world.clock.now() + timedelta(seconds=60)
    with world.storage.begin() as tx:
        tx.checks.add_skipped([_skip(world, check, 0, 0), _skip(world, check, 0, 0, location="iad")])
        tx.runs.add([world.run(check, slot=slot, due_at=slot)], tx.now)
        tx.checks.add_skipped([_skip(world, check, 120, 120), _skip(world, check, 120, 120, location="iad")])
    assert sorted(_skipped(world, check)) == [
        ("overlap", "fra", 0, 0, 1),
        ("overlap", "fra", 120, 120, 1),
        ("overlap", "iad", 0, 120, 2),
    ]


def test_a_range_without_a_count_grows_without_one(world):
    check = world.stored_check()
    with world.storage.begin() as tx:
        tx.checks.add_skipped([_skip(world, check, 0, 60, location=None, count=None)])
        tx.checks.add_skipped([_skip(world, check, 120, 120, location=None)])
    assert _skipped(world, check) == [("overlap", None, 0, 120, None)]


@pytest.mark.parametrize(
    "definition",
    [
        pytest.param({"name": "a\0b"}, id="NUL in text"),
        pytest.param({"name": "\ud800"}, id="surrogate in text"),
        pytest.param({"config": {"url": "a\0b"}}, id="NUL in JSON"),
        pytest.param({"config": {"a\0": 1}}, id="NUL in a JSON key"),
        pytest.param({"config": {"n": float("inf")}}, id="infinity"),
        pytest.param({"tags": ("\ud800",)}, id="surrogate in JSON"),
    ],
)
def test_text_that_no_database_keeps_is_refused(world, definition):
    with pytest.raises(InvalidInput), world.storage.begin() as tx:
        tx.checks.add(world.check(**definition))
    with world.storage.read() as tx:
        assert tx.checks.list(world.organization.id, CheckQuery()) == ([], 0)


def test_a_backslash_before_u0000_is_ordinary_text(world):
    check = world.stored_check(config={"pattern": "\\u0000"}, name="\\u0000")
    assert _get(world, check) == check


@pytest.mark.parametrize("id", ["mon_\0", "mon_\ud800", "", "'; DROP TABLE checks; --", "x" * 100_000])
def test_odd_ids_are_simply_not_there(world, id):
    with world.storage.begin() as tx:
        assert tx.checks.get(world.organization.id, id) is None
        assert tx.checks.get(id, id) is None
        assert not tx.checks.delete(world.organization.id, id, tx.now)
        assert tx.runs.get(world.organization.id, id) is None


@pytest.mark.parametrize("tag", ["\0", "\ud800"])
def test_odd_tags_are_refused(world, tag):
    with pytest.raises(InvalidInput), world.storage.read() as tx:
        tx.checks.list(world.organization.id, CheckQuery(tag=tag))


def test_an_id_that_is_taken_is_a_conflict(world):
    check = world.stored_check()
    with pytest.raises(Conflict), world.storage.begin() as tx:
        tx.checks.add(check)


def test_a_time_without_zone_is_a_mistake_of_ours(world):
    naive = replace(world.check(), created_at=world.clock.now().replace(tzinfo=None), next_due_at=None)
    with pytest.raises(Exception, match="without time zone"), world.storage.begin() as tx:
        tx.checks.add(naive)


def test_a_schedule_of_any_length_is_kept(world):
    check = world.stored_check(schedule=IntervalSchedule(86_400))
    assert _get(world, check).definition.schedule == IntervalSchedule(86_400)

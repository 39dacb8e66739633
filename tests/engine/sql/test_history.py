"""Lists of runs: whatever is asked for, pages together hold exactly it, once, newest first."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outrider_engine.domain.checks import Family
from outrider_engine.domain.runs import Trigger
from outrider_engine.domain.verdicts import RunStatus, Verdict
from outrider_engine.ports.run_repository import RunQuery

in_one_database = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@in_one_database
@given(ages=st.lists(st.integers(0, 4), min_size=1, max_size=12), limit=st.integers(1, 5))
def test_pages_by_cursor_lose_and_repeat_nothing(world, ages, limit):
    check = world.stored_check(organization=world.new_organization())
    made = set()
    for age in ages:  # several runs of one millisecond included
        world.clock.advance(age / 1000)
        made |= {run.id for run in world.stored_runs(check)}
    seen, before = [], None
    while True:
        with world.storage.read() as tx:
            page = tx.runs.list(check.organization_id, RunQuery(before=before, limit=limit))
        if not page:
            break
        seen += [run.id for run in page]
        before = page[-1].id
    assert seen == sorted(made, reverse=True)


@in_one_database
@given(count=st.integers(0, 8), skip=st.integers(0, 9), limit=st.integers(1, 9))
def test_skipping_is_the_same_as_cutting_the_list(world, count, skip, limit):
    check = world.stored_check(organization=world.new_organization())
    made = sorted((run.id for run in world.stored_runs(check, count)), reverse=True) if count else []
    with world.storage.read() as tx:
        page = tx.runs.list(check.organization_id, RunQuery(skip=skip, limit=limit))
    assert [run.id for run in page] == made[skip : skip + limit]


@pytest.fixture
def varied(world):
    """Five runs of three checks, a second apart, by name."""
    start = world.clock.now()
    home, shop = world.stored_check(), world.stored_check(family=Family.JOURNEY, type="browser")
    runs = {
        "failed": world.finished_runs(home, verdict=Verdict.FAILED),
        "passed": world.finished_runs(home, location="iad"),
        "by ci": world.finished_runs(shop, trigger=Trigger.CI, due_at=start + timedelta(seconds=2)),
        "missed": world.finished_runs(shop, verdict=Verdict.MISSED, due_at=start + timedelta(seconds=3)),
        "queued": world.stored_runs(home, due_at=start + timedelta(seconds=4)),
    }
    return {"start": start, "home": home.id, "shop": shop.id}, {name: run.id for name, (run,) in runs.items()}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param(lambda about: {}, {"failed", "passed", "by ci", "missed", "queued"}, id="all"),
        pytest.param(lambda about: {"check_id": about["shop"]}, {"by ci", "missed"}, id="check"),
        pytest.param(lambda about: {"families": (Family.MONITOR,)}, {"failed", "passed", "queued"}, id="family"),
        pytest.param(lambda about: {"statuses": (RunStatus.FAILED, RunStatus.MISSED)}, {"failed", "missed"}, id="bad"),
        pytest.param(lambda about: {"statuses": (RunStatus.FAILED, RunStatus.PASSED)}, {"failed", "passed", "by ci"},
                     id="good and bad"),
        pytest.param(lambda about: {"statuses": (RunStatus.QUEUED,)}, {"queued"}, id="on the way"),
        pytest.param(lambda about: {"check_id": about["home"], "statuses": (RunStatus.MISSED,)}, set(), id="none"),
        pytest.param(lambda about: {"trigger": Trigger.CI}, {"by ci"}, id="trigger"),
        pytest.param(lambda about: {"location": "iad"}, {"passed"}, id="location"),
        pytest.param(lambda about: {"location": "\0"}, set(), id="odd location"),
        pytest.param(lambda about: {"after_time": about["start"] + timedelta(seconds=3)}, {"missed", "queued"},
                     id="after"),
        pytest.param(lambda about: {"before_time": about["start"]}, {"failed", "passed"}, id="before"),
        pytest.param(lambda about: {"skip": 10**30}, set(), id="far away"),
    ],
)  # fmt: skip
def test_a_list_of_runs_holds_what_was_asked_for(world, varied, query, expected):
    about, ids = varied
    with world.storage.read() as tx:
        found = tx.runs.list(world.organization.id, RunQuery(**query(about)))
    assert {run.id for run in found} == {ids[name] for name in expected}

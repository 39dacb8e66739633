"""Rules of all types over finished runs, on a real database: each opens one alert and is resolved by recovery."""

from dataclasses import replace

import pytest
from engine_world import FAILED, PASSED, World

from outrider_engine.domain.alerts import AlertStatus, RuleType
from outrider_engine.domain.checks import Check, CheckStatus
from outrider_engine.domain.observations import Observation
from outrider_engine.domain.runs import Overrides

SLOW = replace(PASSED, duration_ms=3000.0)


def certificate(days: int) -> Observation:
    return replace(PASSED, facts={"certificate": {"days_remaining": days}})


def difference(percent: float) -> Observation:
    return replace(PASSED, facts={"visual_diff_percent": percent})


def statuses(world: World, check: Check) -> list[AlertStatus]:
    return [alert.status for alert in world.alerts(check)]


@pytest.mark.parametrize(
    ("type", "parameters", "well", "ill", "title"),
    [
        pytest.param(RuleType.LATENCY_THRESHOLD, {"threshold": 2000}, PASSED, SLOW, "is slow", id="latency"),
        pytest.param(
            RuleType.SSL_EXPIRY,
            {"threshold": None, "days_before": 30},
            certificate(90),
            certificate(29),
            "The certificate of",
            id="ssl",
        ),
        pytest.param(
            RuleType.VISUAL_DIFF_THRESHOLD,
            {"threshold": 5},
            difference(1),
            difference(7.5),
            "looks different",
            id="visual",
        ),
    ],
)
def test_a_reading_opens_one_alert_and_a_better_one_resolves_it(
    world: World,
    type: RuleType,
    parameters: dict[str, int],
    well: Observation,
    ill: Observation,
    title: str,
) -> None:
    check = world.check()
    world.rule(check, type=type, **parameters)
    world.run_once(check, well)
    assert statuses(world, check) == []
    for seen in (ill, ill, FAILED):
        world.run_once(check, seen)
    assert statuses(world, check) == [AlertStatus.OPEN]
    (told,) = world.outbox()
    assert title in told.message.title
    world.run_once(check, ill, overrides=Overrides(base_url="http://preview.test"))
    world.run_once(check, well)
    assert statuses(world, check) == [AlertStatus.RESOLVED]
    assert "by hand" not in world.outbox()[0].message.text


def test_a_failed_run_has_no_latency(world: World) -> None:
    check = world.check()
    world.rule(check, type=RuleType.LATENCY_THRESHOLD, threshold=2000)
    world.run_once(check, replace(FAILED, duration_ms=5000.0))
    assert statuses(world, check) == []


def test_an_error_rate_counts_the_runs_of_its_window(world: World) -> None:
    check = world.check()
    world.rule(check, type=RuleType.ERROR_RATE, threshold=50, window_seconds=600, min_samples=4)
    for seen in (FAILED, FAILED, FAILED):
        world.run_once(check, seen)
    assert statuses(world, check) == []
    world.run_once(check, PASSED, overrides=Overrides(base_url="http://preview.test"))
    assert statuses(world, check) == []
    world.run_once(check, PASSED)
    (alert,) = world.alerts(check)
    assert "failed 3 of 4 runs (75 %) in the last 600 s" in alert.message
    for seen in (PASSED, PASSED):
        world.run_once(check, seen)
    assert statuses(world, check) == [AlertStatus.OPEN]
    world.run_once(check, PASSED)
    assert statuses(world, check) == [AlertStatus.RESOLVED]


def test_an_error_rate_forgets_what_has_left_the_window(world: World) -> None:
    check = world.check()
    world.rule(check, type=RuleType.ERROR_RATE, threshold=50, window_seconds=600, min_samples=2)
    for seen in (FAILED, FAILED):
        world.run_once(check, seen)
    assert statuses(world, check) == [AlertStatus.OPEN]
    world.clock.advance(601)
    world.run_once(check, PASSED)
    assert statuses(world, check) == [AlertStatus.RESOLVED]


def test_a_location_that_the_check_no_longer_has_does_not_keep_an_alert_open(world: World) -> None:
    check = world.check(locations=("local", "fra"))
    world.rule(check)
    world.request(check)
    for claim in world.take():
        world.finish(claim, FAILED if claim.location == "fra" else PASSED)
    assert statuses(world, check) == [AlertStatus.OPEN]
    fewer = replace(check, definition=replace(check.definition, locations=("local",)), revision=2)
    with world.storage.begin() as tx:
        assert tx.checks.replace(fewer, expected_revision=1)
    world.run_once(fewer)
    assert statuses(world, check) == [AlertStatus.RESOLVED]


def test_a_paused_check_opens_no_alert_and_may_recover(world: World) -> None:
    check = world.check(status=CheckStatus.PAUSED)
    world.rule(check)
    world.run_once(check, FAILED)
    assert statuses(world, check) == []

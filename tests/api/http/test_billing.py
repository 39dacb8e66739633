"""Plans, what is used of them, and how their limits are kept."""

from datetime import UTC, datetime

import pytest
from api_house import House

from outrider_engine.domain.checks import Family
from outrider_engine.domain.plans import Plan, PlanLimits, Plans
from outrider_engine.domain.schedules import SkipReason
from outrider_engine.services.quotas import Quotas

BILLING = "/api/v1/billing"
SMALL = Plan(
    id="small",
    name="Small",
    price_monthly=9.0,
    limits=PlanLimits(monitors=2, browser_runs=2, api_runs=1, shortest_interval_seconds=60, locations=2, api_calls=40),
)


def limited(house: House, *plans: Plan) -> None:
    """Let the house have plans; the first is everybody's."""
    house.world.quotas.plans = Plans(plans or (SMALL,))


def test_usage_counts_active_monitors_and_this_month(any_house: House) -> None:
    for fields in ({}, {}, {"status": "paused"}):
        any_house.owner.monitor(type="scripted", **fields)
    usage = any_house.owner.get(f"{BILLING}/usage")
    assert (usage["period_start"], usage["period_end"]) == ("2026-01-01T00:00:00.000Z", "2026-02-01T00:00:00.000Z")
    assert usage["monitors"] == {"used": 2, "limit": None}
    assert usage["browser_runs"] == usage["api_runs"] == {"used": 0, "limit": None}
    assert usage["api_calls"]["used"] == 4
    assert usage["plan"]["id"] == "self-hosted"
    assert any_house.stranger().get(f"{BILLING}/usage")["monitors"]["used"] == 0


def test_usage_and_plans_tell_how_long_runs_are_kept(house: House) -> None:
    week = Plan(id="week", name="Week", limits=PlanLimits(retention_days=7))
    house.world.quotas.plans = Plans((week, Plan(id="all", name="All"))).within(30)
    assert house.owner.get(f"{BILLING}/usage")["retention_days"] == 7
    assert [plan["limits"]["retention_days"] for plan in house.owner.get(f"{BILLING}/plans")] == [7, 30]


def test_plans_are_listed_in_the_order_of_the_file(house: House) -> None:
    limited(house, SMALL, Plan(id="all", name="All"))
    plans = house.owner.get(f"{BILLING}/plans")
    assert [plan["name"] for plan in plans] == ["Small", "All"]
    assert plans[0]["limits"]["monitors"] == 2
    assert plans[1]["limits"]["monitors"] is None
    assert house.owner.get(f"{BILLING}/plans", per_page=1, page=2)[0]["id"] == "all"


def test_without_billing_checkout_and_portal_say_what_to_do(house: House) -> None:
    error = house.owner.refused(400, "POST", f"{BILLING}/checkout", {"plan_id": "self-hosted"})
    assert "outrider organizations plan" in error["error"]
    assert "operator" in house.owner.refused(400, "GET", f"{BILLING}/portal")["error"]
    wrong = house.owner.refused(400, "POST", f"{BILLING}/checkout", {"plan_id": "gold"})
    assert (wrong["data"]["field"], wrong["data"]["allowed"]) == ("plan_id", ["self-hosted"])
    house.key("member").refused(403, "GET", f"{BILLING}/portal")


def test_no_more_monitors_are_active_than_the_plan_allows(any_house: House) -> None:
    limited(any_house)
    owner = any_house.owner
    first, _ = owner.monitor(type="scripted"), owner.monitor(type="scripted")
    body = {"name": "third", "type": "scripted"}
    error = owner.refused(403, "POST", "/api/v1/monitors", body)
    assert error["code"] == "plan_limit_reached"
    assert error["error"] == "the plan Small allows 2 active monitors"
    assert error["data"]["field"] == "monitors"
    paused = owner.post("/api/v1/monitors", body | {"status": "paused"})
    owner.refused(403, "POST", f"/api/v1/monitors/{paused['id']}/resume")
    owner.put(f"/api/v1/monitors/{first['id']}", {"name": "renamed"})
    owner.post(f"/api/v1/monitors/{first['id']}/pause")
    owner.post(f"/api/v1/monitors/{paused['id']}/resume")
    owner.journey()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"interval": 59}, "interval"),
        ({"interval": None, "cron": "* * * * *"}, None),
        ({"locations": ["local", "fra"]}, None),
        ({"locations": ["local", "fra", "ams"]}, "locations"),
    ],
    ids=str,
)
def test_intervals_and_locations_are_limited(house: House, fields: dict[str, object], field: str | None) -> None:
    with house.world.storage.begin() as tx:
        tx.locations.add(["ams"])
    limited(house)
    body = {"name": "m", "type": "scripted", **fields}
    if field is None:
        house.owner.post("/api/v1/monitors", body)
    else:
        assert house.owner.refused(403, "POST", "/api/v1/monitors", body)["data"]["field"] == field


def test_a_cron_expression_is_as_fast_as_its_closest_times(house: House) -> None:
    limited(house, Plan(id="slow", name="Slow", limits=PlanLimits(shortest_interval_seconds=600)))
    fast = {"name": "m", "type": "scripted", "interval": None, "cron": "0,5 12 * * *"}
    assert "600 seconds" in house.owner.refused(403, "POST", "/api/v1/monitors", fast)["error"]
    house.owner.post("/api/v1/monitors", fast | {"cron": "0,10 12 * * *"})


def test_when_the_runs_of_a_month_are_used_up_there_are_new_ones_next_month(any_house: House) -> None:
    limited(any_house)
    world, owner = any_house.world, any_house.owner
    journey = owner.journey(interval_seconds=60)
    with world.storage.begin() as tx:
        tx.plans.count_runs({(world.organization, Family.JOURNEY): 2}, "2026-01")
    response = owner.send("POST", f"/api/v1/journeys/{journey['id']}/run-now")
    assert response.status_code == 429
    assert response.json()["code"] == "plan_limit_reached"
    assert int(response.headers["Retry-After"]) > 86_400
    world.clock.advance(120)
    assert world.scheduler.tick() == 0
    with world.storage.read() as tx:
        assert tx.checks.skipped(world.organization, journey["id"], 5)[0].reason is SkipReason.QUOTA
    world.clock.advance((datetime(2026, 2, 1, tzinfo=UTC) - world.clock.now()).total_seconds())
    assert world.scheduler.tick() == 1
    owner.post(f"/api/v1/journeys/{journey['id']}/run-now")


def test_calls_of_the_whole_organization_are_limited_and_the_closest_limit_is_told(any_house: House) -> None:
    limited(any_house, Plan(id="p", name="P", limits=PlanLimits(api_calls=3)))
    narrow, wide = any_house.key(monthly_limit=1), any_house.key(monthly_limit=100)
    headers = narrow.send("GET", "/api/v1/monitors").headers
    assert (headers["X-API-Limit"], headers["X-API-Remaining"]) == ("1", "0")
    headers = wide.send("GET", "/api/v1/monitors").headers
    assert (headers["X-API-Limit"], headers["X-API-Remaining"], headers["X-API-Usage"]) == ("3", "1", "2")
    wide.get("/api/v1/monitors")
    headers = wide.send("GET", "/api/v1/monitors").headers
    assert (headers["X-API-Usage"], headers["X-API-Key-Usage"]) == ("3", "2")
    wide.refused(429, "GET", "/api/v1/monitors")


def test_the_operator_assigns_plans(any_house: House) -> None:
    quotas = Quotas(Plans((Plan(id="free", name="Free"), SMALL)))
    any_house.world.clock.advance(1)
    quotas.assign(any_house.world.storage, any_house.world.organization, "small")
    entry = any_house.owner.get("/api/v1/audit-log", per_page=1)[0]
    assert (entry["actor"]["kind"], entry["before"], entry["after"]) == (
        "operator",
        {"plan": "free"},
        {"plan": "small"},
    )
    any_house.world.quotas.plans = quotas.plans
    assert any_house.owner.get(f"{BILLING}/usage")["plan"]["id"] == "small"
    assert any_house.stranger().get(f"{BILLING}/usage")["plan"]["id"] == "free"


def test_each_execution_of_a_journey_counts_at_each_location_and_monitors_do_not(any_house: House) -> None:
    world = any_house.world
    journey = any_house.owner.journey(locations=["local", "fra"])
    monitor = any_house.owner.monitor(type="scripted")
    any_house.owner.post(f"/api/v1/journeys/{journey['id']}/run-now")
    any_house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    for queue in ("browser", "light"):
        for claim in world.claims().take(queue, 10):
            world.finish(claim)
    usage = any_house.owner.get(f"{BILLING}/usage")
    assert usage["browser_runs"]["used"] == 2
    assert usage["api_runs"]["used"] == 0


def test_no_more_people_are_invited_than_the_plan_allows(any_house: House) -> None:
    people = any_house.owner.get(f"{BILLING}/usage")["members"]["used"]
    limited(any_house, Plan(id="p", name="P", limits=PlanLimits(members=people + 1)))
    invitations = f"/api/v1/organizations/{any_house.world.organization}/invitations"
    any_house.owner.post(invitations, {"email": "a@example.com", "role": "viewer"})
    error = any_house.owner.refused(403, "POST", invitations, {"email": "b@example.com", "role": "viewer"})
    assert error["data"]["field"] == "members"
    assert any_house.owner.get(f"{BILLING}/usage")["members"] == {"used": people + 1, "limit": people + 1}

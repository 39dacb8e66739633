"""What it takes to walk through a run again, without its secrets."""

from api_house import House
from engine_world import FAILED

from outrider_engine.domain.checks import QUEUE_BROWSER

STEPS = [
    {"action": "goto", "url": "/"},
    {"action": "fill", "locator": {"label": "P"}, "value": "{{PASSWORD}} {{WHERE}} {{EMAIL}} {{TOKEN}}"},
]


def finished(house: House, journey_id: str, **asked: object) -> str:
    """Run a journey, which fails; returns the id of the run."""
    run: str = house.owner.post(f"/api/agent/journeys/{journey_id}/trigger", asked)["run_id"]
    for claim in house.world.claims().take(QUEUE_BROWSER, 5):
        house.world.finish(claim, FAILED)
    return run


def test_a_run_tells_its_version_and_plain_values_and_no_secret(any_house: House) -> None:
    owner = any_house.owner
    owner.post("/api/v1/environments", {"name": "staging", "base_url": "https://staging.example"})
    owner.post("/api/v1/variables", {"name": "WHERE", "value": "there", "environment": "staging"})
    owner.post("/api/v1/variables", {"name": "TOKEN", "value": "sealed-token", "secret": True})
    made = owner.journey(
        steps=STEPS,
        secrets={"PASSWORD": "hunter22", "UNUSED": "abc"},
        variables={"EMAIL": "ada@example.com"},
        timeout_seconds=45,
    )
    asked = {"EMAIL": "ci@example.com", "PASSWORD": "another-one"}
    run = finished(any_house, made["id"], environment="staging", variables=asked)
    owner.put(f"/api/v1/journeys/{made['id']}", {"steps": STEPS[:1], "name": "later"})
    response = owner.send("GET", f"/api/v1/runs/{run}/replay")
    assert not [secret for secret in ("hunter22", "sealed-token", "another-one") if secret in response.text]
    told = response.json()["data"]
    assert (told["check_version"], told["journey"]["name"], told["journey"]["steps"]) == (1, "path", STEPS)
    assert (told["variables"], told["secrets"]) == ({"EMAIL": "ci@example.com"}, ["PASSWORD", "TOKEN"])
    assert told["journey"]["variables"] == {"WHERE": "there"}
    assert (told["base_url"], told["timeout_seconds"], told["status"]) == ("https://staging.example", 45, "failed")
    viewer = any_house.key("viewer")
    viewer.refused(403, "GET", f"/api/v1/runs/{run}/replay")


def test_a_run_of_a_deleted_journey_can_be_replayed_and_one_of_a_monitor_can_not(house: House) -> None:
    made = house.owner.journey()
    run = finished(house, made["id"])
    house.owner.delete(f"/api/v1/journeys/{made['id']}")
    assert house.owner.get(f"/api/v1/runs/{run}/replay")["journey"]["steps"] == made["steps"]
    monitor = house.owner.monitor(type="scripted")
    other = house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    assert "only runs of journeys" in house.owner.refused(400, "GET", f"/api/v1/runs/{other['id']}/replay")["error"]


def test_the_journeys_that_it_calls_are_part_of_it(house: House) -> None:
    house.owner.journey(name="Sign in", steps=STEPS, secrets={"PASSWORD": "hunter22"})
    made = house.owner.journey(name="Buy", steps=[{"action": "call", "journey": "Sign in"}])
    told = house.owner.get(f"/api/v1/runs/{finished(house, made['id'])}/replay")
    assert told["journey"]["journeys"]["Sign in"]["steps"] == STEPS

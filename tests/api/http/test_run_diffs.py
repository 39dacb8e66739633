"""A run that fails where the one before it was good keeps what is different, and any run can be compared."""

import json
from pathlib import Path
from typing import Any

from api_house import House

from outrider_engine.domain.observations import ArtifactKind, Failure, Observation, ProducedFile, StepResult
from outrider_engine.domain.verdicts import Reason, Verdict


def run(house: House, journey: str, folder: Path, status: int, failure: Failure | None = None) -> Any:
    """Run a journey once, to an end of its own."""
    began = house.owner.post(f"/api/v1/journeys/{journey}/run-now")
    network = {
        "requests": [{"method": "GET", "url": "http://shop/api", "status": status, "at_ms": 1, "duration_ms": 2}]
    }
    path = folder / "network.json"
    path.write_text(json.dumps(network))
    file = ProducedFile(kind=ArtifactKind.NETWORK, name=path.name, path=path, content_type="application/json")
    step = StepResult(
        index=0,
        id="open",
        name="Open",
        action="goto",
        status=failure.verdict if failure else Verdict.PASSED,
        started_at=house.world.clock.now(),
        duration_ms=3.0,
    )
    facts = {"url": "http://shop/"}
    seen = Observation(duration_ms=5.0, facts=facts, failure=failure, steps=(step,), files=(file,))
    for claim in house.world.claims().take("browser", 10):
        house.world.finish(claim, seen)
    house.world.clock.advance(60)
    return house.owner.get(f"/api/v1/runs/{began['id']}")


BROKEN = Failure(Verdict.FAILED, Reason.ASSERTION, "the title is “Sorry”")


def test_the_first_failing_run_keeps_its_difference_and_later_ones_are_compared_too(
    any_house: House, tmp_path: Path
) -> None:
    house = any_house
    journey = house.owner.journey()["id"]
    good = run(house, journey, tmp_path, 200)
    first, second = (run(house, journey, tmp_path, 503, BROKEN) for _ in range(2))
    files = {file["kind"]: file["url"] for file in first["artifacts"]}
    assert set(files) == {"network", "diff"}
    assert [file["kind"] for file in second["artifacts"]] == ["network"]
    for each in (first, second):
        told = house.owner.get(f"/api/v1/runs/{each['id']}/diff")
        assert (told["run_id"], told["good_run_id"], told["broken_step"]) == (each["id"], good["id"], "open")
        assert told["requests"]["changed"] == [
            {"method": "GET", "url": "http://shop/api", "good_answers": {"200": 1}, "answers": {"503": 1}}
        ]
    kept = house.owner.send("GET", files["diff"]).json()
    assert kept == house.owner.get(f"/api/v1/runs/{first['id']}/diff")


def test_a_run_without_a_good_one_before_it_has_nothing_to_be_compared_with(house: House, tmp_path: Path) -> None:
    journey = house.owner.journey()["id"]
    first = run(house, journey, tmp_path, 503, BROKEN)
    refused = house.owner.refused(404, "GET", f"/api/v1/runs/{first['id']}/diff")
    assert refused["error"] == "there is no good run before it"
    house.stranger().refused(404, "GET", f"/api/v1/runs/{first['id']}/diff")


def test_a_run_that_goes_on_is_not_compared(house: House) -> None:
    began = house.owner.post(f"/api/v1/journeys/{house.owner.journey()['id']}/run-now")
    refused = house.owner.refused(409, "GET", f"/api/v1/runs/{began['id']}/diff")
    assert refused["error"] == "the run has not ended; ask again when it has"

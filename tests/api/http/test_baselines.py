"""Baselines come of the first good run, or are promoted from a run by hand."""

import json
from pathlib import Path
from typing import Any

from api_house import House

from outrider_engine.domain.observations import ArtifactKind, Failure, Observation, ProducedFile
from outrider_engine.domain.verdicts import Reason, Verdict

KEY = "chromium-1280x720/cart"
DIFFERENT = Failure(Verdict.FAILED, Reason.ASSERTION, "9.0 % of the picture “cart” differ")


def run(
    house: House, journey: str, folder: Path, picture: bytes | None, failure: Failure | None = None, **body: Any
) -> Any:
    """Run a journey once; it has taken the picture."""
    began = house.owner.post(f"/api/v1/journeys/{journey}/run-now", body)
    path = folder / "cart.chromium-1280x720.current.png"
    path.write_bytes(picture or b"")
    file = ProducedFile(kind=ArtifactKind.VISUAL, name=path.name, path=path, content_type="image/png")
    seen = Observation(duration_ms=5.0, failure=failure, files=(file,) if picture else ())
    for claim in house.world.claims().take("browser", 10):
        house.world.finish(claim, seen)
    return house.owner.get(f"/api/v1/runs/{began['id']}")


def kept(house: House) -> list[bytes]:
    keys = [key for key in house.world.artifacts.keys("") if key.startswith("baselines/")]
    contents = []
    for key in keys:
        with house.world.artifacts.open(key) as file:
            contents.append(file.read())
    return contents


def test_a_good_run_makes_the_baseline_and_a_later_one_is_promoted_by_hand(any_house: House, tmp_path: Path) -> None:
    house = any_house
    visual = {"action": "assert", "visual": {"name": "cart"}}
    journey = house.owner.journey(steps=[{"action": "goto", "url": "/"}, visual])["id"]
    listed, promote = f"/api/v1/journeys/{journey}/baselines", f"/api/v1/journeys/{journey}/baselines/promote"
    assert house.owner.get(listed) == {"baselines": []}
    run(house, journey, tmp_path, b"failing", DIFFERENT)
    elsewhere = house.owner.post("/api/v1/environments", {"name": "x"})["id"]
    run(house, journey, tmp_path, b"elsewhere", None, environment=elsewhere)
    assert kept(house) == []
    run(house, journey, tmp_path, b"first")
    run(house, journey, tmp_path, b"second")
    assert (house.owner.get(listed), kept(house)) == ({"baselines": [KEY]}, [b"first"])
    other = run(house, journey, tmp_path, b"on purpose", DIFFERENT)
    assert house.owner.post(promote, {"run_id": other["id"], "names": ["cart"]}) == {"baselines": [KEY]}
    assert kept(house) == [b"on purpose"]


def test_what_can_not_be_promoted_is_refused_and_nothing_changes(house: House, tmp_path: Path) -> None:
    journey = house.owner.journey()["id"]
    taken, bare = run(house, journey, tmp_path, b"x", DIFFERENT), run(house, journey, tmp_path, None)
    promote = f"/api/v1/journeys/{journey}/baselines/promote"
    refused = house.owner.refused
    assert refused(400, "POST", promote, {"run_id": taken["id"], "names": ["cat"]})["data"]["field"] == "names"
    assert refused(400, "POST", promote, {"run_id": bare["id"]})["data"]["field"] == "run_id"
    refused(404, "POST", promote, {"run_id": "run_nobody"})
    another = house.owner.journey()["id"]
    refused(404, "POST", f"/api/v1/journeys/{another}/baselines/promote", {"run_id": taken["id"]})
    house.stranger().refused(404, "POST", promote, {"run_id": taken["id"]})
    house.key("viewer").refused(403, "POST", promote, {"run_id": taken["id"]})
    assert kept(house) == []
    assert json.dumps(taken["artifacts"]).count("visual") == 1


def test_a_baseline_is_deleted_and_made_anew_by_the_next_good_run(any_house: House, tmp_path: Path) -> None:
    house = any_house
    journey = house.owner.journey(name="Shop")["id"]
    baselines = f"/api/v1/journeys/{journey}/baselines"
    house.world.baseline(journey, "firefox-800x600/cart")
    house.world.baseline(journey, KEY, b"old")
    for who, status in ((house.stranger(), 404), (house.key("viewer"), 403)):
        who.refused(status, "DELETE", f"{baselines}/{KEY}")
    for wrong in ("chromium-1280x720/basket", "webkit-1280x720/cart", "x/..%2F..%2Fcart"):
        house.owner.refused(404, "DELETE", f"{baselines}/{wrong}")
    other = house.owner.journey()["id"]
    house.owner.refused(404, "DELETE", f"/api/v1/journeys/{other}/baselines/{KEY}")
    assert house.owner.get(baselines) == {"baselines": [KEY, "firefox-800x600/cart"]}
    house.world.clock.advance(1)
    assert house.owner.delete(f"{baselines}/{KEY}") == {"id": KEY, "deleted": True}
    assert house.owner.get(baselines) == {"baselines": ["firefox-800x600/cart"]}
    (told,) = house.owner.get("/api/v1/audit-log", per_page=1)
    assert (told["subject"], told["subject_id"], told["action"]) == ("baseline", journey, "deleted")
    assert told["subject_name"] == f"{KEY} of Shop"
    house.owner.refused(404, "DELETE", f"{baselines}/{KEY}")
    run(house, journey, tmp_path, b"new")
    assert sorted(kept(house)) == [b"a picture", b"new"]

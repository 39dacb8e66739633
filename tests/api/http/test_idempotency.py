"""A POST with an ``Idempotency-Key`` is carried out once, and answered as often as it is sent."""

import hashlib
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from api_house import House, error_of
from httpx2 import Response

from outrider_engine.adapters.sql.storage import SqlStorage
from outrider_engine.domain.idempotency import CURRENT, RequestClaim
from outrider_engine.errors import StorageError

MONITORS = "/api/v1/monitors"
KEYS = "/api/v1/api-keys"
BODY = {"name": "shop", "type": "url", "url": "http://127.0.0.1:9/"}


def send(house: House, path: str, body: Any = None, key: str = "k1", **kwargs: Any) -> Response:
    caller = kwargs.pop("caller", house.owner)
    return caller.send("POST", path, body, headers={"Idempotency-Key": key}, **kwargs)  # type: ignore[no-any-return]


def claimed(house: House, body: Any, *, key: str = "k1", path: str = MONITORS) -> RequestClaim:
    """Leave behind what a process leaves that died while it worked."""
    content = json.dumps(body, sort_keys=True).encode()
    digest = hashlib.sha256(b"[]\n" + content).hexdigest()
    claim = RequestClaim(key=key, route=path, body_digest=digest)
    assert house.services.idempotency.claim(claim, house.world.organization) is None
    return claim


def test_the_same_request_twice_makes_one_object_and_gets_the_same_answer(any_house: House) -> None:
    first, second = (send(any_house, MONITORS, BODY) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["X-API-Usage"] == "2"
    assert [monitor["id"] for monitor in any_house.owner.get(MONITORS)] == [first.json()["data"]["id"]]


def test_every_post_knows_it(house: House) -> None:
    monitor = house.owner.monitor(type="scripted")
    journey = house.owner.journey()
    posts = [
        ("/api/v1/journeys", {"name": "path", "base_url": "http://shop", "steps": [{"action": "goto", "url": "/"}]}),
        ("/api/v1/alerts/channels", {"name": "c", "type": "recording"}),
        ("/api/v1/alerts/rules", {"name": "r", "type": "consecutive_failures", "threshold": 1}),
        (f"{MONITORS}/{monitor['id']}/check", None),
        (f"/api/v1/journeys/{journey['id']}/run-now", None),
        (f"/api/agent/journeys/{journey['id']}/trigger", {}),
        (f"{MONITORS}/{monitor['id']}/pause", None),
    ]
    for path, body in posts:
        given = body | {"monitor_id": monitor["id"]} if body and path.endswith("rules") else body
        first, second = (send(house, path, given) for _ in range(2))
        assert first.status_code < 300, first.text
        assert (first.status_code, first.json()) == (second.status_code, second.json())
        assert second.headers["Idempotency-Replayed"] == "true"


def test_a_key_that_is_shown_once_is_shown_again_and_sealed_at_rest(any_house: House, storage: SqlStorage) -> None:
    first, second = (send(any_house, KEYS, {"name": "ci"}) for _ in range(2))
    assert first.json()["data"]["key"] == second.json()["data"]["key"]
    claim = RequestClaim(key="k1", route=KEYS, body_digest="", organization_id=any_house.world.organization)
    with storage.read() as tx:
        known = tx.idempotency.get(claim)
    assert known is not None
    assert known.sealed_answer
    assert first.json()["data"]["key"] not in known.sealed_answer


def test_the_order_and_spacing_of_a_body_make_no_difference(house: House) -> None:
    first = send(house, MONITORS, BODY)
    again = house.owner.send(
        "POST", MONITORS, headers={"Idempotency-Key": "k1"}, content=json.dumps(dict(reversed(BODY.items())), indent=2)
    )
    assert again.json() == first.json()


def test_another_body_is_refused_and_makes_nothing(any_house: House) -> None:
    send(any_house, MONITORS, BODY)
    error = error_of(send(any_house, MONITORS, BODY | {"name": "other"}), 422)
    assert error["code"] == "idempotency_key_reused"
    assert len(any_house.owner.get(MONITORS)) == 1


def test_keys_belong_to_an_organization_and_a_route(house: House) -> None:
    made = send(house, MONITORS, BODY)
    others = send(house, MONITORS, BODY, caller=house.stranger())
    assert made.json()["data"]["id"] != others.json()["data"]["id"]
    assert send(house, KEYS, {"name": "ci"}).status_code == 201


def test_who_may_not_send_a_request_does_not_see_its_answer(house: House) -> None:
    send(house, KEYS, {"name": "ci"})
    error_of(send(house, KEYS, {"name": "ci"}, caller=house.key("member")), 403)
    error_of(send(house, KEYS, {"name": "ci"}, caller=house.caller(None)), 401)


def test_refused_requests_are_not_kept(any_house: House) -> None:
    error_of(send(any_house, MONITORS, BODY | {"url": 5}), 400)
    any_house.owner.post(KEYS, {"name": "taken"})
    error_of(send(any_house, KEYS, {"name": "taken"}), 409)
    assert send(any_house, MONITORS, BODY).status_code == 201
    assert send(any_house, KEYS, {"name": "free"}).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"])
def test_a_wrong_key_is_named(house: House, key: str) -> None:
    assert error_of(send(house, MONITORS, BODY, key=key), 400)["data"]["field"] == "Idempotency-Key"


def test_the_answer_is_kept_for_a_day(any_house: House) -> None:
    first = send(any_house, MONITORS, BODY).json()["data"]["id"]
    any_house.world.clock.advance(24 * 3600 - 1)
    assert send(any_house, MONITORS, BODY).json()["data"]["id"] == first
    assert any_house.services.idempotency.purge() == 0
    any_house.world.clock.advance(1)
    assert send(any_house, MONITORS, BODY | {"name": "later"}).json()["data"]["id"] != first
    any_house.world.clock.advance(24 * 3600)
    assert any_house.services.idempotency.purge() == 1


def test_while_the_first_is_under_way_the_second_is_told_to_wait_and_takes_over_when_it_died(any_house: House) -> None:
    claimed(any_house, BODY)
    response = send(any_house, MONITORS, BODY)
    assert error_of(response, 409)["code"] == "idempotency_in_progress"
    assert response.headers["Retry-After"] == "1"
    any_house.world.clock.advance(60)
    assert send(any_house, MONITORS, BODY).status_code == 201
    assert len(any_house.owner.get(MONITORS)) == 1


def test_a_request_that_lost_its_place_changes_nothing_any_more(any_house: House) -> None:
    slow = claimed(any_house, BODY)
    any_house.world.clock.advance(60)
    made = send(any_house, MONITORS, BODY)
    token = CURRENT.set(slow)
    try:
        with pytest.raises(Exception, match="taken its place"):
            any_house.services.identity.create_organization("late")
    finally:
        CURRENT.reset(token)
    any_house.services.idempotency.release(slow)
    assert send(any_house, MONITORS, BODY).json() == made.json()


def test_what_was_carried_out_before_the_process_died_is_not_done_again(any_house: House) -> None:
    claim = claimed(any_house, BODY)
    token = CURRENT.set(claim)
    any_house.services.identity.create_organization("made just before")
    CURRENT.reset(token)
    any_house.services.idempotency.release(claim)
    any_house.world.clock.advance(60)
    assert "its answer is lost" in error_of(send(any_house, MONITORS, BODY), 409)["error"]
    assert any_house.owner.get(MONITORS) == []


def test_a_change_that_is_rolled_back_leaves_no_mark(any_house: House) -> None:
    claim = claimed(any_house, BODY)
    token = CURRENT.set(claim)
    with pytest.raises(StorageError), any_house.world.storage.begin():
        raise StorageError("away")
    CURRENT.reset(token)
    any_house.services.idempotency.release(claim)
    assert send(any_house, MONITORS, BODY).status_code == 201


def test_many_at_once_make_one_object(any_house: House) -> None:
    key = str(uuid.uuid4())
    with ThreadPoolExecutor(10) as pool:
        responses = list(pool.map(lambda _: send(any_house, MONITORS, BODY, key=key), range(50)))
    assert {response.status_code for response in responses} <= {201, 409}
    assert len({response.json()["data"]["id"] for response in responses if response.status_code == 201}) == 1
    assert len(any_house.owner.get(MONITORS)) == 1


def test_a_body_that_is_too_large_is_refused_as_without_a_key(house: House) -> None:
    response = house.owner.send("POST", MONITORS, headers={"Idempotency-Key": "k1"}, content=b"[" * 5_000_001)
    error_of(response, 413)


def test_a_request_with_another_if_match_is_another_request(house: House) -> None:
    made = house.owner.post("/api/v1/api-keys", {"name": "ci", "role": "viewer"})
    path, once = f"/api/v1/api-keys/{made['id']}/rotate", {"Idempotency-Key": "once"}
    tag = house.owner.send("GET", f"/api/v1/api-keys/{made['id']}").headers["ETag"]
    first = house.owner.send("POST", path, headers=once | {"If-Match": tag})
    again = house.owner.send("POST", path, headers=once | {"If-Match": tag})
    assert (first.status_code, again.status_code, again.text) == (200, 200, first.text)
    for other in ({}, {"If-Match": '"other"'}, {"If-Match": ""}):
        assert house.owner.send("POST", path, headers=once | other).status_code == 422

"""An API process dies in the middle of requests with an ``Idempotency-Key``; whoever repeats them is served."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from api_door import Answer, Door
from cluster import Cluster, wait_until

from outrider_engine.domain.idempotency import HELD_FOR

pytestmark = [pytest.mark.postgres, pytest.mark.redis, pytest.mark.slow, pytest.mark.long]

REQUESTS = 60


def sent(door: Door, number: int) -> Answer:
    body = {"name": f"monitor {number}", "type": "url", "url": "http://127.0.0.1:9/"}
    return door.ask("POST", "/api/v1/monitors", body, {"Idempotency-Key": f"request-{number}"})


def repeated(door: Door, number: int) -> Answer:
    """Send a request until it is not in progress any more; a dead process held it for a while."""
    limit = time.monotonic() + HELD_FOR.total_seconds() + 20
    while "in progress" in str((answer := sent(door, number)).body):
        assert time.monotonic() < limit, answer
        time.sleep(1)
    return answer


def test_what_was_asked_for_is_made_once(cluster: Cluster) -> None:
    doomed, other = cluster.api(), cluster.api()
    with ThreadPoolExecutor(10) as clients:
        asked = [clients.submit(sent, doomed, number) for number in range(REQUESTS)]
        wait_until(lambda: sum(each.done() for each in asked) >= REQUESTS // 4, "the first answers")
        doomed.process.kill()
        first = [each.result() for each in asked]
        again = list(clients.map(repeated, [other] * REQUESTS, range(REQUESTS)))
    assert {answer.status for answer in first} == {201, 0}
    assert all(answer.status == 201 or "its answer is lost" in answer.body["error"] for answer in again)
    assert sum(answer.status != 201 for answer in again) <= 10, "what was lost was on its way when the process died"
    known = {number: answer.body for number, answer in enumerate(first) if answer.status == 201}
    assert {number: again[number].body for number in known} == known
    made = other.ask("GET", "/api/v1/monitors?per_page=100").body["data"]
    assert Counter(monitor["name"] for monitor in made) == {f"monitor {number}": 1 for number in range(REQUESTS)}

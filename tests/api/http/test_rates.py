"""Requests a second are limited for each key."""

from dataclasses import replace

import pytest
from api_house import House, error_of

from outrider_engine.adapters.rates_in_memory import RatesInMemory
from outrider_engine.services.rates import Rates


@pytest.fixture
def slow(house: House) -> House:
    """The application, with two reads and one write a second for each key."""
    rates = Rates(RatesInMemory(house.world.clock.monotonic), reads=1, writes=0.5)
    house.serve(replace(house.services, rates=rates))
    return house


def test_beyond_the_rate_requests_are_refused_until_a_moment_later(slow: House) -> None:
    answers = [slow.owner.send("GET", "/api/v1/monitors") for _ in range(3)]
    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert answers[0].headers["X-RateLimit-Limit"] == answers[0].headers["RateLimit-Limit"] == "2"
    error = error_of(answers[2], 429)
    assert error["code"] == "rate_limited"
    assert answers[2].headers["Retry-After"] == "1"
    assert "X-API-Usage" not in answers[2].headers
    slow.world.clock.advance(1)
    assert slow.owner.send("GET", "/api/v1/monitors").headers["X-API-Usage"] == "3"


def test_writes_and_other_keys_have_buckets_of_their_own(slow: House) -> None:
    for _ in range(2):
        slow.owner.get("/api/v1/monitors")
    slow.owner.monitor(type="scripted")
    slow.owner.refused(429, "POST", "/api/v1/monitors", {"name": "m", "type": "scripted"})
    slow.key("viewer").get("/api/v1/monitors")


def test_without_limits_there_is_nothing_to_tell(house: House) -> None:
    assert "RateLimit-Limit" not in house.owner.send("GET", "/api/v1/monitors").headers

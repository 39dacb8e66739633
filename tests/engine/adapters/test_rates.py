"""Buckets: the same in memory and in Redis."""

import os

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from outrider_engine.adapters import rates_in_memory
from outrider_engine.adapters.queue.redis_rates import RedisRates
from outrider_engine.adapters.rates_in_memory import RatesInMemory
from outrider_engine.domain.rates import Rate
from outrider_engine.testing import FixedClock

SLOW = Rate(per_second=0.01, burst_s=300)


def test_as_many_as_the_bucket_holds_may_come_at_once_and_more_as_time_passes() -> None:
    clock = FixedClock()
    rates = RatesInMemory(clock.monotonic)
    rate = Rate(per_second=2, burst_s=2)
    found = [rates.take("a", rate) for _ in range(5)]
    assert [one.remaining for one in found] == [3, 2, 1, 0, 0]
    assert [one.retry_after_s for one in found] == [None, None, None, None, 1]
    assert found[3].full_after_s == 2
    assert rates.take("b", rate).remaining == 3
    clock.advance(0.5)
    assert rates.take("a", rate).retry_after_s is None
    assert rates.take("a", rate).retry_after_s == 1
    clock.advance(60)
    assert rates.take("a", rate).remaining == 3


def test_what_is_given_back_can_be_taken_again_and_no_more() -> None:
    rates = RatesInMemory(FixedClock().monotonic)
    rate = Rate(per_second=1, burst_s=2)
    assert [rates.take("a", rate).remaining for _ in range(2)] == [1, 0]
    rates.give_back("a", rate)
    assert [rates.take("a", rate).retry_after_s for _ in range(2)] == [None, 1]
    for _ in range(5):
        rates.give_back("a", rate)
    rates.give_back("b", rate)
    assert [rates.take(name, rate).remaining for name in "ab"] == [1, 1]


def test_buckets_that_are_full_again_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates_in_memory, "MOST_BUCKETS", 2)
    clock = FixedClock()
    rates = RatesInMemory(clock.monotonic)
    for name in "ab":
        rates.take(name, Rate(1))
    clock.advance(60)
    rates.take("c", Rate(1))
    assert list(rates._buckets) == ["c"]


def test_processes_share_their_buckets_in_redis(redis_url: str) -> None:
    name = f"shared-{os.getpid()}"
    one, other = (RedisRates(redis.Redis.from_url(redis_url)) for _ in range(2))
    assert [limiter.take(name, SLOW).remaining for limiter in (one, other, one)] == [2, 1, 0]
    refused = other.take(name, SLOW)
    assert refused.retry_after_s is not None
    assert 90 <= refused.retry_after_s <= 100
    one.give_back(name, SLOW)
    assert [other.take(name, SLOW).retry_after_s is None for _ in range(2)] == [True, False]
    for _ in range(5):
        other.give_back(name, SLOW)
    assert one.take(name, SLOW).remaining == 2


def test_while_redis_is_away_nobody_is_refused() -> None:
    away = RedisRates(redis.Redis(port=1, socket_connect_timeout=0.2, retry=Retry(NoBackoff(), 0)))
    assert [away.take("a", SLOW).retry_after_s for _ in range(4)] == [None] * 4
    away.give_back("a", SLOW)

"""Buckets that all processes share, in Redis."""

from typing import Any

import redis
import structlog

from outrider_engine.domain.rates import Allowance, Rate, allowance

log = structlog.get_logger(__name__)

_TAKE = """
local now = redis.call('TIME')
local at = tonumber(now[1]) + tonumber(now[2]) / 1000000
local rate, capacity, taken = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(kept[1]) or capacity
tokens = math.min(capacity, tokens + math.max(0, at - (tonumber(kept[2]) or at)) * rate)
local left = tokens
if tokens >= taken then left = math.min(capacity, tokens - taken) end
redis.call('HSET', KEYS[1], 'tokens', tostring(left), 'at', tostring(at))
redis.call('PEXPIRE', KEYS[1], math.ceil(capacity / rate * 1000) + 1000)
return tostring(tokens)
"""


class RedisRates:
    """Implements ``RateLimiter`` on Redis's own clock. While Redis is away, nobody is refused."""

    def __init__(self, client: "redis.Redis") -> None:
        self._take: Any = client.register_script(_TAKE)

    def take(self, name: str, rate: Rate) -> Allowance:
        """Take one request from a bucket."""
        return allowance(rate, self._change(name, rate, 1))[0]

    def give_back(self, name: str, rate: Rate) -> None:
        """Put back a request that was taken from a bucket."""
        self._change(name, rate, -1)

    def _change(self, name: str, rate: Rate, taken: int) -> float:
        """Take from a bucket what it has; returns what was in it before."""
        try:
            kept = self._take(keys=[f"outrider:rate:{name}"], args=[rate.per_second, rate.capacity, taken])
        except redis.RedisError as error:
            log.warning("rates are not limited, Redis is away", error=str(error))
            return float(rate.capacity)
        return float(kept)

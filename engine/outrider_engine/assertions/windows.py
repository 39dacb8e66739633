"""Assertions over a window of runs: what share of them was how quick. They are judged apart, when a run is stored."""

import math
import re
from collections.abc import Sequence
from datetime import timedelta

from outrider_engine.domain.assertions import Assertion, AssertionResult, Source
from outrider_engine.errors import InvalidInput

from .operators import holds

DEFAULT_WINDOW_MINUTES = 10
_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,2})?)")


def is_windowed(assertion: Assertion) -> bool:
    """Whether an assertion is about several runs."""
    return assertion.source is Source.LATENCY


def window_of(assertion: Assertion) -> timedelta:
    """Return how far an assertion looks back."""
    minutes = assertion.options.get("window_minutes", DEFAULT_WINDOW_MINUTES)
    assert isinstance(minutes, int)
    return timedelta(minutes=minutes)


def share_of(selector: str) -> float:
    """Return the share that a percentile stands for: 0.95 for ``p95``.

    Raises:
        InvalidInput: it is none.
    """
    found = _PERCENTILE.fullmatch(selector)
    if found is None or not 0 < float(found[1]) < 100:
        raise InvalidInput("must be a percentile between p0 and p100", field="selector", allowed=["p50", "p95", "p99"])
    return float(found[1]) / 100


def judge_window(assertion: Assertion, durations_ms: Sequence[float]) -> AssertionResult:
    """Judge an assertion about the durations of at least one run, the newest among them.

    The percentile is the nearest rank: the smallest duration that the share of all runs did not exceed.
    """
    rank = math.ceil(share_of(assertion.selector or "") * len(durations_ms))
    actual = round(sorted(durations_ms)[max(rank, 1) - 1], 1)
    minutes = window_of(assertion).total_seconds() / 60
    wish = f"{assertion.operator.value.replace('_', ' ')} {assertion.expected}"
    message = (
        f"latency {assertion.selector}: expected {wish}, got {actual:g} ({len(durations_ms)} runs in {minutes:g} min)"
    )
    passed = holds(assertion.operator, actual, assertion.expected)
    return AssertionResult(assertion, passed=passed, actual=actual, message=message)

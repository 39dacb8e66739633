"""Checks for batches, and what comes of their runs."""

from typing import Any

from api_house import House
from engine_world import PASSED

from outrider_engine.domain.checks import QUEUE_BROWSER, QUEUE_LIGHT
from outrider_engine.domain.observations import Failure, Observation
from outrider_engine.domain.verdicts import Reason, Verdict

BATCHES = "/api/agent/batches"


def failing(verdict: Verdict, reason: Reason, message: str) -> Observation:
    """Return an observation that failed so."""
    return Observation(duration_ms=5.0, failure=Failure(verdict, reason, message))


WRONG = failing(Verdict.ERROR, Reason.UNKNOWN_VARIABLE, "unknown variable {{A}}")
OURS = failing(Verdict.ERROR, Reason.INTERNAL, "the engine failed")
SLOW = failing(Verdict.DEGRADED, Reason.SLOW, "took 5 s")
LATE = failing(Verdict.TIMED_OUT, Reason.TIMEOUT, "not done after 30 s")


def scripted(house: House, name: str, *tags: str, **fields: Any) -> Any:
    """Make a check of the scripted type."""
    house.world.clock.advance(0.001)
    return house.owner.monitor(name=name, type="scripted", tags=list(tags), **fields)


def started(house: House, *tags: str, **fields: Any) -> Any:
    """Start a batch of some tags."""
    house.world.clock.advance(0.001)
    return house.owner.post(BATCHES, {"tags": list(tags), **fields})


def finish(house: House, seen: dict[str, Observation] | None = None, *, limit: int = 100) -> int:
    """Finish runs that wait, as is said for the names of their checks; else they pass. Returns how many there were."""
    claims = [claim for queue in (QUEUE_LIGHT, QUEUE_BROWSER) for claim in house.world.claims().take(queue, limit)]
    for claim in claims:
        house.world.finish(claim, (seen or {}).get(claim.check.definition.name, PASSED))
    return len(claims)

"""What ``heartbeat`` says about itself; the engine takes its pings and notices their absence."""

from datetime import timedelta

from outrider_engine.domain.assertions import Assertion
from outrider_engine.domain.checks import Family, Lane

from .settings import HeartbeatSettings


class HeartbeatCheckType:
    """Waits for pings."""

    kind = "heartbeat"
    title = "Heartbeat"
    family = Family.MONITOR
    lane = Lane.PASSIVE
    settings = HeartbeatSettings
    default_assertions: tuple[Assertion, ...] = ()

    def runnable_problem(self, settings: HeartbeatSettings) -> str | None:
        """Return why it can't be run: it is told, it does not ask."""
        return "a heartbeat is not run: the job that it watches pings it"

    def allowed_silence(self, settings: HeartbeatSettings) -> timedelta:
        """Return how long after a ping the next one may be awaited."""
        return timedelta(seconds=settings.period + settings.grace)

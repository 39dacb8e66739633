"""How ``api`` observes: step after step through the engine's guarded client, as one visitor with cookies."""

import uuid
from collections.abc import Callable

from outrider_engine.contracts import LightContext
from outrider_engine.domain.assertions import Assertion
from outrider_engine.domain.checks import Family, Lane
from outrider_engine.domain.observations import Observation

from .built_in import built_in
from .settings import ApiSettings
from .walking import Walk


class ApiCheckType:
    """Makes the requests of all steps; ``make_uuid`` is where its randomness comes from."""

    kind = "api"
    title = "API"
    family = Family.API_MONITOR
    lane = Lane.ASYNC
    settings = ApiSettings
    default_assertions: tuple[Assertion, ...] = ()

    def __init__(self, make_uuid: Callable[[], uuid.UUID] = uuid.uuid4) -> None:
        self._make_uuid = make_uuid

    def runnable_problem(self, settings: ApiSettings) -> str | None:
        """Return nothing: what is valid can run."""
        return None

    async def observe(self, settings: ApiSettings, context: LightContext) -> Observation:
        """Walk through the steps once."""
        values = built_in(context.clock.now(), self._make_uuid)
        walk = Walk(settings, context, values, boundary=f"outrider-{self._make_uuid().hex}")
        return await walk.observed()

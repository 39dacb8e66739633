"""``/api/v1/events``: what happens, as it happens."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

import structlog
from fastapi import Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from outrider_api.http.documented import ERRORS
from outrider_api.http.feeding import EventFeed
from outrider_api.http.routing import Routes
from outrider_api.http.security import Watcher, caller_of
from outrider_api.http.services import Ask
from outrider_api.http.wire.events import (
    Wanted,
    read_position,
    read_types,
    refuse_unreadable,
    show_event,
    show_place,
    show_reset,
)
from outrider_engine.domain.events import Event, Position
from outrider_engine.domain.identity import ApiKey
from outrider_engine.errors import StorageError, Unauthenticated
from outrider_engine.services.events import EventLog

log = structlog.get_logger(__name__)

router = Routes(prefix="/api/v1/events", tags=["Events"], responses=ERRORS)

HEARTBEAT_S = 15.0
"""Seconds after which a comment shows that a quiet stream is alive, and after which the key is looked at again."""
MOST_CHECKS = 100

_Types = Annotated[
    list[str],
    Query(description="Only these: `run.queued`, `run.started`, `run.step`, `run.finished`, `alert.opened`, …"),
]
_Checks = Annotated[list[str], Query(max_length=MOST_CHECKS, description="Only what is about these checks.")]
_After = Annotated[str | None, Query(description="Begin after the event of this id; the last hour is kept.")]
_Last = Annotated[str | None, Header(alias="Last-Event-ID", description="The same, as browsers send it.")]
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events, for as long as the connection is open. `reset` says that some are not kept any more.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


@router.get("", operation_id="streamEvents", response_class=StreamingResponse, responses=_STREAM)
async def stream_events(  # noqa: PLR0917 - FastAPI calls it by name
    request: Request,
    key: Watcher,
    services: Ask,
    types: _Types = [],  # noqa: B006 - FastAPI copies it
    check_id: _Checks = [],  # noqa: B006
    after: _After = None,
    last_event_id: _Last = None,
) -> StreamingResponse:
    """Follow runs, their steps, alerts and incidents as server-sent events, from now on or from an earlier event."""
    wanted = Wanted(read_types(types), frozenset(check_id))
    refuse_unreadable(key, wanted.types)
    given, field = (last_event_id, "Last-Event-ID") if last_event_id else (after, "after")
    asked = None if given is None else read_position(given, field)
    for id in wanted.check_ids:
        await asyncio.to_thread(services.checks.get, key.organization_id, id)
    begin = None if asked is None else await asyncio.to_thread(services.events.resumed, asked)
    is_gap = asked is not None and begin is None
    if begin is None:
        begin = await asyncio.to_thread(services.events.newest)
    feed: EventFeed = request.app.state.event_feed
    stream = _Stream(feed, lambda: caller_of(request, services), key, wanted, services.events)
    feed.enter(key.organization_id)
    return _Streaming(stream.parts(begin, is_gap=is_gap), stream)


@dataclass(slots=True)
class _Stream:
    """What one client is sent."""

    feed: EventFeed
    again: Callable[[], ApiKey]
    """Recognises the caller once more."""
    key: ApiKey
    wanted: Wanted
    events: EventLog

    async def parts(self, position: Position, *, is_gap: bool) -> AsyncIterator[bytes]:
        """Return what is sent, part by part, until the server stops or the key ends."""
        position = _here(position)
        yield show_reset(position) if is_gap else show_place(position)
        loop = asyncio.get_running_loop()
        looked_at = loop.time()
        try:
            while not self.feed.is_stopped:
                batches = await self.feed.after(self.key.organization_id, position, HEARTBEAT_S)
                events = [event for batch in batches for event in batch.events() if event.position > position]
                shown = await self._within([event for event in events if self.wanted.has(event, self.key)])
                part = b"".join(show_event(event) for event in shown)
                if batches:
                    position = batches[-1].position
                if loop.time() - looked_at >= HEARTBEAT_S:
                    looked_at = loop.time()
                    key = await asyncio.to_thread(self.again)
                    if key.organization_id != self.key.organization_id:
                        return  # whoever is signed in has gone on elsewhere
                    self.key = key
                    part += show_place(_here(position))
                if part:
                    yield part
        except (Unauthenticated, StorageError) as error:
            log.info("an event stream ends", organization=self.key.organization_id, why=str(error))

    async def _within(self, events: Sequence[Event]) -> Sequence[Event]:
        """Return the events of the project to which the key is bound; all when it is bound to none."""
        bound_to = self.key.project_id
        if bound_to is None or not events:
            return events
        return await asyncio.to_thread(self.events.in_project, self.key.organization_id, bound_to, events)


class _Streaming(StreamingResponse):
    """Sends a stream, and counts its reader out when it is over, however it ends."""

    media_type = "text/event-stream"

    def __init__(self, parts: AsyncIterator[bytes], stream: _Stream) -> None:
        super().__init__(parts)
        self._stream = stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._stream.feed.leave(self._stream.key.organization_id)


def _here(position: Position) -> Position:
    """Return a position at which a client is now."""
    return replace(position, at_s=int(time.time()))

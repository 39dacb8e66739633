"""What happens on a server, as it happens."""

import json
import time
from collections.abc import Callable, Iterator, Sequence

from .errors import Refused, Unreachable
from .objects import Event
from .transport import Query, Transport

EVENTS = "/api/v1/events"
_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 30.0

Away = Callable[[Refused | Unreachable], None]


class Events:
    """The stream of events, which goes on where it was after a lost connection."""

    def __init__(self, transport: Transport, sleep: Callable[[float], None] = time.sleep) -> None:
        self._transport = transport
        self._sleep = sleep

    def follow(
        self,
        *,
        types: Sequence[str] = (),
        check_ids: Sequence[str] = (),
        after: str | None = None,
        when_away: Away | None = None,
    ) -> Iterator[Event]:
        """Walk through what happens, without an end.

        Args:
            types: only events of these types.
            check_ids: only what is about these checks.
            after: begin after the event of this id; else with what happens from now on.
            when_away: told once each time that the server is lost; it is waited for.

        Raises:
            Refused: the server does not let us.
            Unreachable: the server can't be reached at first.
        """
        query: Query = {"types": ",".join(types) or None, "check_id": list(check_ids)}
        last, pause_s, was_there = after, _PAUSE_S, False
        while True:
            try:
                for field in self._transport.stream(EVENTS, query=query, last_event_id=last):
                    last, pause_s, was_there = field.get("id", last), _PAUSE_S, True
                    if "data" in field:
                        yield Event.of(json.loads(field["data"]))
                problem: Refused | Unreachable = Unreachable(f"{self._transport.server} ended the stream")
            except (Refused, Unreachable) as error:
                if not was_there or (isinstance(error, Refused) and error.is_ours):
                    raise
                problem = error
            if when_away is not None and pause_s == _PAUSE_S:
                when_away(problem)
            self._sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

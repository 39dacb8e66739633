"""Events as clients read them: server-sent events, one JSON object each."""

import json
from collections.abc import Collection
from dataclasses import dataclass

from outrider_api.http.security import SUBJECT_OF
from outrider_engine.domain.events import Event, EventType, Position
from outrider_engine.domain.identity import ApiKey, Permission
from outrider_engine.errors import Forbidden, InvalidInput

from .alerting import family_of
from .moments import shown

_SUBJECTS = {"alert": "alerts", "incident": "incidents"}
"""To which scopes events belong that are not about runs, by the beginning of their types."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events a stream shows: of these types and checks (all, when there are none), as far as the key may read."""

    types: frozenset[str]
    check_ids: frozenset[str]

    def has(self, event: Event, key: ApiKey) -> bool:
        """Tell whether an event is shown to the holder of a key."""
        return (
            (not self.types or event.type in self.types)
            and (not self.check_ids or not self.check_ids.isdisjoint(_checks_of(event)))
            and key.may(Permission.READ, _subject_of(event))
        )


def read_types(given: Collection[str]) -> frozenset[str]:
    """Return the types that are meant; several may stand in one text, with commas between them.

    Raises:
        InvalidInput: there is no such type.
    """
    named = frozenset(name.strip() for text in given for name in text.split(","))
    for name in named:
        if name not in list(EventType):
            raise InvalidInput(f"there is no type {name!r}", field="types", allowed=list(EventType), given=name)
    return named


def read_position(text: str, field: str) -> Position:
    """Return the position that an id of an event means.

    Raises:
        InvalidInput: it is none.
    """
    try:
        return Position.read(text)
    except ValueError:
        raise InvalidInput("is not the id of an event", field=field) from None


def refuse_unreadable(key: ApiKey, types: Collection[str]) -> None:
    """Refuse a key that may read nothing of what is asked for.

    Raises:
        Forbidden: it may not.
    """
    asked = types or list(EventType)
    subjects = {subject for type in asked for subject in _subjects_of(type)}
    if not any(key.may(Permission.READ, subject) for subject in subjects):
        raise Forbidden(f"this key may not read {' or '.join(sorted(subjects))}")


def show_event(event: Event) -> bytes:
    """Return an event as it is sent."""
    data = {"id": str(event.position), "type": event.type, "at": shown(event.at), **event.facts}
    return f"id: {event.position}\nevent: {event.type}\ndata: {json.dumps(data)}\n\n".encode()


def show_place(position: Position) -> bytes:
    """Return a comment with the id from which to go on, also for a client that has seen no event yet."""
    return f": here\nid: {position}\n\n".encode()


def show_reset(position: Position) -> bytes:
    """Return the event that tells a client to read the lists again, since it was away for too long."""
    data = {"id": str(position), "type": "reset", "reason": "what happened meanwhile is not kept; read it again"}
    return f"id: {position}\nevent: reset\ndata: {json.dumps(data)}\n\n".encode()


def _subject_of(event: Event) -> str:
    kind = event.type.partition(".")[0]
    return _SUBJECTS[kind] if kind in _SUBJECTS else SUBJECT_OF[family_of(event.check_id or "")]


def _subjects_of(type: str) -> set[str]:
    kind = type.partition(".")[0]
    return {_SUBJECTS[kind]} if kind in _SUBJECTS else set(SUBJECT_OF.values())


def _checks_of(event: Event) -> set[str]:
    """Return the checks that an event is about: an incident may be about several."""
    several = event.facts.get("check_ids")
    found = {str(id) for id in several} if isinstance(several, list) else set()
    return found | ({event.check_id} if event.check_id is not None else set())

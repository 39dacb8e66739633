"""What has just happened, for those who watch: runs, steps, alerts, incidents, in the order of commits."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .json_values import JsonObject

KEPT = timedelta(hours=1)
"""How long events can be asked for; whoever was away for longer reads the lists again."""

LAST = 2**53
"""Beyond every number in a position."""

_POSITION = re.compile(r"(\d{1,16})\.(\d{1,16})\.(\d{1,16})\.(\d{1,11})")


class EventType(StrEnum):
    """What can happen."""

    RUN_QUEUED = "run.queued"
    RUN_STARTED = "run.started"
    RUN_STEP = "run.step"
    RUN_FINISHED = "run.finished"
    ALERT_OPENED = "alert.opened"
    ALERT_ACKNOWLEDGED = "alert.acknowledged"
    ALERT_ESCALATED = "alert.escalated"
    ALERT_RESOLVED = "alert.resolved"
    INCIDENT_CREATED = "incident.created"
    INCIDENT_UPDATED = "incident.updated"
    INCIDENT_RESOLVED = "incident.resolved"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in the order of events: after an event, or after a whole batch of them (``index`` is ``LAST``).

    Transactions that run at the same time commit in any order. Batches therefore lie in the order of their
    transactions' numbers, and only those are read below which nothing can be committed any more.

    Attributes:
        transaction: number of the transaction on PostgreSQL, 0 on SQLite, where they follow one another.
        batch: number of the batch.
        index: the event's place in its batch.
        at_s: Unix time of the event, by which a position that is too old is recognised.
    """

    transaction: int
    batch: int
    index: int = LAST
    at_s: int = 0

    def __str__(self) -> str:
        return f"{self.transaction}.{self.batch}.{self.index}.{self.at_s}"

    @classmethod
    def read(cls, text: str) -> "Position":
        """Return the position that a text means.

        Raises:
            ValueError: it means none.
        """
        found = _POSITION.fullmatch(text)
        if found is None:
            raise ValueError("not the id of an event")
        return cls(*(int(part) for part in found.groups()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened. ``check_id`` is of the check that it is about, ``None`` when it is about none."""

    position: Position
    organization_id: str
    at: datetime
    type: str
    check_id: str | None
    facts: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBatch:
    """What one transaction did in one organization."""

    position: Position
    organization_id: str
    at: datetime
    entries: Sequence[JsonObject]

    def events(self) -> Sequence[Event]:
        """Return the events, in their order."""
        return [
            Event(
                position=Position(self.position.transaction, self.position.batch, index, int(self.at.timestamp())),
                organization_id=self.organization_id,
                at=self.at,
                type=str(entry["type"]),
                check_id=None if entry.get("check_id") is None else str(entry["check_id"]),
                facts={name: value for name, value in entry.items() if name != "type"},
            )
            for index, entry in enumerate(self.entries)
        ]

"""Messages to people: what is told, and when a failed delivery is tried again."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .alerts import AlertEvent
from .json_values import JsonObject

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(hours=24)


class DeliveryState(StrEnum):
    """Where a notification is: waiting (also between tries), being sent, or over."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a notifier is asked to tell.

    Attributes:
        id: stable over all tries; receivers drop what they have seen.
        data: the facts, as JSON: ``alert``, ``check`` and ``run``, or ``incident``, or ``release``; ``organization``.
    """

    id: str
    event: AlertEvent
    title: str
    text: str
    occurred_at: datetime
    data: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """A row of the outbox: one message for one channel.

    Attributes:
        alert_id: the alert, or the incident, that it is about: what is about one of them is told in its order.
        place: where within a channel that is a connection; ``None``: where its settings say.
    """

    id: str
    organization_id: str
    channel_id: str
    alert_id: str | None
    message: Message
    state: DeliveryState
    attempts: int
    next_attempt_at: datetime
    created_at: datetime
    last_error: str | None = None
    place: str | None = None


def retry_at(
    attempts: int, created_at: datetime, now: datetime, asked_s: float | None, jitter: float
) -> datetime | None:
    """Return when to try again after ``attempts`` failures; ``None`` when 24 h of trying are over.

    Exponential back-off with full jitter (``jitter`` is uniform in 0..1) between half and all of the pause; a
    receiver's ``Retry-After`` (``asked_s``) is respected when it is longer.
    """
    pause = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    pause = pause / 2 + pause / 2 * jitter
    if asked_s is not None:
        pause = max(pause, timedelta(seconds=asked_s))
    moment = now + pause
    return moment if moment - created_at <= GIVE_UP_AFTER else None


def retry_by_schedule(
    attempts: int, now: datetime, asked_s: float | None, pauses: Sequence[timedelta]
) -> datetime | None:
    """Return when to try again after ``attempts`` failures by a promised schedule; ``None`` when that is over."""
    if attempts > len(pauses):
        return None
    return now + max(pauses[attempts - 1], timedelta(seconds=asked_s or 0))


def uniform_jitter() -> float:
    """Return the jitter of production."""
    return random.random()  # noqa: S311 - spreads load, guards nothing

"""Notifications on their way, in the database."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, insert, or_, select, update

from outrider_engine.domain.alerts import AlertEvent
from outrider_engine.domain.notifications import DeliveryState, Message, Notification

from .schema import notifications, unsettled
from .session import Session

_UNCLAIMED = {"claim_token": None, "lease_until": None}


class SqlOutbox:
    """Implements ``OutboxRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, new: Sequence[Notification]) -> None:
        """Store notifications to be sent, in the order in which they are to be told."""
        if new:
            self._session.run(insert(notifications), [_values(notification) for notification in new])

    def claim(self, *, token: str, limit: int, lease: timedelta, now: datetime) -> Sequence[Notification]:
        """Take notifications that are due (or whose lease ran out) and raise their attempts.

        One that follows an unsettled one of the same alert and channel is left until that is sent or dead.
        """
        table = notifications
        earlier = table.alias("earlier")
        blocked = select(earlier.c.id).where(
            earlier.c.alert_id == table.c.alert_id,
            earlier.c.channel_id == table.c.channel_id,
            earlier.c.position < table.c.position,
            unsettled(earlier),
        )
        due = select(table.c.position).where(
            unsettled(table),
            table.c.next_attempt_at <= now,
            or_(table.c.lease_until.is_(None), table.c.lease_until <= now),
            ~blocked.exists(),
        )
        ordered = due.order_by(table.c.next_attempt_at, table.c.position).limit(limit)
        picked = self._session.locked(ordered, skip_locked=True).cte("picked")
        taken = (
            update(table)
            .where(table.c.position.in_(select(picked.c.position)))
            .values(
                state=DeliveryState.SENDING.value,
                claim_token=token,
                lease_until=now + lease,
                attempts=table.c.attempts + 1,
            )
            .returning(table)
        )
        rows = sorted(self._session.all(taken), key=lambda row: row.position)
        return [_notification_of(row) for row in rows]

    def sent(self, id: str, token: str, now: datetime) -> bool:
        """Settle a notification as sent; ``False`` when the claim was lost."""
        return self._settle(id, token, state=DeliveryState.SENT, settled_at=now, last_error=None)

    def failed(self, id: str, token: str, error: str, next_attempt_at: datetime | None) -> bool:
        """Plan the next try of a notification, or settle it as dead (``None``)."""
        if next_attempt_at is None:
            return self._settle(id, token, state=DeliveryState.DEAD, settled_at=self._session.now, last_error=error)
        return self._settle(id, token, state=DeliveryState.PENDING, next_attempt_at=next_attempt_at, last_error=error)

    def release(self, token: str) -> int:
        """Give back what was claimed and not tried, without charging the attempt."""
        back = {"state": DeliveryState.PENDING.value, "attempts": notifications.c.attempts - 1, **_UNCLAIMED}
        mine = (unsettled(notifications), notifications.c.claim_token == token)
        return self._session.changes(update(notifications).where(*mine).values(**back))

    def list(self, organization_id: str, *, alert_id: str | None = None, limit: int = 100) -> Sequence[Notification]:
        """Return notifications, newest first."""
        wanted = select(notifications).where(notifications.c.organization_id == organization_id)
        if alert_id is not None:
            wanted = wanted.where(notifications.c.alert_id == alert_id)
        rows = self._session.all(wanted.order_by(notifications.c.position.desc()).limit(limit))
        return [_notification_of(row) for row in rows]

    def next_due_at(self) -> datetime | None:
        """Return when the next notification is to be tried, or should have been; ``None`` when none is unsettled."""
        next_one = select(func.min(notifications.c.next_attempt_at).label("next")).where(unsettled(notifications))
        row = self._session.first(next_one)
        return row.next if row else None

    def oldest_due_at(self, now: datetime) -> datetime | None:
        """Return since when the longest-due unsettled notification has been due."""
        due = select(func.min(notifications.c.next_attempt_at).label("oldest"))
        row = self._session.first(due.where(unsettled(notifications), notifications.c.next_attempt_at <= now))
        return row.oldest if row else None

    def _settle(self, id: str, token: str, *, state: DeliveryState, **values: Any) -> bool:
        mine = (
            notifications.c.id == id,
            notifications.c.state == DeliveryState.SENDING.value,
            notifications.c.claim_token == token,
        )
        change = update(notifications).where(*mine).values(state=state.value, **values, **_UNCLAIMED)
        return self._session.changes(change) == 1


def _values(notification: Notification) -> dict[str, Any]:
    message = notification.message
    return {
        "id": notification.id,
        "message_id": message.id,
        "organization_id": notification.organization_id,
        "channel_id": notification.channel_id,
        "place": notification.place,
        "alert_id": notification.alert_id,
        "event": message.event.value,
        "title": message.title,
        "text": message.text,
        "occurred_at": message.occurred_at,
        "data": message.data,
        "state": notification.state.value,
        "attempts": notification.attempts,
        "next_attempt_at": notification.next_attempt_at,
        "created_at": notification.created_at,
        "last_error": notification.last_error,
    }


def _notification_of(row: Row[Any]) -> Notification:
    return Notification(
        id=row.id,
        organization_id=row.organization_id,
        channel_id=row.channel_id,
        alert_id=row.alert_id,
        message=Message(
            id=row.message_id,
            event=AlertEvent(row.event),
            title=row.title,
            text=row.text,
            occurred_at=row.occurred_at,
            data=row.data,
        ),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        created_at=row.created_at,
        last_error=row.last_error,
        place=row.place,
    )

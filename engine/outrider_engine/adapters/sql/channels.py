"""Channels in the database."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, Select, delete, insert, or_, select, update

from outrider_engine.domain.alerts import Channel, Occasion
from outrider_engine.domain.notifications import DeliveryState
from outrider_engine.ports.alert_repository import ChannelQuery

from .listing import listed
from .schema import CONNECTED, SUBSCRIBED, channels, notifications, unsettled, where
from .session import Session


class SqlChannels:
    """Implements ``ChannelRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, channel: Channel, sealed_secrets: str | None) -> None:
        """Store a new channel."""
        self._session.run(insert(channels).values(**_channel_values(channel), sealed_secrets=sealed_secrets))

    def get(self, organization_id: str, id: str, *, lock: bool = False) -> Channel | None:
        """Return a channel; with ``lock``, nobody else changes it before this transaction ends."""
        wanted = _one(organization_id, id)
        row = self._session.first(self._session.locked(wanted) if lock else wanted)
        return None if row is None else _channel_of(row)

    def sealed_secrets(self, organization_id: str, id: str) -> str | None:
        """Return the sealed secret settings of a channel."""
        row = self._session.first(_one(organization_id, id))
        return None if row is None else row.sealed_secrets

    def existing(self, organization_id: str, ids: Collection[str]) -> set[str]:
        """Return those of ``ids`` that are channels of the organization."""
        if not ids:
            return set()
        mine = select(channels.c.id).where(channels.c.organization_id == organization_id, channels.c.id.in_(ids))
        return {row.id for row in self._session.all(mine)}

    def list(self, organization_id: str, query: ChannelQuery) -> tuple[Sequence[Channel], int]:
        """Return one page of channels, and how many there are on all pages."""
        wanted = select(channels).where(channels.c.organization_id == organization_id)
        if query.enabled is not None:
            wanted = wanted.where(channels.c.enabled == query.enabled)
        rows, total = self._session.page(listed(wanted, channels, query), query.page, query.per_page)
        return [_channel_of(row) for row in rows], total

    def concerned(self, organization_id: str, ids: Collection[str]) -> Sequence[Channel]:
        """Return the channels with these ids, and all that subscribed to events, oldest first."""
        either = or_(where(SUBSCRIBED), channels.c.id.in_(ids))
        mine = select(channels).where(channels.c.organization_id == organization_id, either)
        return [_channel_of(row) for row in self._session.all(mine.order_by(channels.c.id))]

    def connection(self, organization_id: str, type: str) -> Channel | None:
        """Return the oldest channel of a type that is a connection and switched on."""
        mine = (channels.c.organization_id == organization_id, where(CONNECTED), channels.c.type == type)
        row = self._session.first(select(channels).where(*mine, channels.c.enabled).order_by(channels.c.id).limit(1))
        return None if row is None else _channel_of(row)

    def replace(self, channel: Channel, sealed_secrets: str | None) -> bool:
        """Store a changed channel; ``False`` when there was none."""
        mine = (channels.c.organization_id == channel.organization_id, channels.c.id == channel.id)
        values = _channel_values(channel) | {"sealed_secrets": sealed_secrets}
        return self._session.changes(update(channels).where(*mine).values(**values)) == 1

    def delete(self, organization_id: str, id: str) -> bool:
        """Delete a channel and take it out of all rules; what waits for it in the outbox ends dead."""
        mine = (channels.c.organization_id == organization_id, channels.c.id == id)
        if self._session.changes(delete(channels).where(*mine)) == 0:
            return False
        waiting = (notifications.c.organization_id == organization_id, notifications.c.channel_id == id)
        ended = {
            "state": DeliveryState.DEAD.value,
            "settled_at": self._session.now,
            "last_error": "the channel was deleted",
            "claim_token": None,
            "lease_until": None,
        }
        self._session.run(update(notifications).where(*waiting, unsettled(notifications)).values(**ended))
        return True


def _one(organization_id: str, id: str) -> Select[Any]:
    return select(channels).where(channels.c.organization_id == organization_id, channels.c.id == id)


def _channel_values(channel: Channel) -> dict[str, Any]:
    return {
        "id": channel.id,
        "organization_id": channel.organization_id,
        "name": channel.name,
        "type": channel.type,
        "config": channel.config,
        "enabled": channel.enabled,
        "created_at": channel.created_at,
        "events": " ".join(channel.events) or None,
        "notify_on": None if channel.notify_on == tuple(Occasion) else " ".join(channel.notify_on),
        "is_connection": channel.is_connection or None,
    }


def _channel_of(row: Row[Any]) -> Channel:
    return Channel(
        id=row.id,
        organization_id=row.organization_id,
        name=row.name,
        type=row.type,
        config=row.config,
        enabled=row.enabled,
        created_at=row.created_at,
        events=tuple(row.events.split()) if row.events else (),
        notify_on=tuple(Occasion(each) for each in row.notify_on.split()) if row.notify_on else tuple(Occasion),
        is_connection=bool(row.is_connection),
    )

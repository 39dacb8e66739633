"""Who is told of an event: the channels that a rule names, and those that subscribed to such events."""

from collections.abc import Iterable

from outrider_engine.domain.notifications import Message, Notification
from outrider_engine.domain.subscriptions import subscribed_as
from outrider_engine.ports.storage import Transaction

from . import messages


def notices(
    tx: Transaction, message: Message, *, organization_id: str, channel_ids: Iterable[str], alert_id: str | None
) -> list[Notification]:
    """Return what the outbox needs to tell ``message`` to everybody whom it concerns.

    A channel that has subscribed to events hears of those and of nothing else, so a rule that names it as well does
    not tell it twice.
    """
    named = list(channel_ids)
    concerned = {channel.id: channel for channel in tx.channels.concerned(organization_id, named)}
    hearing = {id: channel for id, channel in concerned.items() if channel.hears_of(message.event)}
    event = subscribed_as(message.event)
    by_rule = [id for id in named if id in hearing and not hearing[id].events]
    by_event = [id for id, channel in hearing.items() if channel.enabled and event in channel.events]
    return messages.notifications(
        message,
        organization_id=organization_id,
        channel_ids=[*by_rule, *by_event],
        alert_id=alert_id,
        now=tx.now,
    )

"""Who is told of an event: the channels that a rule names, and those that subscribed to such events."""

from collections.abc import Iterable
from dataclasses import replace

from outrider_engine.domain.notifications import Message, Notification
from outrider_engine.domain.subscriptions import subscribed_as
from outrider_engine.ports.storage import Transaction

from . import messages

SLACK = "slack"
"""The type of channels through which alert policies reach Slack."""


def notices(
    tx: Transaction,
    message: Message,
    *,
    organization_id: str,
    channel_ids: Iterable[str],
    alert_id: str | None,
    slack_channel: str | None = None,
) -> list[Notification]:
    """Return what the outbox needs to tell ``message`` to everybody whom it concerns.

    A channel that has subscribed to events hears of those and of nothing else, so a rule that names it as well does
    not tell it twice. A ``slack_channel`` is told through the organization's connection to Slack, if it has one.
    """
    named = list(channel_ids)
    concerned = {channel.id: channel for channel in tx.channels.concerned(organization_id, named)}
    hearing = {id: channel for id, channel in concerned.items() if channel.hears_of(message.event)}
    event = subscribed_as(message.event)
    by_rule = [id for id in named if id in hearing and not hearing[id].events]
    by_event = [id for id, channel in hearing.items() if channel.enabled and event in channel.events]
    told = messages.notifications(
        message,
        organization_id=organization_id,
        channel_ids=[*by_rule, *by_event],
        alert_id=alert_id,
        now=tx.now,
    )
    connection = tx.channels.connection(organization_id, SLACK) if slack_channel is not None else None
    if connection is not None and connection.hears_of(message.event):
        there = messages.notifications(
            message, organization_id=organization_id, channel_ids=[connection.id], alert_id=alert_id, now=tx.now
        )
        told += [replace(each, place=slack_channel) for each in there]
    return told

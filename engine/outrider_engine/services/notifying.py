"""Sending what is in the outbox: claimed by lease, delivered by plugins, repeated for a day, never out of order."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from outrider_engine.contracts.notifier import NotifyContext, Repeats
from outrider_engine.domain.notifications import Notification, retry_at, retry_by_schedule, uniform_jitter
from outrider_engine.errors import ConfigurationError, EgressDenied, InvalidInput, NotifyError
from outrider_engine.plugin_manager import Plugins
from outrider_engine.ports.clock import Clock
from outrider_engine.ports.http import HttpClient
from outrider_engine.ports.mail import Mailer
from outrider_engine.ports.secrets import SecretBox
from outrider_engine.ports.storage import Storage, Transaction

from . import channel_settings
from .claiming import new_token
from .quiet import Quiet

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
TIMEOUT_S = 10.0
"""Seconds that a receiver has for one delivery."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A claimed notification; ``target`` is what it is sent with, or why there is nothing."""

    notification: Notification
    token: str
    target: channel_settings.Ready | NotifyError

    def said(self, refusal: NotifyError) -> str:
        """Return why it was not accepted, without the secrets that were filled in."""
        text = str(refusal)
        return text if isinstance(self.target, NotifyError) else self.target.redactor.text(text)


class Notifying:
    """Moves notifications from the outbox to people."""

    def __init__(
        self,
        *,
        storage: Storage,
        plugins: Plugins,
        secrets: SecretBox,
        clock: Clock,
        jitter: Callable[[], float] = uniform_jitter,
        public_url: str | None = None,
        mailer: Mailer | None = None,
    ) -> None:
        self._storage = storage
        self._plugins = plugins
        self._secrets = secrets
        self._clock = clock
        self._jitter = jitter
        self._public_url = public_url
        self._mailer = mailer
        self._quiet = Quiet(storage)

    def claim(self, limit: int) -> list[Delivery]:
        """Take what is due; blocks on the database."""
        if self._quiet.lasts():
            return []
        token = new_token()
        with self._storage.begin() as tx:
            claimed = tx.outbox.claim(token=token, limit=limit, lease=LEASE, now=tx.now)
            deliveries = [Delivery(each, token, self._target(tx, each)) for each in claimed]
            until = None if claimed else tx.outbox.next_due_at()
        self._quiet.found(bool(claimed), until=until)
        return deliveries

    async def deliver(self, delivery: Delivery, http: HttpClient) -> NotifyError | None:
        """Send one message on the running event loop; returns why it was not accepted, ``None`` when it was."""
        try:
            await asyncio.wait_for(self._send(delivery, http), TIMEOUT_S + 1)
        except NotifyError as error:
            return error
        except TimeoutError:
            return NotifyError(f"no answer within {TIMEOUT_S:g} s", permanent=False)
        except (EgressDenied, InvalidInput) as error:
            return NotifyError(str(error), permanent=True)
        except Exception as error:  # noqa: BLE001 - a stranger's plugin may raise anything
            log.error("notifier raised", notification=delivery.notification.id, error=type(error).__name__)
            return NotifyError(f"the notifier raised {type(error).__name__}", permanent=False)
        return None

    async def _send(self, delivery: Delivery, http: HttpClient) -> None:
        if isinstance(delivery.target, NotifyError):
            raise delivery.target
        ready = delivery.target
        context = NotifyContext(
            clock=self._clock,
            http=http,
            timeout_s=TIMEOUT_S,
            public_url=self._public_url,
            mailer=self._mailer,
            place=delivery.notification.place,
        )
        await ready.notifier.deliver(delivery.notification.message, ready.settings, context)

    def settle(self, delivery: Delivery, refusal: NotifyError | None) -> None:
        """Record how a delivery ended, and when to try again."""
        notification = delivery.notification
        with self._storage.begin() as tx:
            if refusal is None:
                tx.outbox.sent(notification.id, delivery.token, tx.now)
                return
            again = None
            if not refusal.permanent:
                again = self._retry_at(delivery, refusal.retry_after_s, tx.now)
            is_mine = tx.outbox.failed(notification.id, delivery.token, delivery.said(refusal), again)
            if is_mine and again is None and notification.place is not None and notification.alert_id is not None:
                why = f"not delivered to {notification.place}: {delivery.said(refusal)}"
                tx.alerts.undelivered(notification.organization_id, notification.alert_id, why)
        log.warning(
            "notification not delivered",
            notification=notification.id,
            channel=notification.channel_id,
            attempt=notification.attempts,
            error=delivery.said(refusal),
            gives_up=again is None,
        )

    def _retry_at(self, delivery: Delivery, asked_s: float | None, now: datetime) -> datetime | None:
        notification = delivery.notification
        if not isinstance(delivery.target, NotifyError):
            notifier = delivery.target.notifier
            pauses = notifier.pauses(delivery.target.settings) if isinstance(notifier, Repeats) else None
            if pauses is not None:
                return retry_by_schedule(notification.attempts, now, asked_s, pauses)
        return retry_at(notification.attempts, notification.created_at, now, asked_s, self._jitter())

    def give_back(self, token: str) -> None:
        """Return what was claimed and not tried."""
        with self._storage.begin() as tx:
            tx.outbox.release(token)

    def _target(self, tx: Transaction, notification: Notification) -> channel_settings.Ready | NotifyError:
        channel = tx.channels.get(notification.organization_id, notification.channel_id)
        if channel is None or not channel.enabled:
            return NotifyError("the channel was deleted or switched off", permanent=True)
        notifier = self._plugins.notifiers.get(channel.type)
        if notifier is None:
            return NotifyError(f"the notifier {channel.type!r} is not installed", permanent=False)
        try:
            return channel_settings.ready(tx, notifier, channel, self._secrets)
        except NotifyError as error:
            return error
        except ConfigurationError as error:
            return NotifyError(str(error), permanent=False)

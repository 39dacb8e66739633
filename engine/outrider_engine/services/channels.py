"""Channels: whom to tell, kept with their secrets sealed, and tried out on demand."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace

import structlog
from pydantic import BaseModel

from outrider_engine.contracts.notifier import Connects, NotifyContext, SendsMail, Subscribes
from outrider_engine.domain.alerts import Channel, Occasion
from outrider_engine.domain.audit import Action
from outrider_engine.domain.ids import new_id
from outrider_engine.domain.json_values import JsonObject
from outrider_engine.errors import ConfigurationError, Conflict, EgressDenied, InvalidInput, NotFound, NotifyError
from outrider_engine.plugin_manager import Plugins
from outrider_engine.ports.alert_repository import ChannelQuery
from outrider_engine.ports.clock import Clock
from outrider_engine.ports.http import HttpClient
from outrider_engine.ports.mail import Mailer
from outrider_engine.ports.secrets import SecretBox
from outrider_engine.ports.storage import Storage, Transaction

from . import channel_settings, messages
from .auditing import record
from .expecting import Expecting, anything
from .notifying import TIMEOUT_S
from .validation import refuse_unstorable

log = structlog.get_logger(__name__)

LONGEST_NAME = 200

OpenHttp = Callable[[], AbstractAsyncContextManager[HttpClient]]
"""Opens a guarded HTTP client on the running event loop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelMade:
    """A new channel; ``generated`` are secrets that its notifier made, to be shown this once.

    Attributes:
        warnings: what keeps it from telling anybody yet.
    """

    channel: Channel
    generated: Mapping[str, str] = field(repr=False)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TestDelivery:
    """How a test message fared."""

    delivered: bool
    status_code: int | None = None
    error: str | None = None


class ChannelService:
    """Channels of one organization."""

    def __init__(
        self,
        *,
        storage: Storage,
        plugins: Plugins,
        secrets: SecretBox,
        clock: Clock,
        open_http: OpenHttp,
        public_url: str | None = None,
        mailer: Mailer | None = None,
    ) -> None:
        self._storage = storage
        self._notifiers = plugins.notifiers
        self._secrets = secrets
        self._clock = clock
        self._open_http = open_http
        self._public_url = public_url
        self._mailer = mailer

    def kinds(self) -> dict[str, JsonObject]:
        """Return the installed notifiers with the JSON Schema of their settings."""
        return {kind: found.settings.model_json_schema() for kind, found in sorted(self._notifiers.items())}

    def create(
        self,
        organization_id: str,
        *,
        name: str,
        type: str,
        config: JsonObject,
        enabled: bool = True,
        notify_on: Sequence[Occasion] = tuple(Occasion),
    ) -> ChannelMade:
        """Store a new channel.

        Raises:
            InvalidInput: a field is wrong; nothing is stored.
        """
        _validate_name(name)
        with self._storage.begin() as tx:
            settings = self._settings(tx, organization_id, type, config)
            shown, secrets = channel_settings.split(settings, config)
            channel = Channel(
                id=new_id("channel", tx.now),
                organization_id=organization_id,
                name=name,
                type=type,
                config=shown,
                enabled=enabled,
                created_at=tx.now,
                events=self._events(type, settings),
                is_connection=self._is_connection(type, settings),
                notify_on=_occasions(notify_on),
            )
            tx.channels.add(channel, channel_settings.seal(secrets, self._secrets))
            record(tx, organization_id, Action.CREATED, "channel", channel.id, after=channel)
        return ChannelMade(
            channel=channel,
            generated={name: text for name, text in secrets.items() if name not in config},
            warnings=self._warnings(type),
        )

    def update(
        self,
        organization_id: str,
        id: str,
        *,
        name: str | None = None,
        config: JsonObject | None = None,
        enabled: bool | None = None,
        notify_on: Sequence[Occasion] | None = None,
        expecting: Expecting[Channel] = anything,
    ) -> Channel:
        """Change some fields of a channel; settings that are not in ``config`` stay, secret ones too.

        Raises:
            NotFound: there is no such channel.
            InvalidInput: a field is wrong; nothing is changed.
            PreconditionFailed: it is not what the caller expects.
        """
        with self._storage.begin() as tx:
            before = channel = tx.channels.get(organization_id, id, lock=True)
            if before is None or channel is None:
                raise NotFound("channel", id)
            expecting(before)
            secrets_changed = False
            sealed = tx.channels.sealed_secrets(organization_id, id)
            if name is not None:
                _validate_name(name)
                channel = replace(channel, name=name)
            if config is not None:
                known = json.loads(self._secrets.open(sealed)) if sealed else {}
                written: JsonObject = {**channel.config, **known, **config}
                settings = self._settings(tx, organization_id, channel.type, written)
                shown, secrets = channel_settings.split(settings, written)
                channel = replace(
                    channel,
                    config=shown,
                    events=self._events(channel.type, settings),
                    is_connection=self._is_connection(channel.type, settings),
                )
                sealed = channel_settings.seal(secrets, self._secrets)
                secrets_changed = secrets != known
            if enabled is not None:
                channel = replace(channel, enabled=enabled)
            if notify_on is not None:
                channel = replace(channel, notify_on=_occasions(notify_on))
            tx.channels.replace(channel, sealed)
            record(
                tx,
                *(organization_id, Action.UPDATED, "channel", id),
                before=before,
                after=channel,
                secrets_changed=secrets_changed,
            )
        return channel

    def get(self, organization_id: str, id: str) -> Channel:
        """Return a channel.

        Raises:
            NotFound: there is none of that id.
        """
        with self._storage.read() as tx:
            channel = tx.channels.get(organization_id, id)
        if channel is None:
            raise NotFound("channel", id)
        return channel

    def list(self, organization_id: str, query: ChannelQuery) -> tuple[Sequence[Channel], int]:
        """Return one page of channels, and how many there are on all pages."""
        with self._storage.read() as tx:
            return tx.channels.list(organization_id, query)

    def delete(self, organization_id: str, id: str, *, expecting: Expecting[Channel] = anything) -> None:
        """Delete a channel and take it out of all rules.

        Raises:
            NotFound: there is none of that id.
        """
        with self._storage.begin() as tx:
            channel = tx.channels.get(organization_id, id, lock=True)
            if channel is None:
                raise NotFound("channel", id)
            expecting(channel)
            tx.channels.delete(organization_id, id)
            record(tx, organization_id, Action.DELETED, "channel", id, before=channel)

    async def test(self, organization_id: str, id: str) -> TestDelivery:
        """Send a test message at once, past the outbox; what goes wrong is in the answer.

        Raises:
            NotFound: there is none of that id.
        """
        channel, ready = await asyncio.to_thread(self._ready, organization_id, id)
        if isinstance(ready, str):
            return TestDelivery(delivered=False, error=ready)
        hidden = ready.redactor.text
        try:
            return await asyncio.wait_for(self._delivered(ready, channel), TIMEOUT_S + 1)
        except NotifyError as error:
            return TestDelivery(delivered=False, status_code=error.status_code, error=hidden(str(error)))
        except TimeoutError:
            return TestDelivery(delivered=False, error=f"no answer within {TIMEOUT_S:g} s")
        except (EgressDenied, InvalidInput) as error:
            return TestDelivery(delivered=False, error=hidden(str(error)))
        except Exception as error:
            log.exception("notifier raised", channel=id, notifier=channel.type)
            return TestDelivery(delivered=False, error=f"the notifier raised {type(error).__name__}")

    async def _delivered(self, ready: channel_settings.Ready, channel: Channel) -> TestDelivery:
        message = messages.channel_test(channel, self._clock.now())
        async with self._open_http() as http:
            context = NotifyContext(
                clock=self._clock, http=http, timeout_s=TIMEOUT_S, public_url=self._public_url, mailer=self._mailer
            )
            delivery = await ready.notifier.deliver(message, ready.settings, context)
        return TestDelivery(delivered=True, status_code=delivery.status_code)

    def _ready(self, organization_id: str, id: str) -> tuple[Channel, channel_settings.Ready | str]:
        """Return a channel and what it is told with, or why it can't be told anything."""
        with self._storage.read() as tx:
            channel = tx.channels.get(organization_id, id)
            if channel is None:
                raise NotFound("channel", id)
            notifier = self._notifiers.get(channel.type)
            if notifier is None:
                return channel, f"the notifier {channel.type!r} is not installed"
            try:
                return channel, channel_settings.ready(tx, notifier, channel, self._secrets)
            except (NotifyError, ConfigurationError) as error:
                return channel, str(error)

    def rotate_secret(self, organization_id: str, id: str) -> ChannelMade:
        """Replace the secrets that the notifier makes by new ones; the old ones are void at once.

        Raises:
            NotFound: there is no such channel.
            Conflict: channels of its type have no such secret.
        """
        with self._storage.begin() as tx:
            channel = tx.channels.get(organization_id, id, lock=True)
            if channel is None:
                raise NotFound("channel", id)
            notifier = self._notifiers.get(channel.type)
            names = channel_settings.made_secrets(notifier) if notifier is not None else ()
            if not names:
                raise Conflict(f"a channel of the type {channel.type!r} has no secret that could be made anew")
            sealed = tx.channels.sealed_secrets(organization_id, id)
            known = json.loads(self._secrets.open(sealed)) if sealed else {}
            kept = {name: text for name, text in known.items() if name not in names}
            written: JsonObject = {**channel.config, **kept}
            _, secrets = channel_settings.split(self._settings(tx, organization_id, channel.type, written), written)
            tx.channels.replace(channel, channel_settings.seal(secrets, self._secrets))
            record(
                tx,
                organization_id,
                Action.ROTATED,
                "channel",
                id,
                before=channel,
                after=channel,
                secrets_changed=True,
            )
        return ChannelMade(
            channel=channel,
            generated={name: secrets[name] for name in names},
            warnings=self._warnings(channel.type),
        )

    def _events(self, type: str, settings: BaseModel) -> tuple[str, ...]:
        notifier = self._notifiers[type]
        return tuple(notifier.subscriptions(settings)) if isinstance(notifier, Subscribes) else ()

    def _is_connection(self, type: str, settings: BaseModel) -> bool:
        notifier = self._notifiers[type]
        return isinstance(notifier, Connects) and notifier.connects(settings)

    def _warnings(self, type: str) -> tuple[str, ...]:
        found = self._notifiers[type]
        if self._mailer is None and isinstance(found, SendsMail) and found.needs_mail:
            return ("no mail server is set up: until the operator sets OUTRIDER_SMTP_URL, nothing is sent",)
        return ()

    def _settings(self, tx: Transaction, organization_id: str, type: str, config: JsonObject) -> BaseModel:
        notifier = self._notifiers.get(type)
        if notifier is None:
            raise InvalidInput(
                f"no notifier of that name: {type!r}", field="type", allowed=sorted(self._notifiers), given=type
            )
        refuse_unstorable(config, "config")
        return channel_settings.accepted(tx, organization_id, notifier, config, self._secrets)


def _occasions(asked: Sequence[Occasion]) -> tuple[Occasion, ...]:
    if not asked:
        raise InvalidInput("at least one is needed; switch the channel off instead", field="notify_on")
    return tuple(each for each in Occasion if each in asked)


def _validate_name(name: str) -> None:
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        raise InvalidInput(f"must have 1 to {LONGEST_NAME} characters", field="name")
    refuse_unstorable(name, "name")

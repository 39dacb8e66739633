"""Notifiers: how to tell people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol, TypeVar, runtime_checkable

from pydantic import BaseModel

from outrider_engine.domain.notifications import Message
from outrider_engine.ports.clock import Clock
from outrider_engine.ports.http import HttpClient
from outrider_engine.ports.mail import Mailer

SettingsT = TypeVar("SettingsT", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyContext:
    """What the engine hands to one delivery. Every connection goes through ``http``.

    Attributes:
        mailer: sends mail; ``None`` when the operator has set up no mail server.
        public_url: where people open this installation, without a slash at its end; ``None`` when nobody said.
        place: where within a connection the message goes (see ``Connects``); ``None``: where its settings say.
    """

    clock: Clock
    http: HttpClient
    timeout_s: float = 10.0
    public_url: str | None = None
    mailer: Mailer | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message that was accepted; ``status_code`` is the receiver's, when it speaks HTTP."""

    status_code: int | None = None


class Notifier(Protocol[SettingsT]):
    """Delivers messages to one kind of channel.

    Attributes:
        kind: the name that channels give as their type.
        settings: model of what a channel of this kind needs; it forbids extra fields. Fields of type ``SecretStr`` are
            stored encrypted and never shown; one that the model makes itself is shown once, when it is made.
    """

    kind: str
    title: str
    settings: type[SettingsT]

    async def deliver(self, message: Message, settings: SettingsT, context: NotifyContext) -> Delivery:
        """Deliver one message once. The engine repeats after failures, always with the same ``message.id``.

        Raises:
            NotifyError: it was not delivered; ``permanent`` says whether trying again is of use.
        """


@runtime_checkable
class SendsMail(Protocol):
    """What a notifier adds when it is of no use without a mail server; its channels are made with a warning then."""

    needs_mail: bool


@runtime_checkable
class Subscribes(Protocol):
    """What a notifier adds when its channels may hear of events of the whole organization, without any rule."""

    def subscriptions(self, settings: Any) -> Sequence[str]:
        """Return the names of the events that a channel of these settings wants; none: rules decide."""


@runtime_checkable
class Connects(Protocol):
    """What a notifier adds when some of its channels are connections: they lead to many places, which checks name."""

    def connects(self, settings: Any) -> bool:
        """Whether a channel of these settings is a connection."""


@runtime_checkable
class Repeats(Protocol):
    """What a notifier adds when it promises other pauses between tries than the engine's own."""

    def pauses(self, settings: Any) -> Sequence[timedelta] | None:
        """Return the pause after each failed try, the last of which ends it; ``None`` for the engine's own."""

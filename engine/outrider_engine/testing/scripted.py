"""Check types, notifiers and plugins that do what a test tells them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from outrider_engine.contracts import Delivery, LightContext, NotifyContext
from outrider_engine.domain.assertions import Assertion
from outrider_engine.domain.checks import Family, Lane
from outrider_engine.domain.notifications import Message
from outrider_engine.domain.observations import Observation
from outrider_engine.errors import NotifyError
from outrider_engine.hookspecs import hookimpl
from outrider_engine.plugin_manager import Plugins, load_plugins


class ScriptedSettings(BaseModel):
    """Settings of a scripted check: a name, so that a script can tell checks apart."""

    model_config = ConfigDict(extra="forbid")

    target: str = Field(default="anything", description="What the script tells apart.")


class ScriptedCheckType:
    """A light check type whose observations are scripted: by a list, the last one repeated, or by a function."""

    title = "Scripted"
    family = Family.MONITOR
    lane = Lane.ASYNC
    settings = ScriptedSettings
    default_assertions: tuple[Assertion, ...] = ()

    def __init__(
        self,
        script: Sequence[Observation] | Callable[[ScriptedSettings, LightContext], Observation] = (),
        *,
        kind: str = "scripted",
    ) -> None:
        self.kind = kind
        self.observed: list[str] = []
        self._script = script

    def runnable_problem(self, settings: ScriptedSettings) -> str | None:
        """Return nothing: it can always run."""
        return None

    async def observe(self, settings: ScriptedSettings, context: LightContext) -> Observation:
        """Return the next observation of the script."""
        self.observed.append(settings.target)
        if callable(self._script):
            return self._script(settings, context)
        if not self._script:
            return Observation(duration_ms=1.0)
        return self._script[min(len(self.observed), len(self._script)) - 1]


class RecordingNotifier:
    """A notifier that keeps what it is given, and refuses as often as it is told to."""

    title = "Recording"
    settings = ScriptedSettings

    def __init__(self, *, kind: str = "recording", refusals: Iterable[NotifyError] = ()) -> None:
        self.kind = kind
        self.delivered: list[Message] = []
        self.tries = 0
        self._refusals = list(refusals)

    async def deliver(self, message: Message, settings: ScriptedSettings, context: NotifyContext) -> Delivery:
        """Keep the message, or raise the next refusal."""
        self.tries += 1
        if self._refusals:
            raise self._refusals.pop(0)
        self.delivered.append(message)
        return Delivery(status_code=200)


class OfferingPlugin:
    """A plugin made of given check types and notifiers."""

    def __init__(self, *, check_types: Iterable[Any] = (), notifiers: Iterable[Any] = ()) -> None:
        self._check_types = tuple(check_types)
        self._notifiers = tuple(notifiers)

    @hookimpl
    def outrider_register_check_types(self) -> Iterable[Any]:
        """Return the given check types."""
        return self._check_types

    @hookimpl
    def outrider_register_notifiers(self) -> Iterable[Any]:
        """Return the given notifiers."""
        return self._notifiers


def plugins_with(*, check_types: Iterable[Any] = (), notifiers: Iterable[Any] = (), discover: bool = False) -> Plugins:
    """Return plugins that offer the given check types and notifiers; with ``discover``, the installed ones too."""
    offering = OfferingPlugin(check_types=check_types, notifiers=notifiers)
    return load_plugins(extra=[("testing", offering)], discover=discover)

"""The plugins: found by entry point, validated at start, and reached through one typed facade."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any

import pluggy
from pydantic import BaseModel

from . import hookspecs
from .contracts.check_type import AnyCheckType
from .contracts.notifier import Notifier
from .domain.checks import QUEUE_LIGHT
from .errors import DuplicateKind, PluginError

PLUGIN_GROUP = "outrider"
HOOKSPEC_GROUP = "outrider.hookspecs"
KIND = re.compile(r"[a-z][a-z0-9_]*")
"""What kinds of check types and notifiers look like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledPlugin:
    """A plugin that was found. ``problem`` tells why it is not in use."""

    name: str
    module: str
    distribution: str
    version: str
    hooks: tuple[str, ...]
    problem: str | None = None


class Plugins:
    """Everything that plugins add; the only place that touches pluggy."""

    def __init__(self, manager: pluggy.PluginManager, installed: Sequence[InstalledPlugin] = ()) -> None:
        self._manager = manager
        self.installed = tuple(installed)
        self.check_types: dict[str, AnyCheckType] = self._kinds(
            "check type", self._offered("outrider_register_check_types", extensions=self), "observe"
        )
        self.notifiers: dict[str, Notifier[Any]] = self._kinds(
            "notifier", self._offered("outrider_register_notifiers"), "deliver"
        )

    def queue_of(self, kind: str) -> str:
        """Return the queue of a check type's runs; those of a type that is not installed end soon, on the light one."""
        check_type = self.check_types.get(kind)
        return check_type.lane.queue if check_type is not None else QUEUE_LIGHT

    def offers(self, hook: str) -> Sequence[tuple[str, Any]]:
        """Return (plugin name, its answer) for every plugin that implements a register hook."""
        if not hook.startswith("outrider_register_") or not hasattr(self._manager.hook, hook):
            raise PluginError(f"no register hook is called {hook!r}")
        return self._offered(hook)

    def told(self, hook: str) -> Sequence[tuple[str, Callable[..., None], tuple[str, ...]]]:
        """Return (plugin name, implementation, names of its arguments) of a told hook, in order of registration."""
        caller = getattr(self._manager.hook, hook)
        return [(i.plugin_name, i.function, tuple(i.argnames)) for i in caller.get_hookimpls()]

    def _offered(self, hook: str, **arguments: Any) -> list[tuple[str, Any]]:
        offers = []
        for implementation in getattr(self._manager.hook, hook).get_hookimpls():
            given = {name: arguments[name] for name in implementation.argnames}
            try:
                offers.append((implementation.plugin_name, implementation.function(**given)))
            except PluginError:
                raise
            except Exception as error:
                raise PluginError(f"plugin {implementation.plugin_name!r} failed in {hook}: {error}") from error
        return offers

    def _kinds(self, thing: str, offers: Iterable[tuple[str, Any]], method: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        owner: dict[str, str] = {}
        for plugin, offer in offers:
            for item in offer:
                kind = _validated_kind(thing, plugin, item, method)
                if kind in found:
                    raise DuplicateKind(thing, kind, owner[kind], plugin)
                found[kind] = item
                owner[kind] = plugin
        return found


def load_plugins(
    *, blocked: Collection[str] = (), extra: Iterable[tuple[str, object]] = (), discover: bool = True
) -> Plugins:
    """Find, import and validate all plugins.

    Args:
        blocked: names of plugins that are not to be loaded (``OUTRIDER_BLOCKED_PLUGINS``).
        extra: (name, plugin) pairs to register besides those found, for the test kit.
        discover: whether to look for installed plugins at all.

    Raises:
        PluginError: a plugin can't be imported, misspells a hook or breaks a contract; the message names it.
    """
    manager = pluggy.PluginManager("outrider")
    manager.add_hookspecs(hookspecs)
    for point in _points(HOOKSPEC_GROUP) if discover else ():
        manager.add_hookspecs(_imported(point))
    installed = [_registered(manager, point, blocked) for point in (_points(PLUGIN_GROUP) if discover else ())]
    for name, plugin in extra:
        _register(manager, plugin, name)
    return Plugins(manager, installed)


def _points(group: str) -> list[EntryPoint]:
    return sorted(entry_points(group=group), key=lambda point: point.name)


def _imported(point: EntryPoint) -> ModuleType:
    try:
        module: ModuleType = point.load()
    except Exception as error:
        raise PluginError(f"plugin {point.name!r} ({point.value}) can't be imported: {error}") from error
    return module


def _registered(manager: pluggy.PluginManager, point: EntryPoint, blocked: Collection[str]) -> InstalledPlugin:
    distribution = point.dist
    name, version = (distribution.name, distribution.version) if distribution else ("?", "?")
    hooks: tuple[str, ...] = ()
    if point.name not in blocked:
        plugin = _imported(point)
        _register(manager, plugin, point.name)
        hooks = tuple(caller.name for caller in manager.get_hookcallers(plugin) or ())
    return InstalledPlugin(
        name=point.name,
        module=point.value,
        distribution=name,
        version=version,
        hooks=hooks,
        problem="blocked by OUTRIDER_BLOCKED_PLUGINS" if point.name in blocked else None,
    )


def _register(manager: pluggy.PluginManager, plugin: object, name: str) -> None:
    try:
        manager.register(plugin, name)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise PluginError(f"plugin {name!r} does not fit its hooks: {error}") from error
    except ValueError as error:
        raise PluginError(f"two plugins are called {name!r}") from error


def _validated_kind(thing: str, plugin: str, item: Any, method: str) -> str:
    kind = getattr(item, "kind", None)
    if not isinstance(kind, str) or not KIND.fullmatch(kind):
        raise PluginError(
            f"plugin {plugin!r} offers a {thing} with the kind {kind!r}: letters, digits and _ are allowed"
        )
    model = getattr(item, "settings", None)
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        raise PluginError(f"the {thing} {kind!r} of plugin {plugin!r} has no settings model")
    if not callable(getattr(item, method, None)):
        raise PluginError(f"the {thing} {kind!r} of plugin {plugin!r} has no method {method}")
    return kind

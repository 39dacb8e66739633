"""The plugins: found by entry point, validated at start, and reached through one typed facade."""

import inspect
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any

import pluggy
import structlog
from pydantic import BaseModel

from . import hookspecs
from .contracts.billing import BillingProvider
from .contracts.check_type import AnyCheckType
from .contracts.extensions import Offered
from .contracts.notifier import Notifier
from .domain.assertions import Assertion
from .domain.checks import QUEUE_LIGHT, Family, Lane
from .errors import PluginError

log = structlog.get_logger(__name__)

PLUGIN_GROUP = "outrider"
HOOKSPEC_GROUP = "outrider.hookspecs"
KIND = re.compile(r"[a-z][a-z0-9_]*")
"""What kinds of check types and notifiers look like."""

_HOOK_PREFIX = "outrider_"
_REGISTER_PREFIX = "outrider_register_"


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

    def __init__(
        self, manager: pluggy.PluginManager, installed: Sequence[InstalledPlugin] = (), *, runs_code: bool = True
    ) -> None:
        self._manager = manager
        self._runs_code = runs_code
        self.installed = tuple(installed)
        offered = self._offered("outrider_register_check_types", extensions=self)
        self.check_types: dict[str, AnyCheckType] = _by_kind("check type", offered, _check_type_problem)
        self._in_processes = {plugin for plugin, types in offered if any(each.lane is Lane.PROCESS for each in types)}
        self.notifiers: dict[str, Notifier[Any]] = _by_kind(
            "notifier", self._offered("outrider_register_notifiers"), _notifier_problem
        )
        self.billing_providers: dict[str, BillingProvider] = _by_kind(
            "billing provider", self._offered("outrider_register_billing_providers"), _provider_problem
        )

    def queue_of(self, kind: str) -> str:
        """Return the queue of a check type's runs; those of a type that is not installed end soon, on the light one."""
        check_type = self.check_types.get(kind)
        return check_type.lane.queue if check_type is not None else QUEUE_LIGHT

    def refusal(self, kind: str) -> str | None:
        """Return why this server runs no checks of an installed type, ``None`` when it does."""
        check_type = self.check_types.get(kind)
        if self._runs_code or check_type is None or not getattr(check_type, "runs_code", False):
            return None
        return f"checks of the type {kind} run code of their authors, which is off on this server (OUTRIDER_SUITES)"

    def idle_in_runners(self) -> list[str]:
        """Return the names of the plugins that runner processes can do without, by name.

        Runners execute the check types of the lane ``process``, with what plugins add to these by hooks that are
        specified elsewhere (step actions). All other hooks are called in the engine's own process.
        """
        own = {name for name in vars(hookspecs) if name.startswith(_HOOK_PREFIX)}
        return [
            plugin.name
            for plugin in self.installed
            if plugin.problem is None and plugin.name not in self._in_processes and own.issuperset(plugin.hooks)
        ]

    def offers(self, hook: str) -> Sequence[tuple[str, Any]]:
        """Return (plugin name, its answer) for every plugin that implements a register hook."""
        if not hook.startswith(_REGISTER_PREFIX):
            raise PluginError(f"{hook!r} is not the name of a register hook")
        return self._offered(hook)

    def told(self, hook: str) -> Sequence[tuple[str, Callable[..., Any], tuple[str, ...]]]:
        """Return (plugin name, implementation, names of its arguments) of a told hook, in order of registration.

        Raises:
            PluginError: no hook of that name is specified.
        """
        return [(i.plugin_name, i.function, tuple(i.argnames)) for i in self._caller(hook).get_hookimpls()]

    def _caller(self, hook: str) -> pluggy.HookCaller:
        caller: pluggy.HookCaller | None = getattr(self._manager.hook, hook, None)
        if caller is None:
            raise PluginError(f"no hook is called {hook!r}")
        return caller

    def _offered(self, hook: str, **arguments: Any) -> list[tuple[str, Sequence[Any]]]:
        offers: list[tuple[str, Sequence[Any]]] = []
        for implementation in self._caller(hook).get_hookimpls():
            plugin = implementation.plugin_name
            try:
                answer: Any = implementation.function(*(arguments[name] for name in implementation.argnames))
                offers.append((plugin, tuple(answer)))
            except PluginError:
                raise
            except Exception as error:
                raise PluginError(f"plugin {plugin!r} failed in {hook}: {type(error).__name__}: {error}") from error
        return offers


def load_plugins(
    *,
    blocked: Collection[str] = (),
    extra: Iterable[tuple[str, object]] = (),
    discover: bool = True,
    runs_code: bool = True,
) -> Plugins:
    """Find, import and validate all plugins.

    Args:
        blocked: names of plugins that are not to be loaded (``OUTRIDER_BLOCKED_PLUGINS``).
        extra: (name, plugin) pairs to register besides those found, for the test kit.
        discover: whether to look for installed plugins at all.
        runs_code: whether check types that run code of a check's author may be used (``OUTRIDER_SUITES``).

    Raises:
        PluginError: a plugin can't be imported, misspells a hook or breaks a contract; the message names it.
    """
    manager = pluggy.PluginManager("outrider")
    manager.add_hookspecs(hookspecs)
    for point in _points(HOOKSPEC_GROUP) if discover else ():
        manager.add_hookspecs(_imported(point))
    points = _points(PLUGIN_GROUP) if discover else []
    for name in sorted(set(blocked) - {point.name for point in points}) if discover else ():
        log.warning("a plugin is blocked that is not installed", plugin=name)
    installed = [_registered(manager, point, blocked) for point in points]
    for name, plugin in extra:
        _register(manager, plugin, name)
    return Plugins(manager, installed, runs_code=runs_code)


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
    problem = _hook_problem(manager, plugin)
    if problem is not None:
        raise PluginError(f"plugin {name!r} does not fit its hooks: {problem}")


def _hook_problem(manager: pluggy.PluginManager, plugin: object) -> str | None:
    """Return what pluggy accepts of a plugin, but nobody would ever call as its author meant it."""
    for name, member in inspect.getmembers(plugin, inspect.isroutine):
        is_marked = hasattr(member, "outrider_impl") or hasattr(member, "outrider_spec")
        if name.startswith(_HOOK_PREFIX) and not is_marked:
            return f"{name} is not marked with @hookimpl"
    for caller in manager.get_hookcallers(plugin) or ():
        for implementation in caller.get_hookimpls():
            if implementation.plugin is not plugin:
                continue
            if implementation.wrapper or implementation.hookwrapper:
                return f"{caller.name} is a wrapper; hooks are called one by one and cannot be wrapped"
            if inspect.iscoroutinefunction(implementation.function):
                return f"{caller.name} is a coroutine function; hooks are plain functions"
    return None


def _by_kind(
    thing: str, offers: Iterable[tuple[str, Iterable[Any]]], problem_of: Callable[[Any], str | None]
) -> dict[str, Any]:
    def kind_of(item: Any, plugin: str) -> str:
        kind = getattr(item, "kind", None)
        if not isinstance(kind, str) or not KIND.fullmatch(kind):
            raise PluginError(
                f"plugin {plugin!r} offers a {thing} with the kind {kind!r}: "
                "a lower-case letter, then lower-case letters, digits and _ are allowed"
            )
        problem = problem_of(item)
        if problem is not None:
            raise PluginError(f"the {thing} {kind!r} of plugin {plugin!r} {problem}")
        return kind

    return dict(Offered(thing, offers, kind_of))


_METHODS = {Lane.PROCESS: ("observe", "prepare", "close"), Lane.PASSIVE: ("allowed_silence",)}
"""What check types of a lane have besides ``runnable_problem``; ``observe`` for the others."""


def _check_type_problem(item: Any) -> str | None:
    if not isinstance(getattr(item, "family", None), Family):
        return "has no family (outrider_engine.domain.checks.Family)"
    lane = getattr(item, "lane", None)
    if not isinstance(lane, Lane):
        return "has no lane (outrider_engine.domain.checks.Lane)"
    assertions = getattr(item, "default_assertions", None)
    if not isinstance(assertions, tuple) or not all(isinstance(each, Assertion) for each in assertions):
        return "has no tuple default_assertions (an empty one will do)"
    return _offer_problem(item, "runnable_problem", *_METHODS.get(lane, ("observe",)))


def _notifier_problem(item: Any) -> str | None:
    return _offer_problem(item, "deliver")


def _provider_problem(item: Any) -> str | None:
    if not isinstance(getattr(item, "title", None), str):
        return "has no title"
    wrong = [name for name in ("checkout", "portal") if not inspect.iscoroutinefunction(getattr(item, name, None))]
    return f"has no coroutine function {wrong[0]}" if wrong else None


def _offer_problem(item: Any, *methods: str) -> str | None:
    if not isinstance(getattr(item, "title", None), str):
        return "has no title"
    model = getattr(item, "settings", None)
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return "has no settings model"
    missing = [name for name in methods if not callable(getattr(item, name, None))]
    return f"has no method {missing[0]}" if missing else None

"""A plugin that raises, hangs or is slow never stops the others, nor the one who tells."""

import threading
import time
from collections.abc import Callable
from typing import Any

from outrider_engine.adapters.told_hooks import ToldHooks
from outrider_engine.domain.alerts import Alert
from outrider_engine.hookspecs import hookimpl
from outrider_engine.plugin_manager import load_plugins


class Listener:
    """A plugin that does something when it is told of an alert."""

    def __init__(self, action: Callable[[Any], None]) -> None:
        self._action = action

    @hookimpl
    def outrider_alert_opened(self, alert: Alert) -> None:
        self._action(alert)


def hooks(**listeners: Callable[[Any], None]) -> ToldHooks:
    plugins = load_plugins(
        extra=[(name, Listener(action)) for name, action in listeners.items()],
        discover=False,
    )
    return ToldHooks(plugins, monotonic=time.monotonic, time_limit_s=0.2)


def failing(alert: Any) -> None:
    raise RuntimeError("the plugin is broken")


def test_every_plugin_is_told_even_when_one_raises() -> None:
    heard: list[Any] = []
    done = threading.Event()
    told = hooks(first=failing, second=heard.append, third=lambda alert: done.set())
    told.tell("outrider_alert_opened", alert="alert-1", check=None)
    assert done.wait(5)
    told.close()
    assert heard == ["alert-1"]


def test_a_plugin_that_hangs_is_left_behind_and_the_next_call_reaches_it_anew() -> None:
    release = threading.Event()
    heard: list[Any] = []

    def hanging_once(alert: Any) -> None:
        heard.append(alert)
        if alert == "first":
            release.wait(10)

    told = hooks(slow=hanging_once)
    began = time.monotonic()
    told.tell("outrider_alert_opened", alert="first", check=None)
    assert time.monotonic() - began < 0.2
    deadline = time.monotonic() + 5
    while "second" not in heard and time.monotonic() < deadline:
        time.sleep(0.05)
        if time.monotonic() - began > 0.4 and "second" not in heard:
            told.tell("outrider_alert_opened", alert="second", check=None)
    release.set()
    told.close()
    assert heard[:2] == ["first", "second"]


def test_only_the_arguments_that_a_plugin_names_are_handed_to_it() -> None:
    heard: list[Any] = []
    told = hooks(one=heard.append)
    told.tell("outrider_alert_opened", alert="alert-1", check="not asked for")
    told.close()
    assert heard == ["alert-1"]

"""Slots: runner processes that walk journeys, for workers, and alone for journeys without a server."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TypedDict

from outrider_engine.adapters.egress.proxy import EgressProxy
from outrider_engine.adapters.slots.factory import RunnerSlots
from outrider_engine.plugin_manager import Plugins
from outrider_engine.ports.slots import Slot, SlotLimits
from outrider_engine.settings import Settings

MOST_SLOTS = 4
"""Runs that are walked at a time unless the settings say another number."""


def runner_slots(settings: Settings, plugins: Plugins, proxy: EgressProxy | None) -> RunnerSlots:
    """Return the maker of runner processes for these settings; they load no plugin that has nothing to do there."""
    environment = dict(os.environ)
    if settings.browser_path is not None:
        environment["OUTRIDER_BROWSER_PATH"] = str(settings.browser_path)
    environment["OUTRIDER_SUITES"] = settings.suites_run
    if settings.suite_packages is not None:
        environment["OUTRIDER_SUITE_PACKAGES"] = str(settings.suite_packages.absolute())
    return RunnerSlots(
        limits=SlotLimits(),
        proxy=proxy,
        environment=environment,
        blocked_plugins=(*settings.blocked_plugins, *plugins.idle_in_runners()),
    )


class SlotCounts(TypedDict):
    """How many runs are walked at a time, and how many slots may be ready beyond that."""

    count: int
    spare: int


def slot_counts(settings: Settings) -> SlotCounts:
    """Return the numbers for this machine; on a single core a spare slot would gain nothing."""
    cores = os.cpu_count() or 1
    return {"count": settings.browser_slots or min(cores, MOST_SLOTS), "spare": 1 if cores > 1 else 0}


@contextmanager
def open_slots(settings: Settings, plugins: Plugins, count: int = 1) -> Iterator[tuple[Slot, ...]]:
    """Open slots behind the egress policy, for journeys without a server: each for one run at a time."""
    settings = settings.model_copy(update={"suites": "off"})  # runners that prepare none start quicker
    with ExitStack() as stack:
        proxy = EgressProxy(settings.egress_policy)
        proxy.start()
        stack.callback(proxy.close)
        factory = runner_slots(settings, plugins, proxy)
        yield tuple(_closed_after(stack, factory.create()) for _ in range(count))


def _closed_after(stack: ExitStack, slot: Slot) -> Slot:
    stack.callback(slot.close)
    return slot

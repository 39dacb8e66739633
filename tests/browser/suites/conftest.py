"""A slot that runs suites, behind the egress proxy, as in production."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from outrider_engine.adapters.egress import EgressProxy
from outrider_engine.adapters.slots.factory import RunnerSlots
from outrider_engine.adapters.slots.slot import RunnerSlot
from outrider_engine.domain.observations import Observation, StepResult
from outrider_engine.ports.slots import SlotTask
from tests.browser.conftest import FORBIDDEN, LIMITS
from tests.site.odd_site import OddSite


@pytest.fixture(scope="module")
def slot() -> Iterator[RunnerSlot]:
    """One slot for all tests of a module: each suite must leave it usable."""
    proxy = EgressProxy(FORBIDDEN)
    proxy.start()
    environment = {**os.environ, "OUTRIDER_SUITES": "if_namespaces"}
    blocked = ("http", "webhook", "log", "browser", "journeys")
    with tempfile.TemporaryDirectory(prefix="os", dir="/tmp") as root:
        slot = RunnerSlots(
            root=Path(root), limits=LIMITS, proxy=proxy, environment=environment, blocked_plugins=blocked
        ).create()
        slot.warm(60)
        yield slot
        slot.close()
        assert list(Path(root).iterdir()) == []
    proxy.close()


Test = Callable[..., Observation]


@pytest.fixture
def tested(slot: RunnerSlot, site: OddSite) -> Iterator[Test]:
    """Runs a suite against the site."""

    def tested(
        code: str | None, *, timeout_s: float = 40.0, seen: list[StepResult] | None = None, **given: object
    ) -> Observation:
        of_task = {name: given.pop(name) for name in ("secrets", "variables") if name in given}
        config = {"base_url": site.url, "code": code, **given}
        task = SlotTask(check_type="suite", check_name="Test", config=config, timeout_s=timeout_s, **of_task)  # type: ignore[arg-type]
        return slot.run(task, (seen if seen is not None else []).append)

    yield tested
    slot.sweep()

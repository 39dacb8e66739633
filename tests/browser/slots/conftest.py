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
def proxy() -> Iterator[EgressProxy]:
    proxy = EgressProxy(FORBIDDEN)
    proxy.start()
    yield proxy
    proxy.close()


@pytest.fixture(scope="module")
def slot(proxy: EgressProxy) -> Iterator[RunnerSlot]:
    """One slot for all tests of a module, as in production: each run must leave it usable."""
    with tempfile.TemporaryDirectory(prefix="ob", dir="/tmp") as root:
        slot = RunnerSlots(
            root=Path(root), limits=LIMITS, proxy=proxy, blocked_plugins=("http", "webhook", "log")
        ).create()
        slot.warm(60)
        yield slot
        slot.close()
        assert list(Path(root).iterdir()) == []


Walk = Callable[..., Observation]


@pytest.fixture
def walk(slot: RunnerSlot, site: OddSite) -> Iterator[Walk]:
    """Walks steps on the site, with a fresh browser in the shared slot."""

    def walk(
        *steps: object,
        timeout_s: float = 15.0,
        seen: list[StepResult] | None = None,
        on_ending: Callable[[], None] = lambda: None,
        **rest: object,
    ) -> Observation:
        config = {"base_url": site.url, "steps": [_step(step) for step in steps], **rest.pop("journey", {})}  # type: ignore[arg-type, dict-item]
        task = SlotTask(check_type="browser", check_name="Test", config=config, timeout_s=timeout_s, **rest)  # type: ignore[arg-type]
        return slot.run(task, (seen if seen is not None else []).append, on_ending)

    yield walk
    slot.sweep()


def _step(step: object) -> object:
    return {"action": "goto", "url": step} if isinstance(step, str) else step


def shows(selector: str, **more: object) -> dict[str, object]:
    """A step that waits for an element."""
    return {"action": "wait_for", "locator": selector, **more}

"""The whole engine for browser journeys, within this process: queued, claimed, walked in runner processes, stored."""

import queue
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import yaml

from outrider_engine.adapters.egress.proxy import EgressProxy
from outrider_engine.bootstrap.engine import Engine, open_engine
from outrider_engine.bootstrap.slots import runner_slots, slot_counts
from outrider_engine.domain.checks import Family
from outrider_engine.domain.runs import Outcome, Trigger
from outrider_engine.domain.verdicts import Verdict
from outrider_engine.services.claiming import Claims
from outrider_engine.services.execution import Executions
from outrider_engine.services.finishing import Finishing
from outrider_engine.settings import load_settings
from outrider_engine.worker.leases import LeaseKeeper
from outrider_engine.worker.slot_lane import SlotLane

from shop_journey import SAMPLE  # isort: skip


class WalkingEngine:
    """An engine whose slots walk the sample journey. ``proxy_url``: of its egress proxy, for others to use as well."""

    def __init__(self, engine: Engine, lane: SlotLane, finished: "_Finished", proxy_url: str, base: str) -> None:
        self.proxy_url = proxy_url
        self._engine = engine
        self._lane = lane
        self._finished = finished
        self._base = base
        self._organization = engine.identity.create_organization("bench").id

    def journey(self, name: str, **changes: Any) -> str:
        """Store the sample journey with some fields changed; returns its id."""
        config: Mapping[str, Any] = {**yaml.safe_load(SAMPLE.read_text()), "base_url": self._base, **changes}
        wanted = {"name": name, "type": "browser", "config": config, "locations": ("local",)}
        return self._engine.checks.create(self._organization, Family.JOURNEY, wanted).check.id

    def walk(self, journey: str, count: int) -> float:
        """Run a journey so many times; returns the seconds from the first start until the last result is stored."""
        for _ in range(count):
            self._engine.checks.run_now(self._organization, journey, trigger=Trigger.MANUAL)
        began = time.perf_counter()
        self._lane.wakeup.set()
        for _ in range(count):
            outcome = self._finished.outcomes.get(timeout=60)
            assert outcome.verdict is Verdict.PASSED, outcome.error
        return time.perf_counter() - began


class _Finished:
    """Hears of each run once its outcome is stored; asking the database meanwhile would cost what is measured."""

    def __init__(self) -> None:
        self.outcomes: queue.Queue[Outcome] = queue.Queue()

    def tell(self, hook: str, /, **facts: Any) -> None:
        if hook == "outrider_run_finished":
            self.outcomes.put(facts["outcome"])


@contextmanager
def walking_engine(base: str, slots: int) -> Iterator[WalkingEngine]:
    """Run an engine with so many slots against a shop."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(load_settings({"data_dir": folder, "browser_slots": slots}), embedded=True)
        proxy = EgressProxy(engine.settings.egress_policy)
        proxy.start()
        finished = _Finished()
        lane, leases = _lane(engine, proxy, finished)
        leases.start()
        lane.start()
        try:
            yield WalkingEngine(engine, lane, finished, proxy.open_port().url, base)
        finally:
            lane.stop(10)
            leases.stop()
            proxy.close()
            engine.close()


def _lane(engine: Engine, proxy: EgressProxy, finished: _Finished) -> tuple[SlotLane, LeaseKeeper]:
    claims = Claims(storage=engine.storage, worker="bench", locations=None)
    leases = LeaseKeeper(claims=claims, clock=engine.clock)
    finishing = Finishing(
        storage=engine.storage, artifacts=engine.artifacts, hints=engine.hints, told=finished, clock=engine.clock
    )
    lane = SlotLane(
        claims=claims,
        executions=Executions(plugins=engine.plugins, secrets=engine.secrets, clock=engine.clock),
        finishing=finishing,
        leases=leases,
        slots=runner_slots(engine.settings, engine.plugins, proxy),
        clock=engine.clock,
        **slot_counts(engine.settings),
    )
    return lane, leases

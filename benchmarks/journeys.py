"""Journeys per minute: the sample journey through the whole engine beside bare Playwright, on the same shop.

    python benchmarks/journeys.py [--rounds 7] [--journeys 4]

The ways take turns within each round; one journey at a time in each.

``bare``         a Playwright loop, a fresh browser for each journey, through the same egress proxy
``bare, warm``   the same, but one browser and a new context for each journey: no isolation between journeys
``engine``       queued, claimed, walked in a runner process with a fresh browser behind the proxy, every step and the
                 verdict stored; pictures on failure
``engine+trace`` the same, recording a trace that is kept on failure: what a journey does unless it says otherwise
"""

import argparse
import logging
import multiprocessing
import queue
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
import uvicorn
import yaml
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from outrider_api.demo.shop.app import create_shop
from outrider_engine.adapters.egress.proxy import EgressProxy
from outrider_engine.bootstrap import Engine, open_engine
from outrider_engine.bootstrap.processes import runner_slots
from outrider_engine.domain.checks import Family
from outrider_engine.domain.runs import Outcome, Trigger
from outrider_engine.domain.verdicts import Verdict
from outrider_engine.services.claiming import Claims
from outrider_engine.services.execution import Executions
from outrider_engine.services.finishing import Finishing
from outrider_engine.settings import load_settings
from outrider_engine.worker.leases import LeaseKeeper
from outrider_engine.worker.slot_lane import SlotLane
from outrider_journeys.browsers import choose, find_browsers
from outrider_plugins.browser.launching import SWITCHES

SAMPLE = Path(__file__).parent.parent / "api/outrider_api/demo/journeys/shop-checkout.journey.yaml"
Way = Callable[[int], float]
"""Walks so many journeys; returns the seconds."""


def serve(port: Any) -> None:
    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            port.send(self.servers[0].sockets[0].getsockname()[1])

    Server(uvicorn.Config(create_shop(), host="127.0.0.1", port=0, log_level="error")).run()


def walk(page: Page, base: str) -> None:
    """The steps of the sample journey, written by hand."""
    page.goto(base + "/")
    page.get_by_test_id("product-storm-lantern").click()
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_test_id("cart-count").filter(has_text="1").wait_for()
    page.get_by_role("link", name="Cart").click()
    page.get_by_role("link", name="Go to checkout").click()
    page.get_by_label("Full name").fill("Ada Lovelace")
    page.get_by_label("Email address").fill("ada@example.com")
    page.get_by_label("Street and number").fill("12 St James's Square")
    page.get_by_label("Postcode").fill("SW1Y 4JH")
    page.get_by_label("Town or city").fill("London")
    page.get_by_label("Country").select_option(label="United Kingdom")
    page.get_by_label("I accept the terms").check()
    page.get_by_role("button", name="Place order").click()
    page.get_by_role("heading", name="Thank you, Ada Lovelace").wait_for()
    assert page.get_by_test_id("order-number").text_content()
    page.screenshot()


class Bare:
    """Playwright without an engine."""

    def __init__(self, driver: Playwright, base: str, proxy: str) -> None:
        self._driver = driver
        self._base = base
        self._proxy = proxy
        self._program = choose(find_browsers({}, Path(driver.chromium.executable_path)), headed=False)

    def fresh(self, count: int) -> float:
        began = time.perf_counter()
        for _ in range(count):
            browser = self._launch()
            self._walk(browser)
            browser.close()
        return time.perf_counter() - began

    def warm(self, count: int) -> float:
        browser = self._launch()
        self._walk(browser)
        began = time.perf_counter()
        for _ in range(count):
            self._walk(browser)
        taken = time.perf_counter() - began
        browser.close()
        return taken

    def _launch(self) -> Browser:
        return self._driver.chromium.launch(
            executable_path=self._program.path, args=list(SWITCHES), proxy={"server": self._proxy}
        )

    def _walk(self, browser: Browser) -> None:
        context = browser.new_context(service_workers="block", accept_downloads=False)
        walk(context.new_page(), self._base)
        context.close()


class Through:
    """The engine: one slot, one journey with its trace policy."""

    def __init__(self, engine: Engine, organization: str, base: str, trace: str) -> None:
        self._engine = engine
        self._organization = organization
        config = {**yaml.safe_load(SAMPLE.read_text()), "base_url": base, "artifacts": "on_failure", "trace": trace}
        self._journey = engine.checks.create(
            organization,
            Family.JOURNEY,
            {"name": f"shop {trace}", "type": "browser", "config": config, "locations": ("local",)},
        ).check.id

    def walk(self, count: int) -> float:
        for _ in range(count):
            self._engine.checks.run_now(self._organization, self._journey, trigger=Trigger.MANUAL)
        began = time.perf_counter()
        self.lane.wakeup.set()
        for _ in range(count):
            outcome = self.finished.outcomes.get(timeout=60)
            assert outcome.verdict is Verdict.PASSED, outcome.error
        return time.perf_counter() - began

    lane: SlotLane
    finished: "Finished"


class Finished:
    """Hears of each run once its outcome is stored; asking the database meanwhile would cost what is measured."""

    def __init__(self) -> None:
        self.outcomes: queue.Queue[Outcome] = queue.Queue()

    def tell(self, hook: str, /, **facts: Any) -> None:
        if hook == "outrider_run_finished":
            self.outcomes.put(facts["outcome"])


def lane_of(engine: Engine, proxy: EgressProxy, finished: Finished) -> tuple[SlotLane, LeaseKeeper]:
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
        slots=runner_slots(engine.settings, proxy),
        clock=engine.clock,
        count=1,
    )
    return lane, leases


def measure(ways: dict[str, Way], rounds: int, journeys: int) -> None:
    figures: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way(2)
    for _ in range(rounds):
        for name, way in ways.items():
            figures[name].append(60 * journeys / way(journeys))
    for name, rates in figures.items():
        ratios = [rate / bare for rate, bare in zip(rates, figures["bare"], strict=True)]
        print(
            f"{name:13} {statistics.median(rates):6.1f} journeys/min ({min(rates):.1f}-{max(rates):.1f})   "
            f"x bare {statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--journeys", type=int, default=4)
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    spawn = multiprocessing.get_context("spawn")
    receiver, sender = spawn.Pipe(duplex=False)
    shop = spawn.Process(target=serve, args=(sender,), daemon=True)
    shop.start()
    base = f"http://127.0.0.1:{receiver.recv()}"
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(load_settings({"data_dir": folder}), embedded=True)
        proxy = EgressProxy(engine.settings.egress_policy)
        proxy.start()
        organization = engine.identity.create_organization("bench").id
        Through.finished = Finished()
        Through.lane, leases = lane_of(engine, proxy, Through.finished)
        lane = Through.lane
        leases.start()
        lane.start()
        with sync_playwright() as driver:
            bare = Bare(driver, base, proxy.open_port().url)
            ways = {
                "bare": bare.fresh,
                "bare, warm": bare.warm,
                "engine": Through(engine, organization, base, "never").walk,
                "engine+trace": Through(engine, organization, base, "on_failure").walk,
            }
            measure(ways, arguments.rounds, arguments.journeys)
        lane.stop(10)
        leases.stop()
        proxy.close()
        engine.close()
    shop.terminate()


if __name__ == "__main__":
    main()

"""Journeys per minute on all cores: the engine beside test runners that start anew for each one, as cron or CI does.

    python benchmarks/journey_runners.py [--rounds 5] [--journeys 6] [--lanes 2]

The sample journey, ``--lanes`` at a time in each way; the ways take turns within each round. *engine* queues, claims,
walks and stores; *pytest* is ``pytest`` with pytest-playwright as a new process for each journey; *@playwright/test* is
``npx playwright test``, where Node is: it is installed into a temporary folder. *bare* is no runner: a loop of
hand-written Playwright in processes that have started, with a fresh browser for each journey. All keep a picture of the
last page.
"""

import argparse
import json
import logging
import multiprocessing
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from playwright.sync_api import Playwright, sync_playwright

from shop_journey import shop, walk  # isort: skip
from walking_engine import walking_engine  # isort: skip

from outrider_engine.domain.artifact_policies import KINDS
from outrider_journeys.browsers import SWITCHES, choose, find_browsers

PAUSE_S = 0.5
"""Between two ways, for what the one still does once its last journey has ended."""

_driver: Playwright | None = None

Way = Callable[[int], float]
_HERE = Path(__file__).parent

_CONFTEST = """
import json, os
import pytest

@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, **json.loads(os.environ["BENCH_LAUNCH"])}
"""
_TEST = """
import os
from shop_journey import walk

def test_checkout(page):
    walk(page, os.environ["BENCH_SHOP"])
    page.screenshot()
"""
_CONFIG = """
const launch = JSON.parse(process.env.BENCH_LAUNCH);
module.exports = {
  reporter: 'dot', workers: 1, outputDir: process.env.BENCH_OUTPUT,
  use: { launchOptions: { executablePath: launch.executable_path, args: launch.args } },
};
"""
_SPEC = """
const { test, expect } = require('@playwright/test');
test('checkout', async ({ page }) => {
  await page.goto(process.env.BENCH_SHOP + '/');
  await page.getByTestId('product-storm-lantern').click();
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.getByTestId('cart-count').filter({ hasText: '1' }).waitFor();
  await page.getByRole('link', { name: 'Cart' }).click();
  await page.getByRole('link', { name: 'Go to checkout' }).click();
  await page.getByLabel('Full name').fill('Ada Lovelace');
  await page.getByLabel('Email address').fill('ada@example.com');
  await page.getByLabel('Street and number').fill("12 St James's Square");
  await page.getByLabel('Postcode').fill('SW1Y 4JH');
  await page.getByLabel('Town or city').fill('London');
  await page.getByLabel('Country').selectOption({ label: 'United Kingdom' });
  await page.getByLabel('I accept the terms').check();
  await page.getByRole('button', { name: 'Place order' }).click();
  await page.getByRole('heading', { name: 'Thank you, Ada Lovelace' }).waitFor();
  expect(await page.getByTestId('order-number').textContent()).toBeTruthy();
  await page.screenshot();
});
"""


class Cold:
    """A command that walks the journey once and ends."""

    def __init__(self, command: Sequence[str], folder: Path, environment: dict[str, str], lanes: int) -> None:
        self._command = command
        self._folder = folder
        self._environment = {**os.environ, **environment}
        self._lanes = lanes

    def walk(self, count: int) -> float:
        began = time.perf_counter()
        with ThreadPoolExecutor(self._lanes) as pool:
            list(pool.map(self._once, range(count)))
        return time.perf_counter() - began

    def _once(self, number: int) -> None:
        environment = {**self._environment, "BENCH_OUTPUT": f"{self._folder}-results-{number}"}
        done = subprocess.run(
            self._command, cwd=self._folder, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def bare_loop(base: str, launch: dict[str, Any], lanes: int) -> Iterator[Way]:
    """Walk the journey in so many processes, each with Playwright's driver started."""
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(lanes, spawned, initializer=_start_driver) as pool:

        def walk_bare(count: int) -> float:
            began = time.perf_counter()
            list(pool.map(partial(_bare_journey, base, launch), range(count)))
            return time.perf_counter() - began

        yield walk_bare


def _start_driver() -> None:
    global _driver  # noqa: PLW0603 - of a process of the pool
    _driver = sync_playwright().start()


def _bare_journey(base: str, launch: dict[str, Any], _number: int) -> None:
    assert _driver is not None
    browser = _driver.chromium.launch(**launch)
    page = browser.new_context().new_page()
    walk(page, base)
    page.screenshot()
    browser.close()


@contextmanager
def cold_runners(base: str, launch: dict[str, Any], lanes: int) -> Iterator[dict[str, Way]]:
    """Prepare the runners that this machine has."""
    environment = {"BENCH_SHOP": base, "BENCH_LAUNCH": json.dumps(launch), "PYTHONPATH": str(_HERE)}
    with tempfile.TemporaryDirectory() as folder:
        suite = Path(folder, "suite")
        suite.mkdir()
        (suite / "conftest.py").write_text(_CONFTEST)
        (suite / "test_shop.py").write_text(_TEST)
        pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        ways = {"pytest": Cold(pytest, suite, environment, lanes).walk}
        project = Path(folder, "project")
        if _install_playwright_test(project):
            ways["@playwright/test"] = Cold(["npx", "playwright", "test"], project, environment, lanes).walk
        yield ways


def launch_options() -> dict[str, Any]:
    """Return how every way but the engine, which does so by itself, starts the browser."""
    with sync_playwright() as driver:
        program = choose(find_browsers(os.environ, Path(driver.chromium.executable_path)), headed=False)
    return {"executable_path": str(program.path), "args": [*SWITCHES, *_SANDBOX]}


_SANDBOX = ["--no-sandbox"] if os.geteuid() == 0 else []


def _install_playwright_test(project: Path) -> bool:
    if shutil.which("npx") is None:
        print("there is no Node on this machine: @playwright/test is left out")
        return False
    project.mkdir()
    (project / "package.json").write_text("{}")
    (project / "playwright.config.js").write_text(_CONFIG)
    (project / "shop.spec.js").write_text(_SPEC)
    command = ["npm", "install", "--no-audit", "--no-fund", "@playwright/test"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        print(f"@playwright/test is left out, npm can't install it: {done.stderr.strip().splitlines()[-1:]}")
    return done.returncode == 0


def measure(ways: dict[str, Way], rounds: int, journeys: int) -> None:
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for walked in ways.values():
        walked(2)
    for _ in range(rounds):
        for name, walked in ways.items():
            rates[name].append(60 * journeys / walked(journeys))
            time.sleep(PAUSE_S)
    for name, found in rates.items():
        ratios = [engine / other for engine, other in zip(rates["engine"], found, strict=True)]
        print(
            f"{name:17} {statistics.median(found):6.1f} journeys/min ({min(found):.1f}-{max(found):.1f})   "
            f"the engine walks {statistics.median(ratios):.2f} times as many ({min(ratios):.2f}-{max(ratios):.2f})"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--journeys", type=int, default=6)
    parser.add_argument("--lanes", type=int, default=2)
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    launch = launch_options()
    with (
        shop() as base,
        walking_engine(base, slots=arguments.lanes) as engine,
        bare_loop(base, launch, arguments.lanes) as bare,
        cold_runners(base, launch, arguments.lanes) as runners,
    ):
        journey = engine.journey("shop", artifacts={**dict.fromkeys(KINDS, "never"), "screenshots": "always"})
        ways: dict[str, Way] = {"engine": partial(engine.walk, journey), "bare": bare, **runners}
        measure(ways, arguments.rounds, arguments.journeys)


if __name__ == "__main__":
    main()

"""Journeys per minute with each kind of file kept: the whole engine beside bare Playwright that records the same.

    python benchmarks/journeys.py [--rounds 7] [--journeys 4] [--only screenshots,trace]

The sample journey, one at a time, on the same shop, through the same egress proxy; the ways take turns within each
round. *bare* is a Playwright loop with a fresh browser for each journey, as in the engine. *warm* keeps one browser,
with a new context for each journey: no isolation between journeys. *engine* queues, claims, walks in a runner process,
stores every step, the verdict and the files.
"""

import argparse
import json
import logging
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from shop_journey import shop, walk  # isort: skip
from walking_engine import walking_engine  # isort: skip

from outrider_engine.domain.artifact_policies import CHEAP_KINDS, KINDS
from outrider_journeys.browsers import SWITCHES, choose, find_browsers
from outrider_journeys.web_vitals import READ_SCRIPT, VITALS_SCRIPT
from outrider_plugins.browser.filming import provide_ffmpeg

Way = Callable[[int], float]
"""Walks so many journeys; returns the seconds."""


@dataclass(frozen=True)
class Recording:
    """What is recorded of each journey, in the engine's words; bare Playwright records the same."""

    kinds: Mapping[str, str]

    @property
    def artifacts(self) -> dict[str, str]:
        """The journey's policies."""
        return dict.fromkeys(KINDS, "never") | dict(self.kinds)

    def has(self, kind: str) -> bool:
        """Whether a kind is recorded."""
        return kind in self.kinds

    @property
    def har_content(self) -> str | None:
        """What a HAR is to hold of bodies; one without any is the list of requests."""
        return "embed" if self.has("har") else "omit" if self.has("network") else None


RECORDINGS = {
    "nothing": Recording({}),
    "screenshots": Recording({"screenshots": "always"}),
    "network": Recording({"network": "always"}),
    "by default": Recording(dict.fromkeys(CHEAP_KINDS, "always") | {"trace": "on_failure"}),
    "trace": Recording({"trace": "always"}),
    "har": Recording({"har": "always"}),
    "video": Recording({"video": "always"}),
    "everything": Recording(dict.fromkeys(KINDS, "always")),
}
PAUSE_S = 0.5
"""Between two ways, for what the one still does once its last journey has ended."""


class Bare:
    """Playwright without an engine."""

    def __init__(self, driver: Playwright, base: str, proxy: str, folder: Path) -> None:
        self._driver = driver
        self._base = base
        self._proxy = proxy
        self._folder = folder
        self._program = choose(find_browsers({}, Path(driver.chromium.executable_path)), headed=False)

    def fresh(self, recording: Recording, count: int) -> float:
        began = time.perf_counter()
        for _ in range(count):
            browser = self._launch()
            self._walk(browser, recording)
            browser.close()
        return time.perf_counter() - began

    def warm(self, recording: Recording, count: int) -> float:
        browser = self._launch()
        self._walk(browser, recording)
        began = time.perf_counter()
        for _ in range(count):
            self._walk(browser, recording)
        taken = time.perf_counter() - began
        browser.close()
        return taken

    def _launch(self) -> Browser:
        return self._driver.chromium.launch(
            executable_path=self._program.path, args=list(SWITCHES), proxy={"server": self._proxy}
        )

    def _walk(self, browser: Browser, recording: Recording) -> None:
        options: dict[str, Any] = {}
        if recording.has("video"):
            options["record_video_dir"] = self._folder / "films"
        if recording.har_content is not None:
            options |= {"record_har_path": self._folder / "network.har", "record_har_content": recording.har_content}
        context = browser.new_context(service_workers="block", accept_downloads=False, **options)
        if recording.has("trace"):
            context.tracing.start(screenshots=False, snapshots=True)
        lines: list[str] = []
        if recording.has("console"):
            context.on("console", lambda message: lines.append(message.text))
        if recording.has("vitals"):
            context.expose_binding("tell", lambda _, told: lines.append(told))
            context.add_init_script(VITALS_SCRIPT)
            context.add_init_script(_TELL_VITALS)
        page = context.new_page()
        walk(page, self._base)
        self._keep(page, recording, lines)
        if recording.has("trace"):
            is_kept = recording.kinds["trace"] == "always"
            context.tracing.stop(path=self._folder / "trace.zip" if is_kept else None)
        context.close()

    def _keep(self, page: Page, recording: Recording, lines: list[str]) -> None:
        if recording.has("screenshots"):
            page.screenshot(path=self._folder / "end.png")
        if recording.has("aria"):
            (self._folder / "aria.yaml").write_text(page.locator("body").aria_snapshot())
        if recording.has("vitals"):
            lines.append(page.evaluate(READ_SCRIPT))
        (self._folder / "lines.json").write_text(json.dumps(lines))


_TELL_VITALS = """addEventListener('beforeunload', () => {
  const read = globalThis[Symbol.for('outrider.web-vitals')];
  if (read) tell(JSON.stringify(read()));
}, {capture: true})"""


def measure(name: str, ways: dict[str, Way], rounds: int, journeys: int) -> None:
    figures: dict[str, list[float]] = {way: [] for way in ways}
    for walked in ways.values():
        walked(2)
    for _ in range(rounds):
        for way, walked in ways.items():
            figures[way].append(60 * journeys / walked(journeys))
            time.sleep(PAUSE_S)
    for way, rates in figures.items():
        ratios = [rate / bare for rate, bare in zip(rates, figures["bare"], strict=True)]
        print(
            f"{name:12} {way:7} {statistics.median(rates):6.1f} journeys/min ({min(rates):.1f}-{max(rates):.1f})   "
            f"x bare {statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--journeys", type=int, default=4)
    parser.add_argument("--only", default=",".join(RECORDINGS), help=f"some of: {', '.join(RECORDINGS)}")
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    provide_ffmpeg({})
    with (
        shop() as base,
        walking_engine(base, slots=1) as engine,
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as driver,
    ):
        bare = Bare(driver, base, engine.proxy_url, Path(folder))
        for name in arguments.only.split(","):
            recording = RECORDINGS[name]
            journey = engine.journey(name, artifacts=recording.artifacts)
            ways: dict[str, Way] = {
                "bare": partial(bare.fresh, recording),
                "warm": partial(bare.warm, recording),
                "engine": partial(engine.walk, journey),
            }
            measure(name, ways, arguments.rounds, arguments.journeys)


if __name__ == "__main__":
    main()

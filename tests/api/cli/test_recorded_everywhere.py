"""A session recorded on the shop with real input: uploaded, pushed, and run in every way there is."""

import json
import os
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Page, sync_playwright

from outrider_api.demo.shop import Switches
from outrider_journeys.browsers import find_browsers

from .conftest import Outrider, Started
from .test_recording import PASSWORD, first_page, look
from .test_run import served
from .test_up import running

pytestmark = [pytest.mark.long, pytest.mark.browser, pytest.mark.timeout(300)]

NAME = "Log in and fill the cart"
NAMES = [
    "Open /login",
    "Fill textbox “Email address”",
    "Fill textbox “Password”",
    "Press Enter on textbox “Password”",
    "Click link “Products”",
    "Click “Drover pack €98.00”",
    "Click button “Add to cart”",
    "Check that element “cart-count” has a text that contains “1”",
    "Click link “Cart”",
]
CONFTEST = """
import pytest

@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {{**browser_type_launch_args, "executable_path": "{program}"}}
"""
BREAKS_AT = NAMES.index("Press Enter on textbox “Password”")
Outcome = tuple[str, list[str]]
"""A verdict, and the names of the steps that passed."""


@pytest.fixture
def shop() -> Iterator[str]:
    yield from served(Switches())


@pytest.fixture
def journey(started: Started, shop: str, tmp_path: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """A recorded journey that is on a server, and what sends the command line there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = tmp_path / "cart.journey.yaml"
    with running(tmp_path) as up:
        process = started(
            *("record", f"{shop}/login", "-o", str(path), "--name", NAME, "--upload"),
            *("--headless", "--debugging-port", str(port)),
            **up.variables(),
        )
        with sync_playwright() as playwright:
            fill_the_cart(first_page(playwright.chromium, port), shop)
        assert process.wait(60) == 0, (tmp_path / "err").read_text()
        yield path, up.variables()


def fill_the_cart(page: Page, shop: str) -> None:
    """Do what a visitor does, with mouse and keyboard."""
    page.get_by_label("Email address").click()
    page.keyboard.type("ada@example.com")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{shop}/")
    look(page)
    page.get_by_role("navigation").get_by_role("link", name="Products").click()
    page.wait_for_url(f"{shop}/products")
    look(page)
    page.get_by_role("link", name="Drover pack").first.click()
    page.wait_for_url(f"{shop}/products/*")
    look(page)
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_test_id("cart-count").get_by_text("1").wait_for()
    page.evaluate("() => window.__pw_recorderSetMode('assertingText')")
    page.evaluate("() => window.__pw_recorderState()")
    page.get_by_test_id("cart-count").click()
    page.keyboard.press("Control+Enter")
    page.wait_for_function("async () => (await window.__pw_recorderState()).mode == 'recording'")
    page.get_by_role("link", name="Cart").click()
    page.wait_for_url(f"{shop}/cart")
    page.wait_for_timeout(600)  # the recorder waits half a second for the second half of a double click
    page.close()


def test_all_ways_to_run_it_come_to_the_same(
    outrider: Outrider, journey: tuple[Path, dict[str, str]], shop: str, tmp_path: Path
) -> None:
    path, server = journey
    assert PASSWORD not in path.read_text()

    def by_the_engine() -> Outcome:
        told = json.loads(outrider("trigger", NAME, "--wait", "120", "--json", **server).stdout)
        return told["status"], [step["name"] for step in told["steps"] if step["status"] == "passed"]

    def here() -> Outcome:
        done = outrider("run", str(path), "--secret", "PASSWORD", "--json", PASSWORD=PASSWORD)
        (run,) = json.loads(done.stdout)["runs"]
        return run["status"], [step["name"] for step in run["steps"] if step["status"] == "passed"]

    def under_pytest() -> Outcome:
        is_good, told = pytest_told(path, OUTRIDER_SECRET_PASSWORD=PASSWORD)
        passed = [match[1] for step in told["outrider_step"] if (match := re.match(r"(.*): passed", step))]
        return "passed" if is_good else "failed", passed

    def as_python() -> Outcome:
        is_good, told = pytest_told(exported, PASSWORD=PASSWORD)
        return ("passed", told["step"]) if is_good else ("failed", told["step"][:-1])

    pushed = outrider("push", str(path), "--secret", "PASSWORD", PASSWORD=PASSWORD, **server)
    assert pushed.returncode == 0, pushed.stderr
    exported = tmp_path / "code" / "test_cart.py"
    exported.parent.mkdir()
    (exported.parent / "conftest.py").write_text(
        CONFTEST.format(program=find_browsers(os.environ, Path("/nowhere"))[0].path)
    )
    written = outrider("export", str(path), "--to", "pytest-playwright", "-o", str(exported))
    assert written.returncode == 0, written.stderr
    ways: list[Callable[[], Outcome]] = [by_the_engine, here, under_pytest, as_python]
    assert [way() for way in ways] == [("passed", NAMES)] * len(ways)
    turn(shop, login="broken")
    assert [way() for way in ways] == [("failed", NAMES[:BREAKS_AT])] * len(ways)


def pytest_told(path: Path, **secrets: str) -> tuple[bool, dict[str, list[str]]]:
    """Run a file by pytest, as its user does; returns whether it passed, and its properties in the report."""
    report = path.with_suffix(".xml")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", str(path), "-p", "no:cacheprovider", f"--junitxml={report}", "-q"],
        cwd=path.parent,
        env={"PATH": os.environ["PATH"], "HOME": str(path.parent), **secrets},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    (case,) = ET.parse(report).getroot().iter("testcase")
    told: dict[str, list[str]] = {}
    for each in case.iter("property"):
        told.setdefault(each.get("name", ""), []).append(each.get("value", ""))
    assert case.find("error") is None, done.stdout
    return case.find("failure") is None, told


def turn(shop: str, **switches: str) -> None:
    """Break the shop."""
    body = json.dumps(switches).encode()
    request = urllib.request.Request(f"{shop}/demo/switch", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as response:
        assert response.status == 200

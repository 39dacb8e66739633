"""Recording from the command line: what is refused before a browser opens, and whole sessions without a window."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import BrowserType, Error, Page, sync_playwright

from outrider_api.cli.recorded_file import address_of, free_path
from outrider_api.demo.shop import Switches

from .conftest import Outrider, Started
from .test_run import served

PASSWORD = "trailhead"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(["ftp://shop.example"], "not an address that begins with http", id="scheme"),
        pytest.param(["http://shop.example:99999"], "is not an address", id="port"),
        pytest.param(["http://shop.example", "-o", "here.yaml"], "here.yaml is there already", id="file-is-there"),
        pytest.param(["http://shop.example", "-o", "no/where.yaml"], "there is no folder no", id="folder"),
        pytest.param(["http://shop.example", "--run", "--json"], "--json: does not go with --run", id="json-and-run"),
        pytest.param(["http://shop.example", "--upload"], "API key", id="no-key"),
        pytest.param(
            ["http://shop.example", "--codegen", "--debugging-port", "9000"], "without --codegen", id="port-of-codegen"
        ),
    ],
)
def test_what_is_wrong_is_said_before_a_browser_opens(
    outrider: Outrider, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    (tmp_path / "here.yaml").write_text("mine")
    done = outrider("record", *arguments, OUTRIDER_BROWSER_PATH="/nowhere")
    assert (done.returncode, sentence in done.stderr) == (2, True), done.stderr
    assert (tmp_path / "here.yaml").read_text() == "mine"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("shop.example", "https://shop.example"),
        ("shop.example:8080/a", "https://shop.example:8080/a"),
        ("localhost:8001", "http://localhost:8001"),
        ("127.0.0.1:8001/cart", "http://127.0.0.1:8001/cart"),
        ("https://shop.example/a?b=1", "https://shop.example/a?b=1"),
    ],
)
def test_an_address_need_not_be_written_out(text: str, url: str) -> None:
    assert address_of(text) == url


def test_a_recording_is_called_after_the_site() -> None:
    assert free_path(None, "https://shop.example/Sign-in/", force=False) == Path("shop-example-sign-in.journey.yaml")


@pytest.fixture
def shop() -> Iterator[str]:
    yield from served(Switches())


@pytest.fixture
def port() -> int:
    return free_port()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
        return number


@pytest.mark.browser
def test_a_site_that_can_not_be_reached_is_said_in_words(outrider: Outrider, port: int) -> None:
    done = outrider("record", f"http://127.0.0.1:{port}/", "--headless")
    assert done.returncode == 2
    assert f"http://127.0.0.1:{port}/ can't be opened: nothing answers there" in done.stderr
    assert "Close the window" not in done.stdout


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.timeout(180)
class TestInABrowser:
    def test_a_session_is_listed_written_and_walked(
        self, started: Started, shop: str, port: int, tmp_path: Path
    ) -> None:
        process = started(
            *("record", f"{shop}/login", "-o", "in.journey.yaml", "--name", "Log in", "--run"),
            *("--headless", "--debugging-port", str(port)),
        )
        with sync_playwright() as playwright:
            page = first_page(playwright.chromium, port)
            for label, text in (("Email address", "ada@example.com"), ("Password", PASSWORD)):
                page.get_by_label(label).click()
                page.keyboard.type(text)
            page.keyboard.press("Enter")
            page.wait_for_url(f"{shop}/")
            look(page)
            page.get_by_role("link", name="Cart").click()
            page.wait_for_url(f"{shop}/cart")
            page.wait_for_timeout(600)  # the recorder waits half a second for the second half of a double click
            page.close()
        assert process.wait(60) == 0, (tmp_path / "err").read_text()
        out = (tmp_path / "out").read_text()
        names = ["Open /login", "Fill textbox “Email address”", "Fill textbox “Password”"]
        names += ["Press Enter on textbox “Password”", "Click link “Cart”"]
        assert [out.count(name) for name in names] == [2] * len(names), out
        written = (tmp_path / "in.journey.yaml").read_text()
        journey = yaml.safe_load(written)
        assert [step["name"] for step in journey["steps"]] == names
        assert (journey["name"], journey["secrets"]) == ("Log in", ["PASSWORD"])
        assert PASSWORD not in written + out + (tmp_path / "err").read_text()
        assert "passed in" in out

    def test_what_was_done_is_written_when_the_whole_group_of_processes_is_ended(
        self, started: Started, shop: str, port: int, tmp_path: Path
    ) -> None:
        process = started("record", shop, "-o", "in.journey.yaml", "--headless", "--debugging-port", str(port))
        with sync_playwright() as playwright:
            page = first_page(playwright.chromium, port)
            page.get_by_role("link", name="Cart").click()
            page.wait_for_url(f"{shop}/cart")
            page.wait_for_timeout(600)  # the recorder waits half a second for the second half of a double click
        os.killpg(process.pid, signal.SIGTERM)
        assert process.wait(60) == 0, (tmp_path / "err").read_text()
        assert "Traceback" not in (tmp_path / "err").read_text()
        journey = yaml.safe_load((tmp_path / "in.journey.yaml").read_text())
        assert [step["name"] for step in journey["steps"]] == ["Open /", "Click link “Cart”"]


def first_page(chromium: BrowserType, port: int) -> Page:
    """Return the page that is recorded, once the recorder listens to it."""
    limit = time.monotonic() + 30
    while True:
        try:
            page = chromium.connect_over_cdp(f"http://127.0.0.1:{port}").contexts[0].pages[0]
            look(page)
        except (Error, IndexError):
            assert time.monotonic() < limit
            time.sleep(0.1)
        else:
            return page


def look(page: Page) -> None:
    """Take the time that a person takes to look at a new page: until its recorder has been told to record."""
    page.wait_for_load_state()
    page.wait_for_function("() => window.__pw_recorderState")
    page.evaluate("() => window.__pw_recorderState()")

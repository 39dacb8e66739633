"""Recording in a window with mouse and keyboard of an X display, where Xvfb, xdotool and such a browser are."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import CDPSession, Error, Locator, Page, sync_playwright

from outrider_api.demo.shop import Switches
from outrider_engine.errors import SlotError
from outrider_journeys.browsers import choose, find_browsers

from .conftest import Started
from .test_recording import first_page, free_port, look
from .test_run import served

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(120)]

PASSWORD = "trailhead"


def has_a_window() -> bool:
    try:
        choose(find_browsers(os.environ, Path("/nowhere")), headed=True)
    except SlotError:
        return False
    return True


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    if shutil.which("Xvfb") is None or shutil.which("xdotool") is None or not has_a_window():
        pytest.skip("it takes Xvfb, xdotool and a Chromium that has a window")
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        yield f":{server.stdout.readline().strip()}"
        server.terminate()


class Person:
    """Sees a page, and uses mouse and keyboard of a display."""

    def __init__(self, display: str, page: Page) -> None:
        self._display = display
        self._page = page
        self._cdp: CDPSession = page.context.new_cdp_session(page)

    def do(self, *arguments: object) -> None:
        subprocess.run(
            ["xdotool", *map(str, arguments)], env={"DISPLAY": self._display, "PATH": "/usr/bin"}, check=True
        )

    def click(self, element: Locator) -> None:
        box = element.bounding_box()
        assert box is not None
        self.click_at(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def click_at(self, x: float, y: float) -> None:
        self.do("mousemove", *self._on_screen(x, y))
        self._page.wait_for_timeout(100)  # the recorder looks at what is below the mouse
        self.do("click", 1)

    def type(self, text: str) -> None:
        self.do("type", "--delay", 20, text)

    def press(self, key: str) -> None:
        self.do("key", key)

    def assert_with(self, tool: str, element: Locator) -> None:
        self.click_at(*self.tool(tool))
        self.until(lambda: "toggled" in self._tools()[tool]["class"].split())
        self.click(element)

    def drag(self, start: tuple[float, float], by: int) -> None:
        steps = [("mousemove", *self._on_screen(start[0] + by * part, start[1])) for part in (0, 0.3, 0.7, 1)]
        for step in (steps[0], ("mousedown", 1), *steps[1:], ("mouseup", 1)):
            self.do(*step)
            self._page.wait_for_timeout(100)  # a hand is no faster

    def tool(self, name: str) -> tuple[float, float]:
        """Return the middle of a part of the recorder's toolbar, once it is shown."""
        found: list[float] = []

        def is_shown() -> bool:
            found[:] = self._box(name)
            return bool(found)

        self.until(is_shown)
        return (found[0] + found[4]) / 2, (found[1] + found[5]) / 2

    def _box(self, name: str) -> list[float]:
        tool = self._tools().get(name)
        try:
            return self._cdp.send("DOM.getBoxModel", {"nodeId": tool["id"]})["model"]["border"] if tool else []
        except Error:
            return []  # it is there, and not shown yet

    def until(self, holds: Callable[[], bool]) -> None:
        limit = time.monotonic() + 10
        while not holds():
            assert time.monotonic() < limit
            self._page.wait_for_timeout(50)

    def _tools(self) -> dict[str, dict[str, Any]]:
        document = self._cdp.send("DOM.getDocument", {"depth": -1, "pierce": True})
        return {each["name"]: each for each in _tools_in(document["root"])}

    def _on_screen(self, x: float, y: float) -> tuple[int, int]:
        left, top, width = self._page.evaluate(
            "[screenX, screenY + outerHeight - innerHeight, outerWidth - innerWidth]"
        )
        return round(left + width / 2 + x), round(top + y)


def _tools_in(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    attributes = node.get("attributes", [])
    given = dict(zip(attributes[::2], attributes[1::2], strict=True))
    if node["localName"] == "x-pw-tool-item":
        yield {"name": given["title"], "class": given["class"], "id": node["nodeId"]}
    if node["localName"] == "x-pw-tool-gripper":
        yield {"name": "grip", "class": "", "id": node["nodeId"]}
    for child in (*node.get("children", []), *node.get("shadowRoots", [])):
        yield from _tools_in(child)


@pytest.fixture
def shop() -> Iterator[str]:
    yield from served(Switches())


def test_what_is_done_in_a_window_is_listed_asserted_and_written(
    display: str, started: Started, shop: str, tmp_path: Path
) -> None:
    port = free_port()
    process = started(*("record", f"{shop}/", "-o", "in.journey.yaml", "--debugging-port", str(port)), DISPLAY=display)
    with sync_playwright() as playwright:
        page = first_page(playwright.chromium, port)
        person = Person(display, page)
        before = person.tool("grip")
        person.drag(before, by=-200)
        person.until(lambda: person.tool("grip")[0] < before[0] - 150)
        person.click(page.get_by_role("link", name="Products"))
        page.wait_for_url("**/products")
        look(page)
        assert person.tool("grip")[0] < before[0] - 150, "it stays where it was put"
        person.assert_with("Assert visibility", page.get_by_role("heading", name="Products"))
        page.wait_for_timeout(1600)  # an address that follows sooner is taken for what the click led to
        person.press("ctrl+l")
        person.type(f"{shop}/login\n")
        page.wait_for_url("**/login")
        look(page)
        person.press("F5")
        page.wait_for_function("() => performance.getEntriesByType('navigation')[0].type == 'reload'")
        look(page)
        for label, text in (("Email address", "ada@example.com"), ("Password", PASSWORD)):
            person.click(page.get_by_label(label))
            person.type(text)
            person.until(lambda label=label, text=text: page.get_by_label(label).input_value() == text)
        person.press("Return")
        page.wait_for_url(f"{shop}/")
        look(page)
        out = tmp_path / "out"
        person.until(lambda: "Fill textbox “Password”" in out.read_text())
        person.press("ctrl+w")
        assert process.wait(30) == 0, (tmp_path / "err").read_text()
    written = (tmp_path / "in.journey.yaml").read_text()
    names = [
        "Open /", "Click link “Products”", "Check that heading “Products” is visible", "Open /login", "Reload",
        "Fill textbox “Email address”", "Fill textbox “Password”", "Press Enter on textbox “Password”",
    ]  # fmt: skip
    assert [step["name"] for step in yaml.safe_load(written)["steps"]] == names
    assert [name for name in names if name not in out.read_text()] == []
    assert PASSWORD not in written + out.read_text() + (tmp_path / "err").read_text()

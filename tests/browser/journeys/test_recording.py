"""Recording with trusted input in a browser without a window, and walking what came of it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page

from outrider_journeys.actions.registry import StepActions
from outrider_journeys.browser_options import BrowserOptions
from outrider_journeys.interpreter import WalkResult
from outrider_journeys.recording.codegen import record_with_codegen
from outrider_journeys.recording.recorded import Recorded
from outrider_journeys.recording.recording import Recording
from outrider_journeys.recording.session import RecordingSession

from .conftest import SHELL

pytestmark = [pytest.mark.browser, pytest.mark.timeout(60)]
Walk = Callable[..., WalkResult]
PASSWORD = "tra1l+head/9"


class Visitor:
    """Uses mouse and keyboard as a person does, and is no faster than the page."""

    def __init__(self, browser: Browser, actions: StepActions) -> None:
        self.context = browser.new_context()
        self.recording = Recording(actions)
        self.session = RecordingSession(self.context, self.recording)

    def open(self, url: str) -> Page:
        self.page = self.session.begin(url)
        self.look()
        return self.page

    def look(self) -> None:
        """Wait until the recorder of the page has been told to record."""
        self.page.wait_for_load_state()
        self.page.wait_for_function("() => window.__pw_recorderState")
        self.page.evaluate("() => window.__pw_recorderState()")

    def click(self, element: Locator) -> None:
        element.scroll_into_view_if_needed()
        box = element.bounding_box()
        assert box is not None
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def type(self, element: Locator, text: str) -> None:
        self.click(element)
        self.page.keyboard.type(text)

    def assert_with(self, mode: Any, element: Locator, *, is_dialog: bool = False) -> None:
        """Use one of the buttons that the recorder shows in the page."""
        self.session.set_mode(mode)
        self.page.evaluate("() => window.__pw_recorderState()")
        element.hover(force=True)
        self.click(element)
        if is_dialog:
            self.page.keyboard.press("Control+Enter")
        self.until(lambda: self.recording.moments[-1].name.startswith("assert"))
        self.look()

    def until(self, holds: Callable[[], bool]) -> None:
        limit = time.monotonic() + 10
        while not holds():
            assert time.monotonic() < limit
            self.page.wait_for_timeout(20)

    def done(self) -> Recorded:
        self.session.end()
        return self.recording.made()


@pytest.fixture
def visitor(chromium: Browser, actions: StepActions) -> Iterator[Visitor]:
    visitor = Visitor(chromium, actions)
    yield visitor
    visitor.context.close()


def test_what_is_recorded_walks_again(visitor: Visitor, site: str, walked: Walk) -> None:
    page = visitor.open(f"{site}/login")
    visitor.type(page.get_by_label("E-mail"), "ada@example.com")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/account**")
    visitor.look()
    visitor.assert_with("assertingVisibility", page.get_by_role("heading"))
    page.goto(f"{site}/article")
    visitor.look()
    visitor.assert_with("assertingText", page.get_by_text("Delivered"), is_dialog=True)
    recorded = visitor.done()

    steps = recorded.definition["steps"]
    assert [(step["action"], step["name"]) for step in steps] == [
        ("goto", "Open /login"),
        ("fill", "Fill textbox “E-mail”"),
        ("fill", "Fill textbox “Password”"),
        ("press", "Press Enter on textbox “Password”"),
        ("assert", "Check that heading “Welcome back” is visible"),
        ("goto", "Open /article"),
        ("assert", "Check that “Delivered tomorrow” has a text that contains “Delivered tomorrow”"),
    ]
    assert steps[2]["value"] == "{{PASSWORD}}"
    assert steps[3]["expects"] == [{"navigation": {"url": {"contains": "/account"}}}]
    assert recorded.secrets == {"PASSWORD": PASSWORD}
    assert PASSWORD not in repr(recorded)
    result = walked(*steps, secrets=["PASSWORD"], walk_secrets=recorded.secrets)
    assert (result.failure, {step.status for step in result.steps}) == (None, {"passed"})


def test_the_buttons_of_the_browser_are_steps(visitor: Visitor, site: str, walked: Walk) -> None:
    page = visitor.open(f"{site}/causes")
    visitor.click(page.get_by_role("link", name="Go", exact=True))
    page.wait_for_url("**/thanks")
    visitor.look()
    page.reload()
    visitor.look()
    page.go_back()
    visitor.look()
    visitor.click(page.get_by_role("button", name="Count"))
    visitor.until(lambda: "Count" in str(visitor.recording.moments[-1].selector))
    recorded = visitor.done()

    steps = recorded.definition["steps"]
    assert [step["action"] for step in steps] == ["goto", "click", "reload", "back", "click"]
    assert steps[1]["expects"] == [{"navigation": {"url": {"contains": "/thanks"}}}]
    result = walked(*steps)
    assert (result.failure, {step.status for step in result.steps}) == (None, {"passed"})


def test_what_actions_caused_is_expected_again(visitor: Visitor, site: str, walked: Walk) -> None:
    page = visitor.open(f"{site}/tools")
    with visitor.context.expect_page() as popup:
        visitor.click(page.get_by_role("link", name="Receipt"))
    popup.value.wait_for_load_state()
    popup.value.close()
    visitor.click(page.get_by_role("button", name="Delete"))
    page.get_by_text("Deleted").wait_for()
    with page.expect_download():
        visitor.click(page.get_by_role("link", name="Export"))
    visitor.click(page.get_by_text("I agree"))
    page.get_by_label("Colour").focus()
    page.keyboard.press("g")
    visitor.type(page.frame_locator("#pay").get_by_label("Card code"), "737")
    visitor.type(page.get_by_label("Voucher"), PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/thanks**")
    recorded = visitor.done()

    steps = recorded.definition["steps"]
    assert [(step["name"], step.get("page"), step.get("expects")) for step in steps] == [
        ("Open /tools", "main", None),
        ("Click link “Receipt”", "main", [{"popup": "page1"}]),
        ("Close page page1", "page1", None),
        ("Click button “Delete”", "main", [{"dialog": {"answer": "accept", "message": {"equals": "Really delete?"}}}]),
        ("Click link “Export”", "main", [{"download": {"as": "download", "file_name": {"equals": "report.csv"}}}]),
        ("Check checkbox “I agree”", "main", None),
        ("Select “g” in combobox “Colour”", "main", None),
        ("Fill textbox “Card code”", "main", None),
        ("Fill textbox “Voucher”", "main", None),
        ("Press Enter on textbox “Voucher”", "main", [{"navigation": {"url": {"contains": "/thanks"}}}]),
    ]
    assert steps[3]["locators"] == [
        {"role": "button", "name": "Delete"},
        {"text": "Delete", "exact": True},
        {"css": "body > button"},
    ]
    assert steps[7]["locators"][0] == {"role": "textbox", "name": "Card code", "frame": [{"css": "#pay"}]}
    assert recorded.secrets == {"CARD_CODE": "737", "PASSWORD": PASSWORD}
    assert "737" not in repr(recorded)
    result = walked(*steps, secrets=["CARD_CODE", "PASSWORD"], walk_secrets=recorded.secrets)
    assert (result.failure, {step.status for step in result.steps}) == (None, {"passed"})


def test_files_that_were_chosen_come_along(visitor: Visitor, site: str, walked: Walk, tmp_path: Path) -> None:
    small, large = tmp_path / "cat.txt", tmp_path / "film.txt"
    small.write_text("miaow")
    large.write_bytes(bytes(1_000_001))
    page = visitor.open(f"{site}/form")
    for chosen in (large, small):
        with page.expect_file_chooser() as chooser:
            visitor.click(page.get_by_label("Photo"))
        chooser.value.set_files(chosen)
        visitor.until(lambda name=chosen.name: visitor.recording.moments[-1].action.get("files") == [name])
        if chosen is large:
            assert visitor.recording.made().notes == (
                "“Upload film.txt to button “Photo””: a recording holds no files: supply film.txt",
            )
    recorded = visitor.done()
    assert recorded.notes == ()
    assert recorded.definition["steps"][-1]["files"] == [
        {"name": "cat.txt", "content_type": "text/plain", "base64": "bWlhb3c="}
    ]
    seen = {"action": "wait_for", "locator": {"css": '[data-content="miaow"]'}}
    result = walked(*recorded.definition["steps"], seen)
    assert result.failure is None


@pytest.mark.long
def test_the_command_line_of_playwright_records_without_writing_a_file(
    site: str, actions: StepActions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    recording = Recording(actions)
    limit = time.monotonic() + 40

    def is_enough() -> bool:
        assert time.monotonic() < limit
        return len(recording.moments) > 0

    record_with_codegen(f"{site}/login", recording, BrowserOptions(), Path(SHELL), is_enough, headless=True)
    assert [step["name"] for step in recording.made().definition["steps"]] == ["Open /login"]
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"openPage" in path.read_bytes()]

"""A trace from which secrets were taken opens in the viewer that the server serves, with its pages as they were."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from served_house import Served

from outrider_engine.domain.redaction import MASK, Redactor
from outrider_journeys.artifacts.traces import TraceRedaction, redact_trace
from tests.site.telltale_site import telltale_site

pytestmark = pytest.mark.browser

SHELL = "/usr/bin/chromium-headless-shell"
SECRET = "S3ntinelOfTruth/ö&\"<+> x'9\\z"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=SHELL, chromium_sandbox=False)
        yield browser
        browser.close()


@pytest.fixture
def trace(chromium: Browser, tmp_path: Path) -> Path:
    """A trace of a page that gives the secret away, cleaned of it."""
    raw, clean = tmp_path / "raw.zip", tmp_path / "trace.zip"
    with telltale_site(SECRET) as site:
        context = chromium.new_context()
        context.tracing.start(snapshots=True)
        page = context.new_page()
        page.goto(site.url)
        page.get_by_label("Password").fill(SECRET)
        page.get_by_label("Token").fill(SECRET)
        page.get_by_role("button", name="Send").click()
        context.tracing.stop(path=raw)
        context.close()
    done = redact_trace(raw, clean, Redactor([SECRET], beginnings=True), is_over=lambda: False)
    assert done == TraceRedaction(opaque=2)  # an archive, and a picture that says it
    return clean


def test_a_cleaned_trace_opens_in_the_viewer_of_the_server(served: Served, chromium: Browser, trace: Path) -> None:
    run = served.house.run_with_a_trace(trace)
    link = served.house.owner.get(run["trace_url"])
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto(f"{served.url}{link['url']}")
    page.wait_for_url("**/trace-viewer/index.html?trace=*")
    fill = page.get_by_text("Fill", exact=False).first
    fill.click()
    assert MASK in page.content()
    snapshot = page.frame_locator("iframe.snapshot-visible")
    snapshot.get_by_role("heading", name="Telltale").wait_for()
    assert snapshot.locator("#told").inner_text() == MASK
    styled = snapshot.get_by_role("heading").evaluate("element => getComputedStyle(element, '::after').content")
    assert styled == f'"{MASK}"', "a stylesheet whose address had the secret in it is still found"
    page.get_by_role("tab", name="Network").click()
    page.get_by_text("data.json").first.wait_for()
    assert "S3ntinel" not in page.content()
    if folder := os.environ.get("OUTRIDER_SHOTS"):
        page.screenshot(path=Path(folder) / "viewer.png")
    assert [text for text in problems if "Content Security Policy" in text] == []
    context.close()


def test_where_service_workers_are_not_allowed_the_page_says_what_to_do(
    served: Served, chromium: Browser, trace: Path
) -> None:
    run = served.house.run_with_a_trace(trace)
    link = served.house.owner.get(run["trace_url"])
    context = chromium.new_context()
    page = context.new_page()
    here = f"{served.url}{link['url']}"
    context.route("http://outrider.example/**", lambda route: route.fulfill(response=route.fetch(url=here)))
    page.goto(f"http://outrider.example{link['url']}")
    page.get_by_text("over neither").wait_for()
    assert page.get_by_role("link", name="download the trace").get_attribute("href") == link["download_url"]
    assert "ssh -L 8000:localhost:80 outrider.example" in page.inner_text("main")
    if folder := os.environ.get("OUTRIDER_SHOTS"):
        page.screenshot(path=Path(folder) / "insecure.png")
    context.close()

"""The web vitals of a page, measured by the browser."""

import pytest
from playwright.sync_api import Browser, Page

from outrider_journeys import web_vitals

pytestmark = pytest.mark.browser
SHIFTING = """<!doctype html><h1>Largest text of the page</h1>
<div id=room></div><p>Below</p><button>Go</button><iframe srcdoc=x></iframe>
<script>
setTimeout(() => { document.querySelector('#room').style.height = '300px' }, 50);
const busy = () => { const end = performance.now() + 80; while (performance.now() < end); };
document.querySelector('button').onclick = busy;
</script>"""


def settled(page: Page) -> web_vitals.WebVitals:
    """Return the vitals once there is nothing more to come."""
    page.wait_for_function("performance.getEntriesByType('paint').length > 1")
    for _ in range(100):
        found = web_vitals.read(page, 2000)
        if found.lcp_ms and found.cls:
            return found
        page.wait_for_timeout(20)
    return found


@pytest.mark.parametrize("from_the_start", [True, False])
def test_all_five_are_measured(chromium: Browser, from_the_start: bool) -> None:
    context = chromium.new_context()
    if from_the_start:
        context.add_init_script(web_vitals.VITALS_SCRIPT)
    page = context.new_page()
    context.route("**/*", lambda route: route.fulfill(body=SHIFTING, content_type="text/html"))
    page.goto("http://shifting.test/")
    first = settled(page)
    assert first.ttfb_ms is not None
    assert first.fcp_ms is not None
    assert first.lcp_ms is not None
    assert first.cls is not None
    assert 0 < first.ttfb_ms <= first.fcp_ms <= first.lcp_ms < 5000
    assert 0.01 < first.cls < 2
    assert first.inp_ms is None
    page.click("button")
    page.wait_for_function("new Promise(then => requestAnimationFrame(() => setTimeout(() => then(true), 30)))")
    after = web_vitals.read(page, 2000)
    assert after.inp_ms is not None
    assert 72 <= after.inp_ms < 2000
    page.goto("http://shifting.test/again")
    assert web_vitals.read(page, 2000).inp_ms is None
    context.close()


def test_a_page_that_says_nonsense_has_no_vitals(blank: Page) -> None:
    blank.evaluate("globalThis[Symbol.for('outrider.web-vitals')] = () => ({lcp_ms: 'soon', cls: true, inp_ms: 1.26})")
    assert web_vitals.read(blank, 2000).as_json() == {
        "lcp_ms": None,
        "cls": None,
        "inp_ms": 1.3,
        "ttfb_ms": None,
        "fcp_ms": None,
    }

"""What a journey says of its browser, as a page sees it."""

import pytest
from playwright.sync_api import Browser

from outrider_journeys.browser_options import BrowserOptions

pytestmark = pytest.mark.browser

SEEN = """async () => {
  const matches = query => matchMedia(query).matches;
  const place = await new Promise((found, failed) => navigator.geolocation.getCurrentPosition(found, failed));
  return {
    language: navigator.language,
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    place: [place.coords.latitude, place.coords.longitude, place.coords.accuracy],
    clipboard: (await navigator.permissions.query({name: "clipboard-read"})).state,
    dark: matches("(prefers-color-scheme: dark)"),
    still: matches("(prefers-reduced-motion: reduce)"),
    touch: navigator.maxTouchPoints > 0,
    size: [innerWidth, innerHeight, devicePixelRatio],
  };
}"""


def test_a_page_sees_what_the_journey_says_of_its_browser(chromium: Browser, site: str) -> None:
    options = BrowserOptions.model_validate(
        {
            "viewport": {"width": 400, "height": 300},
            "locale": "de_DE",
            "timezone": "Europe/Berlin",
            "geolocation": {"latitude": 52.52, "longitude": 13.4, "accuracy": 7},
            "permissions": ["geolocation", "clipboard-read"],
            "color_scheme": "dark",
            "reduced_motion": "reduce",
            "has_touch": True,
            "device_scale_factor": 2,
        }
    )
    with chromium.new_context(**options.context_options({})) as context:
        page = context.new_page()
        page.goto(f"{site}/thanks")
        assert page.evaluate(SEEN) == {
            "language": "de-DE",
            "zone": "Europe/Berlin",
            "place": [52.52, 13.4, 7],
            "clipboard": "granted",
            "dark": True,
            "still": True,
            "touch": True,
            "size": [400, 300, 2],
        }


def test_pages_run_no_scripts_when_the_journey_says_so(chromium: Browser) -> None:
    with chromium.new_context(**BrowserOptions(java_script=False).context_options({})) as context:
        page = context.new_page()
        page.goto("data:text/html,<p>before</p><script>document.querySelector('p').textContent = 'after'</script>")
        assert page.locator("p").inner_text() == "before"

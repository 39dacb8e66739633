"""How exported tests compare pictures; see ``written_along``."""

import base64
import time
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

from playwright.sync_api import Locator, Page


def looks_like(
    page: Page,
    name: str,
    secrets: Iterable[str],
    *,
    threshold_percent: float,
    timeout_ms: float,
    element: Locator | None = None,
    full_page: bool = False,
    masks: Iterable[Locator] = (),
) -> None:
    """Compare a picture with its baseline beside this file; without one, it becomes the baseline.

    There is one for each browser and size, in a folder that is called like this file; a picture
    that is not like it is kept beside it. Secrets and password fields are covered.
    """
    browser, size = page.context.browser, page.viewport_size
    engine = browser.browser_type.name if browser else "browser"
    shown = f"{size['width']}x{size['height']}" if size else "window"
    folder = Path(__file__).with_suffix(".baselines") / f"{engine}-{shown}"
    baseline = folder / f"{name}.png"
    known = baseline.read_bytes() if baseline.exists() else b""
    expected, allowed = known, threshold_percent if known else 0
    end = time.monotonic() + timeout_ms / 1000
    while True:
        covered = [*masks, *secret_places(page, secrets)]
        picture = picture_of(page, element, full_page, covered)
        percent = differing_percent(page, expected, picture) if expected else 100
        if percent <= allowed or time.monotonic() >= end:
            break
        expected = known or picture  # without a baseline: until two pictures are the same
        page.wait_for_timeout(100)
    folder.mkdir(parents=True, exist_ok=True)
    if not known:
        baseline.write_bytes(picture)
        warnings.warn(f"nothing was compared: {baseline} is new", stacklevel=2)
    elif percent > allowed:
        baseline.with_suffix(".actual.png").write_bytes(picture)
        found = f"{percent:.1f} % of the picture differ from {baseline}"
        raise AssertionError(f"{found}, at most {allowed:g} % may")


def picture_of(
    page: Page,
    element: Locator | None,
    full_page: bool,
    covered: list[Locator],
) -> bytes:
    """Take a picture, of animations their end."""
    if element is not None:
        return element.screenshot(mask=covered, mask_color="#5b5b66", animations="disabled")
    return page.screenshot(
        full_page=full_page,
        mask=covered,
        mask_color="#5b5b66",
        animations="disabled",
    )


def secret_places(page: Page, secrets: Iterable[str]) -> Iterator[Locator]:
    """Yield password fields, and what shows a secret."""
    sought = [secret for secret in secrets if len(secret) > 2]
    for frame in page.frames:
        yield frame.locator("input[type=password]")
        for secret in sought:
            yield frame.get_by_text(secret)
        fields = frame.locator("input, textarea")
        values = fields.evaluate_all("fields => fields.map(field => field.value)") if sought else []
        for position, value in enumerate(values):
            if any(secret in value for secret in sought):
                yield fields.nth(position)


def differing_percent(page: Page, baseline: bytes, picture: bytes) -> float:
    """Return how many of a hundred pixels differ; the browser reads the pictures, in a page apart.

    A channel may differ by 40 of 255, as much as smoothed edges do.
    """
    script = """async pictures => {
      const [first, second] = await Promise.all(pictures.map(async picture =>
        createImageBitmap(await (await fetch(`data:image/png;base64,${picture}`)).blob())));
      const width = Math.max(first.width, second.width);
      const height = Math.max(first.height, second.height);
      const [one, two] = [first, second].map(bitmap => {
        const canvas = Object.assign(document.createElement('canvas'), {width, height});
        const context = canvas.getContext('2d');
        context.drawImage(bitmap, 0, 0);
        return context.getImageData(0, 0, width, height).data;
      });
      let differing = 0;
      for (let pixel = 0; pixel < one.length; pixel += 4) {
        let by = one[pixel + 3] && two[pixel + 3] ? 0 : 255;  // what only one of them has differs
        for (let at = pixel; at < pixel + 4; at++) by = Math.max(by, Math.abs(one[at] - two[at]));
        if (by > 40) differing += 1;
      }
      return 100 * differing / (width * height);
    }"""
    texts = [base64.b64encode(each).decode() for each in (baseline, picture)]
    apart = (page.context.browser or page.context).new_page()
    try:
        percent: float = apart.evaluate(script, texts)
        return percent
    finally:
        apart.close()

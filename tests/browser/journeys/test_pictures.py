"""Pictures show no secret, however a page does."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from outrider_journeys.interpreter import WalkResult

from .conftest import Walk

pytestmark = pytest.mark.browser

SECRET = 't0p-s3cr3t/"quoted"'
MASK = (0x5B, 0x5B, 0x66)
SHOWING = "value area choice hint before after split raw json percent base64 host framed"
PLAIN = "plain other text"
LOOK = {"action": "assert", "timeout": 10, "visual": {"name": "secrets"}}


def walked_over(walked: Walk, url: str, *steps: dict[str, object]) -> WalkResult:
    return walked({"action": "goto", "url": url}, *steps, secrets=["KEY"], walk_secrets={"KEY": SECRET})


def covered(path: Path, page: Page) -> dict[str, bool]:
    """Return which elements have the colour of masks where they begin and in their middle."""
    with Image.open(path) as picture:
        shown = picture.convert("RGB")
        told = {}
        for name in f"{SHOWING} {PLAIN}".split():
            box = page.locator(f"#{name}").bounding_box()
            assert box is not None
            y = int(box["y"] + box["height"] / 2)
            told[name] = all(shown.getpixel((int(box["x"] + x), y)) == MASK for x in (4, 20, 60, 100))
    return told


def test_whatever_shows_a_secret_is_masked_and_nothing_else(walked: Walk, blank: Page) -> None:
    result = walked_over(walked, "/secrets", {"action": "screenshot"}, LOOK)
    assert result.failure is None
    assert len(result.files) >= 2
    expected = dict.fromkeys(SHOWING.split(), True) | dict.fromkeys(PLAIN.split(), False)
    assert [covered(file.path, blank) for file in result.files] == [expected] * len(result.files)


@pytest.mark.parametrize("url", ["/looping", "/secrets?moving"])
def test_without_knowing_what_to_mask_there_is_no_picture(walked: Walk, url: str, tmp_path: Path) -> None:
    result = walked({"action": "goto", "url": url}, secrets=["KEY"], walk_secrets={"KEY": SECRET}, within=1)
    assert (result.files, list(tmp_path.glob("*.png"))) == ((), [])

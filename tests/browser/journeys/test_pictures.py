"""Pictures show no secret, however a page does."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from outrider_journeys.interpreter import WalkResult
from outrider_journeys.pictures import Pictures
from outrider_journeys.secrecy import Secrecy

from .conftest import RealClock, Walk

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


FRAME = "<style>* {{ margin: 0 }} input {{ display: block; width: 100%; height: 100px }}</style><input value='{}' {}>"


def test_the_last_of_many_frames_is_judged_like_the_first(blank: Page, tmp_path: Path) -> None:
    """Looked at are frames beyond the twentieth: with a secret, a password, and something plain."""
    held = [*(("plain", "") for _ in range(22)), (SECRET.replace('"', "&quot;"), ""), ("x", "type=password"), ("n", "")]
    frames = "".join(
        f'<iframe id=f{number} srcdoc="{FRAME.format(value.replace("&", "&amp;"), more)}"></iframe>'
        for number, (value, more) in enumerate(held)
    )
    blank.set_content(f"<style>iframe {{ width: 90px; height: 40px; border: 0 }}</style>{frames}")
    Pictures(tmp_path, Secrecy([SECRET]), RealClock(), enabled=True).write(blank, tmp_path / "p.png", timeout_ms=15_000)
    with Image.open(tmp_path / "p.png") as picture:
        seen = picture.convert("RGB")
        boxes = [blank.locator(f"#f{number}").bounding_box() for number in (0, 21, 22, 23, 24)]
        points = [(int(box["x"] + 45), int(box["y"] + 20)) for box in boxes if box is not None]
        assert [seen.getpixel(point) == MASK for point in points] == [False, False, True, True, False]

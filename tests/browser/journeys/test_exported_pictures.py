"""How exported tests compare pictures: with a baseline beside the test, secrets covered."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from outrider_journeys.artifacts.picture_comparison import differing_percent as differing_percent_of_walks
from outrider_journeys.exporting import written_pictures
from outrider_journeys.exporting.written_pictures import differing_percent, looks_like

pytestmark = pytest.mark.browser

MASK = (0x5B, 0x5B, 0x66)


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(written_pictures, "__file__", str(tmp_path / "test_shop.py"))
    return tmp_path / "test_shop.baselines" / "chromium-1280x720"


def look(page: Page, *secrets: str, threshold_percent: float = 1) -> None:
    looks_like(page, "home", secrets, threshold_percent=threshold_percent, timeout_ms=300)


def test_the_first_picture_is_the_baseline_of_the_next(blank: Page, folder: Path) -> None:
    blank.set_content("<h1>Home</h1>")
    with pytest.warns(UserWarning, match=r"nothing was compared: .*home\.png is new"):
        look(blank)
    look(blank)
    blank.set_content("<h1 style='background: black; height: 300px'>Home</h1>")
    with pytest.raises(AssertionError, match=r"^4\d\.\d % of the picture differ from .*home\.png, at most 1 % may$"):
        look(blank)
    assert sorted(path.name for path in folder.iterdir()) == ["home.actual.png", "home.png"]
    look(blank, threshold_percent=50)
    blank.set_viewport_size({"width": 400, "height": 300})
    with pytest.warns(UserWarning, match="chromium-400x300"):
        look(blank)


def test_pictures_differ_as_much_as_for_a_walk(blank: Page, tmp_path: Path) -> None:
    one, other = Image.new("RGB", (40, 30), (200, 200, 200)), Image.new("RGB", (50, 20), (200, 241, 200))
    other.paste((200, 240, 200), (0, 0, 10, 10))
    one.save(tmp_path / "one.png")
    other.save(tmp_path / "other.png")
    expected = differing_percent_of_walks(tmp_path / "one.png", tmp_path / "other.png")
    found = differing_percent(blank, (tmp_path / "one.png").read_bytes(), (tmp_path / "other.png").read_bytes())
    assert found == pytest.approx(expected)
    assert 90 < found < 100
    assert len(blank.context.pages) == 1


@pytest.mark.filterwarnings("ignore:nothing was compared")
def test_secrets_are_covered_in_baselines(blank: Page, folder: Path) -> None:
    style = (
        "<style>body { margin: 0 }"
        " p, input, iframe { display: block; margin: 0; height: 40px; width: 300px; border: 0 }</style>"
    )
    frame = (
        "<iframe srcdoc='<style>* { margin: 0; height: 40px; width: 300px }</style><input value=tops3cret>'></iframe>"
    )
    blank.set_content(f"<p>tops3cret</p><input value=tops3cret><input type=password>{frame}<p>plain</p>{style}")
    look(blank, "tops3cret")
    with Image.open(folder / "home.png") as picture:
        seen = [picture.convert("RGB").getpixel((20, 20 + 40 * at)) == MASK for at in range(5)]
    assert seen == [True, True, True, True, False]

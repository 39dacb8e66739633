"""Pictures are compared by their pixels, whatever their sizes."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from outrider_journeys.artifacts.baseline_folder import baselines_in, folder_of
from outrider_journeys.artifacts.picture_comparison import SAME_UP_TO, differing_percent


def picture(path: Path, size: tuple[int, int] = (100, 50), box: tuple[int, ...] | None = None, tone: int = 0) -> Path:
    image = Image.new("RGB", size, "white")
    if box is not None:
        ImageDraw.Draw(image).rectangle(list(box), fill=(tone, tone, tone))
    image.save(path)
    return path


def test_what_is_the_same_differs_nowhere(tmp_path: Path) -> None:
    assert differing_percent(picture(tmp_path / "a.png"), picture(tmp_path / "b.png")) == 0


def test_pixels_that_differ_are_counted_and_marked(tmp_path: Path) -> None:
    plain, boxed = picture(tmp_path / "a.png"), picture(tmp_path / "b.png", box=(0, 0, 9, 9))
    drawing = tmp_path / "diff.png"
    assert differing_percent(plain, boxed, drawing) == pytest.approx(2.0)  # 100 of 5,000
    with Image.open(drawing) as drawn:
        assert (drawn.getpixel((5, 5)), drawn.getpixel((50, 25))) == ((214, 0, 60), (255, 255, 255))


def test_a_little_difference_of_tone_is_none(tmp_path: Path) -> None:
    faint = picture(tmp_path / "faint.png", box=(0, 0, 99, 49), tone=255 - SAME_UP_TO)
    clear = picture(tmp_path / "clear.png", box=(0, 0, 99, 49), tone=255 - SAME_UP_TO - 1)
    plain = picture(tmp_path / "plain.png")
    assert (differing_percent(plain, faint), differing_percent(plain, clear)) == (0, 100)


def test_what_only_one_of_them_has_differs(tmp_path: Path) -> None:
    small, large = picture(tmp_path / "a.png"), picture(tmp_path / "b.png", size=(100, 100))
    assert differing_percent(small, large) == differing_percent(large, small) == pytest.approx(50)


def test_baselines_lie_beside_their_journey(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "shop.journey.yaml")
    assert folder == tmp_path / "shop.baselines"
    (folder / "chromium-1280x720").mkdir(parents=True)
    cart = picture(folder / "chromium-1280x720" / "cart.png")
    assert baselines_in(folder) == {"chromium-1280x720/cart": cart}

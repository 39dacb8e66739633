"""Comparing two pictures pixel by pixel, and drawing where they differ."""

from pathlib import Path

from PIL import Image, ImageChops

SAME_UP_TO = 40
"""Difference of a colour channel (of 255) up to which a pixel counts as the same: smoothed edges vary that much."""
_FADED = 0.25
_MARK = (214, 0, 60)


def differing_percent(baseline: Path, current: Path, drawing: Path | None = None) -> float:
    """Return how many of a hundred pixels differ; what only one of the pictures has differs.

    Args:
        baseline: what it should look like.
        current: what it looks like.
        drawing: where to write the current picture, faded, with what differs marked; ``None`` for nowhere.
    """
    with Image.open(baseline) as first, Image.open(current) as second:
        before, now = first.convert("RGB"), second.convert("RGB")
    size = (max(before.width, now.width), max(before.height, now.height))
    different = _mask(_within(before, size), _within(now, size))
    _mark_what_one_lacks(different, before.size, now.size)
    if drawing is not None:
        faded = Image.blend(Image.new("RGB", size, "white"), _within(now, size), _FADED)
        faded.paste(_MARK, mask=different)
        faded.save(drawing)
    return 100 * different.histogram()[255] / (size[0] * size[1])


def _within(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    if picture.size == size:
        return picture
    whole = Image.new("RGB", size, "white")
    whole.paste(picture)
    return whole


def _mask(before: Image.Image, now: Image.Image) -> Image.Image:
    red, green, blue = ImageChops.difference(before, now).split()
    largest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return largest.point(lambda value: 255 if value > SAME_UP_TO else 0)


def _mark_what_one_lacks(different: Image.Image, before: tuple[int, int], now: tuple[int, int]) -> None:
    common = (min(before[0], now[0]), min(before[1], now[1]))
    if common == different.size:
        return
    both = different.crop((0, 0, *common))
    different.paste(255, (0, 0, *different.size))
    different.paste(both, (0, 0))

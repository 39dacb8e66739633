"""What pages should look like: pictures beside those of earlier runs."""

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from outrider_engine.domain.baselines import CURRENT, baseline_key, visual_file
from outrider_engine.domain.observations import ArtifactKind, ProducedFile

from .artifacts.picture_comparison import differing_percent
from .pictures import Pictures

if TYPE_CHECKING:
    from playwright.sync_api import Locator as Element
    from playwright.sync_api import Page


@dataclass(frozen=True, slots=True)
class Look:
    """How something looks beside how it should.

    Attributes:
        key: of the baseline: browser and size, and the name.
        percent: of pixels that differ; ``None`` when there was nothing to compare with.
    """

    key: str
    percent: float | None


class Visuals:
    """Compares the pictures of one walk with baselines (PNG files by key); secrets are masked in both."""

    def __init__(self, folder: Path, pictures: Pictures, baselines: Mapping[str, Path]) -> None:
        self.files: list[ProducedFile] = []
        self._folder = folder
        self._pictures = pictures
        self._baselines = baselines

    def look(
        self,
        page: "Page",
        name: str,
        *,
        timeout_ms: float,
        element: "Element | None",
        full_page: bool,
        masks: "Sequence[Element]",
    ) -> Look:
        """Take a picture and compare it."""
        key = baseline_key(_variant(page), name)
        current = self._path(key, CURRENT)
        self._pictures.write(page, current, timeout_ms=timeout_ms, element=element, full_page=full_page, masks=masks)
        baseline = self._baselines.get(key)
        return Look(key, None if baseline is None else differing_percent(baseline, current))

    def is_steady(self, look: Look) -> bool:
        """Whether the picture just taken is the same as the one before it: whether the page has come to rest."""
        current, before = self._path(look.key, CURRENT), self._path(look.key, "before")
        steady = before.exists() and differing_percent(before, current) == 0
        shutil.copyfile(current, before)
        return steady

    def keep(self, look: Look, step_index: int) -> None:
        """Keep the picture just taken; beside it, when there is a baseline, that one and where they differ."""
        current = self._path(look.key, CURRENT)
        self._add(current, step_index)
        baseline = self._baselines.get(look.key)
        if baseline is not None:
            self._add(Path(shutil.copyfile(baseline, self._path(look.key, "baseline"))), step_index)
            drawing = self._path(look.key, "diff")
            differing_percent(baseline, current, drawing)
            self._add(drawing, step_index)

    def _path(self, key: str, what: str) -> Path:
        return self._folder / visual_file(key, what)

    def _add(self, path: Path, step_index: int) -> None:
        if all(file.path != path for file in self.files):
            kind = ArtifactKind.VISUAL
            self.files.append(
                ProducedFile(kind=kind, name=path.name, path=path, content_type="image/png", step_index=step_index)
            )


def _variant(page: "Page") -> str:
    browser = page.context.browser
    engine = browser.browser_type.name if browser is not None else "browser"
    size = page.viewport_size
    shown = f"{size['width']}x{size['height']}" if size is not None else "window"
    return re.sub(r"[^a-z0-9-]", "-", f"{engine}-{shown}".lower())

"""Films of a run's pages, which Playwright makes with ffmpeg."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import playwright
import structlog
from playwright.sync_api import BrowserContext, Error

from outrider_engine.domain.observations import ArtifactKind, ProducedFile
from outrider_engine.errors import SlotError

log = structlog.get_logger(__name__)

LARGEST = 25_000_000
"""Bytes of all films of a run."""
_PROGRAM = "ffmpeg-linux"
_ADVICE = "install your system's ffmpeg, or run: playwright install ffmpeg"


def provide_ffmpeg(environment: Mapping[str, str]) -> None:
    """See to it that Playwright finds an ffmpeg: its own, or else that of the system, linked to where it looks.

    Raises:
        SlotError: there is none; the message says what to install.
    """
    expected = _where_playwright_looks(environment)
    if os.access(expected, os.X_OK):
        return
    found = shutil.which("ffmpeg", path=environment.get("PATH"))
    if found is None:
        raise SlotError(f"there is no ffmpeg on this machine; {_ADVICE}")
    try:
        expected.parent.mkdir(parents=True, exist_ok=True)
        expected.unlink(missing_ok=True)  # a link whose program is gone
        expected.symlink_to(found)
    except FileExistsError:
        return  # another process was quicker
    except OSError as error:
        raise SlotError(f"{found} can't be linked to {expected}: {error.strerror}") from error


def _where_playwright_looks(environment: Mapping[str, str]) -> Path:
    package = Path(playwright.__file__).parent / "driver" / "package"
    listed = json.loads((package / "browsers.json").read_text(encoding="utf-8"))["browsers"]
    revision = next(each["revision"] for each in listed if each["name"] == "ffmpeg")
    chosen = environment.get("PLAYWRIGHT_BROWSERS_PATH", "")
    home = Path(environment.get("HOME") or Path.home()) / ".cache" / "ms-playwright"
    folder = package / ".local-browsers" if chosen == "0" else Path(chosen) if chosen else home
    return folder / f"ffmpeg-{revision}" / _PROGRAM


class Films:
    """Where Playwright films each page of a run."""

    def __init__(self, folder: Path) -> None:
        self.raw = folder / "raw-video"
        self._folder = folder

    def end(self, pages: BrowserContext, *, is_kept: bool) -> tuple[list[ProducedFile], int]:
        """Close all pages, for only then films are whole; return those that fit, and how many are left out."""
        order = []
        try:
            order = [Path(page.video.path()) for page in pages.pages if page.video is not None]
            pages.close()
        except Error as error:
            log.info("films are not whole", error=error.message.split("\n", 1)[0])
        others = sorted(set(self.raw.glob("*.webm")) - set(order))
        made = [film for film in [*order, *others] if film.is_file() and film.stat().st_size]
        kept, left_out = self._fitting(made) if is_kept else ([], 0)
        shutil.rmtree(self.raw, ignore_errors=True)
        return kept, left_out

    def _fitting(self, made: list[Path]) -> tuple[list[ProducedFile], int]:
        kept: list[ProducedFile] = []
        left, left_out = LARGEST, 0
        for film in made:
            size = film.stat().st_size
            if size > left:
                left_out += 1
                continue
            left -= size
            path = film.rename(self._folder / f"video{f'-{len(kept) + 1}' if kept else ''}.webm")
            kept.append(ProducedFile(kind=ArtifactKind.VIDEO, name=path.name, path=path, content_type="video/webm"))
        return kept, left_out

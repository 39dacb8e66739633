"""Files that pages download: kept while the walk lasts, never opened."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Error

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Download, Page

LARGEST = 50_000_000
"""Bytes; a larger file is not kept."""
_MOST = 50


@dataclass(frozen=True, slots=True)
class DownloadRecord:
    """A file that was downloaded.

    Attributes:
        name: what the site calls it.
        path: where it lies until the walk ends.
        size: in bytes.
    """

    name: str
    url: str
    path: Path
    size: int


@dataclass(slots=True, eq=False)
class Underway:
    """A download that began. One of ``record`` and ``problem`` is set once it is over."""

    download: "Download" = field(repr=False)
    record: DownloadRecord | None = None
    problem: str | None = None

    @property
    def is_over(self) -> bool:
        """Whether it came to its end, good or bad."""
        return self.record is not None or self.problem is not None


class Downloads:
    """The downloads of a walk.

    Attributes:
        begun: all of them, in the order in which they began.
        named: those that a step gave a name to.
    """

    def __init__(self) -> None:
        self.begun: list[Underway] = []
        self.named: dict[str, DownloadRecord] = {}
        self._context: BrowserContext | None = None
        self._pages: list[Page] = []

    def listen(self, context: "BrowserContext") -> None:
        """Take the downloads of all pages, those that open later too."""
        self._context = context
        context.on("page", self._watch)
        for page in context.pages:
            self._watch(page)

    def close(self) -> None:
        """Take no more."""
        if self._context is not None:
            self._context.remove_listener("page", self._watch)
        for page in self._pages:
            page.remove_listener("download", self._take)
        self._pages = []

    def _watch(self, page: "Page") -> None:
        self._pages.append(page)
        page.on("download", self._take)

    def _take(self, download: "Download") -> None:
        """Wait for the file. This is the event's own strand: steps go on meanwhile, and give up when they like."""
        under_way = Underway(download)
        if len(self.begun) >= _MOST:
            return
        self.begun.append(under_way)
        try:
            path = download.path()
            size = path.stat().st_size
            if size > LARGEST:
                download.delete()
        except (Error, OSError) as error:
            under_way.problem = str(error).strip().split("\n", 1)[0]
            return
        if size > LARGEST:
            under_way.problem = f"has {size:,} bytes, more than {LARGEST:,}"
        else:
            under_way.record = DownloadRecord(download.suggested_filename, download.url, path, size)

"""Screenshots without secrets."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from outrider_engine.domain.observations import ArtifactKind, ProducedFile

from .secrecy import Secrecy

if TYPE_CHECKING:
    from playwright.sync_api import Locator as Element
    from playwright.sync_api import Page

_MOST_FRAMES = 20
_MASK = "#5b5b66"
_PASSWORDS = "input[type=password]"


def _quoted(text: str) -> str:
    """Return a text as a string of CSS, every character of it that may mean something written as its number."""
    plain = (
        character if character.isalnum() and character.isascii() else f"\\{ord(character):x} " for character in text
    )
    return f'"{"".join(plain)}"'


class Pictures:
    """Takes the screenshots of one walk.

    Masked are: password fields, fields that were filled with a secret, and elements that show one or came with one.
    """

    def __init__(self, folder: Path, secrecy: Secrecy, *, enabled: bool) -> None:
        self.files: list[ProducedFile] = []
        self._enabled = enabled
        self._folder = folder
        self._secrecy = secrecy
        self._hidden: list[Element] = []

    def hide(self, element: "Element") -> None:
        """Mask an element from now on."""
        self._hidden.append(element)

    def take(
        self,
        page: "Page",
        name: str,
        *,
        step_index: int,
        timeout_ms: float,
        full_page: bool = False,
        element: "Element | None" = None,
    ) -> None:
        """Write one picture; an animation is taken at its end, a blinking caret not at all."""
        if not self._enabled:
            return
        file = f"{step_index + 1:03d}-{re.sub(r'[^A-Za-z0-9_-]+', '-', name)[:60]}.png"
        path = self._folder / self._free(file)
        self.write(page, path, timeout_ms=timeout_ms, element=element, full_page=full_page)
        self.files.append(
            ProducedFile(
                kind=ArtifactKind.SCREENSHOT,
                name=path.name,
                path=path,
                content_type="image/png",
                step_index=step_index,
            )
        )

    def write(
        self,
        page: "Page",
        path: Path,
        *,
        timeout_ms: float,
        element: "Element | None" = None,
        full_page: bool = False,
        masks: "Sequence[Element]" = (),
    ) -> None:
        """Write a picture somewhere, with ``masks`` covered as well, whether pictures are kept or not."""
        covered = [*masks, *self._masks(page)]
        if element is not None:
            element.screenshot(path=path, timeout=timeout_ms, mask=covered, mask_color=_MASK, animations="disabled")
        else:
            page.screenshot(
                path=path,
                timeout=timeout_ms,
                full_page=full_page,
                mask=covered,
                mask_color=_MASK,
                animations="disabled",
            )

    def _masks(self, page: "Page") -> "Iterator[Element]":
        yield from self._hidden
        for frame in page.frames[:_MOST_FRAMES]:
            yield frame.locator(_PASSWORDS)
            for secret in sorted(self._secrecy.values):
                yield frame.get_by_text(secret)
                yield frame.locator(f"css=[value*={_quoted(secret)}]")

    def _free(self, file: str) -> str:
        taken = {kept.name for kept in self.files}
        stem, number = file.removesuffix(".png"), 1
        while file in taken:
            number += 1
            file = f"{stem}-{number}.png"
        return file

"""Screenshots without secrets."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from outrider_engine.domain.observations import ArtifactKind, ProducedFile
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.ports.clock import Clock

from .actions.contract import StepFailure
from .secrecy import Secrecy
from .shown_secrets import ShownIn, element_at, positions

if TYPE_CHECKING:
    from playwright.sync_api import Locator as Element
    from playwright.sync_api import Page

_MASK = "#5b5b66"
_PASSWORDS = "input[type=password]"
_TRIES = 3
"""Pictures taken of a page in which what shows secrets moves meanwhile."""


class Pictures:
    """Takes the screenshots of one walk.

    Masked are: password fields, fields that were filled with a secret, and elements that show one. When these can't
    be told, there is no picture.
    """

    def __init__(self, folder: Path, secrecy: Secrecy, clock: Clock, *, enabled: bool) -> None:
        self.files: list[ProducedFile] = []
        self._enabled = enabled
        self._folder = folder
        self._secrecy = secrecy
        self._clock = clock
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
        """Write a picture somewhere, with ``masks`` covered as well, whether pictures are kept or not.

        Raises:
            StepFailure: what shows secrets could not be told in time, so that there is no picture.
            playwright.sync_api.Error: as ``screenshot`` does.
        """
        ends_at = self._clock.monotonic() + timeout_ms / 1000

        def left_ms() -> float:
            return max((ends_at - self._clock.monotonic()) * 1000, 1)

        shown = self._shown(page, left_ms)
        for _ in range(_TRIES):
            covered = [*masks, *self._masks(page), *(element_at(frame, at) for frame, places in shown for at in places)]
            content = _picture(page, element, covered, timeout_ms=left_ms(), full_page=full_page)
            before, shown = shown, self._shown(page, left_ms)
            if shown == before:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                return
        moving = "what shows secrets on the page does not come to rest"
        raise StepFailure(moving, reason=Reason.TIMEOUT, verdict=Verdict.TIMED_OUT)

    def _shown(self, page: "Page", left_ms: Callable[[], float]) -> ShownIn:
        """Return what shows secrets by now; nothing is asked of the page if there are none."""
        if not self._secrecy.redactor:
            return []
        return [(frame, positions(frame, self._secrecy, timeout_ms=left_ms())) for frame in page.frames]

    def _masks(self, page: "Page") -> "Iterator[Element]":
        yield from self._hidden
        for frame in page.frames:
            yield frame.locator(_PASSWORDS)
            for secret in sorted(self._secrecy.values):
                yield frame.get_by_text(secret)  # also where it is put together of several elements

    def _free(self, file: str) -> str:
        taken = {kept.name for kept in self.files}
        stem, number = file.removesuffix(".png"), 1
        while file in taken:
            number += 1
            file = f"{stem}-{number}.png"
        return file


def _picture(
    page: "Page", element: "Element | None", covered: "Sequence[Element]", *, timeout_ms: float, full_page: bool
) -> bytes:
    if element is not None:
        return element.screenshot(timeout=timeout_ms, mask=covered, mask_color=_MASK, animations="disabled")
    return page.screenshot(
        timeout=timeout_ms, full_page=full_page, mask=covered, mask_color=_MASK, animations="disabled"
    )

"""The list of steps that grows while somebody records: live in a terminal, line by line anywhere else."""

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from rich.console import Console, RenderableType
from rich.live import Live
from rich.text import Text

_WINDOW = 30
"""Steps that a live list shows at most: the newest, as many of them as the terminal has room for."""
_BELOW = 2
"""Lines that are left free: the cursor's, and one for what follows."""


class RecordedSteps:
    """Shows the steps of a recording for the length of a ``with`` block.

    Args:
        names: returns the names of the steps so far.
    """

    def __init__(self, console: Console, names: Callable[[], Sequence[str]]) -> None:
        self._console = console
        self._names_of = names
        self._names: Sequence[str] = ()
        self._printed = 0
        self._has_news = False
        self._live = Live(get_renderable=self._rendered, console=console, auto_refresh=False)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def changed(self) -> None:
        """Take note that steps may have changed; they are shown at the next ``show``."""
        self._has_news = True

    def show(self, *, is_over: bool = False) -> None:
        """Show what there is. Where lines stay, the last step waits for the end or the next: it may still change."""
        if not (self._has_news or is_over):
            return
        self._has_news = False
        self._names = self._names_of()
        if self._console.is_terminal:
            self._live.refresh()
            return
        settled = len(self._names) if is_over else len(self._names) - 1
        for number in range(self._printed, settled):
            self._console.print(_line(number, self._names[number]), soft_wrap=True)
        self._printed = max(self._printed, settled)

    def _rendered(self) -> RenderableType:
        shown = max(1, min(_WINDOW, self._console.height - _BELOW))
        first = max(0, len(self._names) - shown)
        lines = Text("\n", no_wrap=True, overflow="ellipsis")
        return lines.join(_line(number, self._names[number]) for number in range(first, len(self._names)))


def _line(number: int, name: str) -> Text:
    return Text.assemble((f"{number + 1:>4} ", "dim"), name)

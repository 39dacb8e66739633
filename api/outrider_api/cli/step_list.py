"""The list of steps that grows while a journey is walked: live in a terminal, line by line anywhere else."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from outrider_engine.domain.observations import StepResult
from outrider_engine.domain.verdicts import Verdict

MARKS: dict[Verdict, tuple[str, str]] = {
    Verdict.PASSED: ("✓", "green"),
    Verdict.DEGRADED: ("!", "yellow"),
    Verdict.FAILED: ("✗", "red"),
    Verdict.TIMED_OUT: ("✗", "red"),
    Verdict.ERROR: ("✗", "red"),
    Verdict.CANCELLED: ("·", "dim"),
    Verdict.MISSED: ("·", "dim"),
}
BEGUN = ("▸", "cyan")
_NARROWEST, _WIDEST = 40, 80
_BESIDE_THE_NAME = 16
"""Columns for indent, mark, duration and the spaces between them."""
_WINDOW = 30
"""Steps that a live list shows at most; of a longer walk the newest."""


@dataclass(frozen=True, slots=True)
class ShownStep:
    """What is shown of a step that ended."""

    name: str
    status: Verdict
    duration_ms: float
    error: str | None = None

    @classmethod
    def of(cls, step: StepResult) -> "ShownStep":
        """Return what is shown of a result."""
        return cls(step.name, step.status, step.duration_ms, step.error)


class StepList:
    """Shows steps as they end, for the length of a ``with`` block.

    Args:
        planned: the names of the steps that are expected, so that the next one can be named while it goes on.
    """

    def __init__(self, console: Console, planned: Sequence[str] = (), *, indent: str = "  ") -> None:
        self._console = console
        self._planned = tuple(planned)
        self._indent = indent
        self._width = name_width(self._planned, console.width if console.is_terminal else None)
        self._steps: list[ShownStep] = []
        self._step_began = time.monotonic()
        self._is_over = False
        self._live = Live(get_renderable=self._rendered, console=console, refresh_per_second=10)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over = True
        if self._console.is_terminal:
            self._live.stop()

    @property
    def shown(self) -> int:
        """How many steps have ended."""
        return len(self._steps)

    def ended(self, step: ShownStep) -> None:
        """Show one more step."""
        self._steps.append(step)
        self._step_began = time.monotonic()
        if not self._console.is_terminal:
            self._console.print(step_line(step, self._indent, self._width), soft_wrap=True)

    def _rendered(self) -> RenderableType:
        table = Table.grid(padding=(0, 1))
        for step in self._steps[-_WINDOW:] if not self._is_over else self._steps:
            table.add_row(step_line(step, self._indent, self._width))
        if not self._is_over and len(self._steps) < len(self._planned):
            waiting = (time.monotonic() - self._step_began) * 1000
            name = self._planned[len(self._steps)]
            table.add_row(_line(BEGUN, self._indent, name, waiting, self._width))
        return table


def show_steps(console: Console, steps: Sequence[ShownStep]) -> None:
    """Print the steps of a walk that is over, or of one so far."""
    width = name_width([step.name for step in steps], console.width if console.is_terminal else None)
    for step in steps:
        console.print(step_line(step, width=width), soft_wrap=True)


def name_width(names: Sequence[str], columns: int | None = None) -> int:
    """Return how wide the column of names has to be, so that durations stand below one another in ``columns``."""
    longest = max((cell_len(name) for name in names), default=0)
    room = _WIDEST if columns is None else min(_WIDEST, columns - _BESIDE_THE_NAME)
    return min(max(longest, _NARROWEST), max(room, _NARROWEST))


def step_line(step: ShownStep, indent: str = "  ", width: int = _NARROWEST) -> Text:
    """Return a step as one line, and what went wrong as a second one."""
    mark, style = MARKS[step.status]
    line = _line((mark, style), indent, step.name, step.duration_ms, width)
    if step.error:
        line.append(f"\n{indent}  {step.error}", style=style)
    return line


def duration(milliseconds: float) -> str:
    """Return a duration as people read it."""
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.2f} s"


def _line(mark: tuple[str, str], indent: str, name: str, milliseconds: float, width: int) -> Text:
    shown = Text(name)
    shown.truncate(width, overflow="ellipsis", pad=True)
    return Text.assemble(indent, mark, " ", shown, " ", (f"{duration(milliseconds):>9}", "dim"))

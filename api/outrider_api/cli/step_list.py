"""The list of steps that grows while a journey is walked: live in a terminal, line by line anywhere else."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from outrider_engine.domain.observations import StepResult
from outrider_engine.domain.verdicts import Verdict

from .step_nesting import blocks_around

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
_INDENT = "  "
_SHORTEST = 20
"""Columns that even the name of a step within many blocks has."""
_DEEPER = "  "
"""What steps within a block are indented by, more than the block."""


@dataclass(frozen=True, slots=True)
class ShownStep:
    """What is shown of a step that ended. Its id tells which blocks it is within."""

    id: str
    name: str
    status: Verdict
    duration_ms: float
    error: str | None = None

    @classmethod
    def of(cls, step: StepResult) -> "ShownStep":
        """Return what is shown of a result."""
        return cls(step.id, step.name, step.status, step.duration_ms, step.error)


@dataclass(slots=True)
class _Row:
    """A line of the list: a step that ended, or a block of which steps have ended."""

    indent: str
    which: str
    name: str
    step: ShownStep | None = None
    began: float = field(default_factory=time.monotonic)

    @property
    def shown_name(self) -> str:
        """The name, after the number of the round."""
        return f"{self.which}: {self.name}" if self.which else self.name

    def line(self, width: int) -> Text:
        """Return it as text; a block that goes on with the time since it was first met."""
        if self.step is not None:
            return _step_line(self.step, self.shown_name, self.indent, width)
        return _line(BEGUN, self.indent, self.shown_name, (time.monotonic() - self.began) * 1000, width)


class StepList:
    """Shows steps as they end, for the length of a ``with`` block.

    Args:
        planned: the names of the outermost steps that are expected, so that the next one can be named while it goes on.
        names: of all steps that may come, so that there is room for them; those that are planned when empty.
        name_of_block: the name of the block of an id, ``None`` for what is none. Steps end before the block that they
            are within: that is named before the first of them.
    """

    def __init__(
        self,
        console: Console,
        planned: Sequence[str] = (),
        *,
        names: Sequence[str] = (),
        name_of_block: Callable[[str], str | None] = lambda _id: None,
    ) -> None:
        self._console = console
        self._planned = tuple(planned)
        self._name_of_block = name_of_block
        self._width = name_width(names or self._planned, console.width if console.is_terminal else None)
        self._rows: dict[str, _Row] = {}
        self._shown = 0
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
        return self._shown

    def ended(self, step: ShownStep) -> None:
        """Show one more step."""
        indent, which = _INDENT, ""
        for block in blocks_around(step.id, self._is_block):
            if block.id not in self._rows:
                self._add(block.id, _Row(indent, which, self._name_of_block(block.id) or block.id))
            indent, which = indent + _DEEPER, block.which
        row = _Row(indent, which, step.name, step)
        self._shown += 1
        self._step_began = time.monotonic()
        self._add(step.id, row)

    def _is_block(self, id: str) -> bool:
        return id in self._rows or self._name_of_block(id) is not None

    def _add(self, id: str, row: _Row) -> None:
        """Add a line, or put it in the place of that of the block that went on until now."""
        before = self._rows.get(id)
        self._rows[id if before is None or before.step is None else f"{id} {len(self._rows)}"] = row
        if not self._console.is_terminal:
            begun = Text.assemble(row.indent, BEGUN, " ", row.shown_name)
            self._console.print(begun if row.step is None else row.line(self._width), soft_wrap=True)

    def _rendered(self) -> RenderableType:
        table = Table.grid(padding=(0, 1))
        rows = list(self._rows.values())
        for row in rows[-_WINDOW:] if not self._is_over else rows:
            table.add_row(row.line(self._width))
        outermost = [row for row in rows if row.indent == _INDENT]
        goes_on = not outermost or outermost[-1].step is not None
        if not self._is_over and goes_on and len(outermost) < len(self._planned):
            waiting = (time.monotonic() - self._step_began) * 1000
            table.add_row(_line(BEGUN, _INDENT, self._planned[len(outermost)], waiting, self._width))
        return table


def show_steps(console: Console, steps: Sequence[ShownStep]) -> None:
    """Print the steps of a walk that is over, or of one so far, in the order in which they began."""
    width = name_width([step.name for step in steps], console.width if console.is_terminal else None)
    ids = {step.id for step in steps}
    for step in steps:
        around = list(blocks_around(step.id, ids.__contains__))
        row = _Row(_INDENT + _DEEPER * len(around), around[-1].which if around else "", step.name, step)
        console.print(row.line(width), soft_wrap=True)


def left_out_lines(facts: Mapping[str, Any]) -> Iterator[Text]:
    """Yield which kinds of files a run has none of although there should be, and why."""
    left_out = facts.get("files_left_out")
    for kind, why in left_out.items() if isinstance(left_out, Mapping) else ():
        yield Text(f"  no {kind}: {why}", style="yellow")


def name_width(names: Sequence[str], columns: int | None = None) -> int:
    """Return how wide the column of names has to be, so that durations stand below one another in ``columns``."""
    longest = max((cell_len(name) for name in names), default=0)
    room = _WIDEST if columns is None else min(_WIDEST, columns - _BESIDE_THE_NAME)
    return min(max(longest, _NARROWEST), max(room, _NARROWEST))


def duration(milliseconds: float) -> str:
    """Return a duration as people read it."""
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.2f} s"


def _step_line(step: ShownStep, name: str, indent: str, width: int) -> Text:
    """Return a step as one line, and what went wrong as a second one."""
    mark, style = MARKS[step.status]
    line = _line((mark, style), indent, name, step.duration_ms, width)
    if step.error:
        line.append(f"\n{indent}  {step.error}", style=style)
    return line


def _line(mark: tuple[str, str], indent: str, name: str, milliseconds: float, width: int) -> Text:
    shown = Text(name)
    shown.truncate(max(width - cell_len(indent) + len(_INDENT), _SHORTEST), overflow="ellipsis", pad=True)
    return Text.assemble(indent, mark, " ", shown, " ", (f"{duration(milliseconds):>9}", "dim"))

"""Tables for people, plain enough for grep when nobody looks."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

_GAP = 3
"""Columns between two columns of a table."""
_WIDEST_PADDED = 40
"""Columns up to which cells are padded in a file: a longer cell makes its own line longer and no other."""


def show_table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; into a pipe or a file one line for each row, whole, without blanks at its end."""
    console = Console(highlight=False)
    if not console.is_terminal:
        for line in _plain_lines([titles, *rows]):
            console.print(Text(line), soft_wrap=True)
        return
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
    for title in titles:
        table.add_column(title)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def _plain_lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    cells = [[" ".join(cell.splitlines()) for cell in row] for row in rows]
    longest = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    widths = [min(width, _WIDEST_PADDED) + _GAP for width in longest]
    for row in cells:
        padded = [cell + " " * max(width - cell_len(cell), _GAP) for cell, width in zip(row, widths, strict=True)]
        yield "".join(padded).rstrip()


def day_and_time(moment: datetime | None) -> str:
    """Return a time as tables show it, to the minute in UTC."""
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "never"


def show_facts(facts: Sequence[tuple[str, str]]) -> None:
    """Print names and texts, one on each line, however long it is."""
    console = Console(highlight=False)
    width = max((len(name) for name, _ in facts), default=0)
    for name, text in facts:
        console.print(Text.assemble((f"{name:<{width}}", "bold"), f"   {text}"), soft_wrap=True)

"""Tables for people, plain enough for grep when nobody looks."""

from collections.abc import Sequence
from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

_WIDTH_OF_A_FILE = 400


def show_table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; into a pipe or a file without any wrapping."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH_OF_A_FILE)
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="bold")
    for title in titles:
        table.add_column(title)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def day_and_time(moment: datetime | None) -> str:
    """Return a time as tables show it, to the minute in UTC."""
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "never"


def show_facts(facts: Sequence[tuple[str, str]]) -> None:
    """Print names and texts, one on each line, however long it is."""
    console = Console(highlight=False)
    width = max((len(name) for name, _ in facts), default=0)
    for name, text in facts:
        console.print(Text.assemble((f"{name:<{width}}", "bold"), f"   {text}"), soft_wrap=True)

"""Following the runs of a server: each is shown when it has ended."""

import os
import sys
from collections.abc import Callable, Iterator
from itertools import islice

import typer
from rich.console import Console
from rich.text import Text

from outrider_api.client import Client, Refused, Run, Unreachable
from outrider_engine.domain.verdicts import Verdict

from .json_output import print_line
from .moments import clock
from .named_checks import CheckNames, id_of_check
from .signals import StopRequest
from .step_list import MARKS, duration

_MOST_ASKED = 5
"""Runs that are asked after one by one in each round, when they have left the newest page."""
_MOST_WAITING = 1000
_PAGE = 100


class NewRuns:
    """The runs that have ended since the last look, in the order in which they ended.

    Runs are listed newest first, so each look walks back to the newest run of the look before; what had not ended then
    is kept in mind, as far as there is room. The newest page is looked through whole each time: transactions commit out
    of order, so that a run may appear behind one that has been seen.
    """

    def __init__(self, client: Client, check_id: str | None) -> None:
        self._client = client
        self._check_id = check_id
        self._waiting: dict[str, None] = {}
        self._told: set[str] = set()
        self._newest = ""
        self._floor = ""

    def first(self, lines: int) -> list[Run]:
        """Return the last runs that have ended; the next look begins after them."""
        size = max(lines, _PAGE)
        met = list(islice(self._walk(), size))
        if met:
            self._newest = met[0].id
            self._floor = met[-1].id if len(met) == size else ""
        over = self._sorted_out(met)
        return over[len(over) - lines :] if lines < len(over) else over

    def look(self) -> list[Run]:
        """Return the runs that have ended since the last look."""
        walked = []
        for number, run in enumerate(self._walk()):
            if number >= _PAGE and run.id <= self._newest:
                break
            walked.append(run)
        met = [run for run in walked if run.id >= self._floor]
        seen = {run.id for run in met}
        asked = [id for id in self._waiting if id not in seen][:_MOST_ASKED]
        met += filter(None, map(self._asked_after, asked))
        over = self._sorted_out(met)
        if walked:
            self._newest = walked[0].id
            self._told = {id for id in self._told if id >= walked[-1].id}
        return over

    def _sorted_out(self, met: list[Run]) -> list[Run]:
        """Remember which runs have been told and which are to be asked after; returns those to be told."""
        over = [run for run in met if run.is_over and run.id not in self._told]
        for run in met:
            if run.is_over:
                self._waiting.pop(run.id, None)
            elif run.id in self._waiting or len(self._waiting) < _MOST_WAITING:
                self._waiting.pop(run.id, None)
                self._waiting[run.id] = None  # at the end: everyone has its turn
        self._told |= {run.id for run in over}
        return sorted(over, key=lambda run: (str(run.raw.get("completed_at")), run.id))

    def _asked_after(self, id: str) -> Run | None:
        try:
            return self._client.runs.get(id)
        except Refused as refusal:
            if refusal.status != 404:
                raise
            del self._waiting[id]
            return None

    def _walk(self) -> Iterator[Run]:
        return self._client.runs.list(page_size=_PAGE, check_id=self._check_id)


def tail(client: Client, *, check: str | None, lines: int, as_json: bool, asked: StopRequest, every_s: float) -> None:
    """Show the last runs, and every run that ends, until ``asked`` is set.

    Raises:
        NoSuchName, Ambiguous: the check can't be found.
        Refused: the server does not let us.
        Unreachable: the server can't be reached at first; later, it is waited for.
    """
    check_id = id_of_check(client, check) if check else None
    runs = NewRuns(client, check_id)
    show = _printer(client, as_json=as_json)
    try:
        show(runs.first(lines))
        is_away = False
        while not asked.wait(every_s):
            try:
                show(runs.look())
                is_away = False
            except (Unreachable, Refused) as error:
                if isinstance(error, Refused) and error.is_ours:
                    raise
                if not is_away:
                    typer.echo(f"outrider: {error}; going on when it is back", err=True)
                is_away = True
    except BrokenPipeError:  # whoever read along has had enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _printer(client: Client, *, as_json: bool) -> Callable[[list[Run]], None]:
    names = CheckNames(client)
    console = Console(highlight=False)

    def show(runs: list[Run]) -> None:
        for run in runs:
            if as_json:
                print_line(run.raw)
            else:
                console.print(_line(run, names.of(run.family, run.check_id)), soft_wrap=True)
        sys.stdout.flush()

    return show


def _line(run: Run, name: str) -> Text:
    mark, style = MARKS[Verdict(run.status)]
    took = duration(run.duration_ms) if run.duration_ms is not None else ""
    line = Text.assemble(
        f"{clock(run.completed_at)} ", (f"{mark} {run.status:<9}", style), f" {name:<24} {run.location:<12} "
    )
    line.append_text(Text(f"{took:>9}", "dim")).append(f"  {run.id}")
    if run.error:
        line.append(f"  {run.error}", style=style)
    return line

"""Following the events of a server."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import typer
from rich.console import Console
from rich.text import Text

from outrider_api.client import Client, Event, Refused, Unreachable
from outrider_engine.domain.checks import Family
from outrider_engine.domain.ids import PREFIXES
from outrider_engine.domain.verdicts import Verdict

from .json_output import print_line
from .moments import clock
from .named_checks import CheckNames, id_of_check
from .step_list import MARKS


def follow(client: Client, *, check: str | None, types: Sequence[str], after: str | None, as_json: bool) -> None:
    """Show events until Ctrl-C.

    Raises:
        NoSuchName, Ambiguous: the check can't be found.
        Refused: the server does not let us.
        Unreachable: the server can't be reached at first; later, it is waited for.
    """
    check_ids = [id_of_check(client, check)] if check else []
    names, console = CheckNames(client), Console(highlight=False)
    try:
        with suppress(KeyboardInterrupt):
            for event in client.events.follow(types=types, check_ids=check_ids, after=after, when_away=_told):
                if as_json:
                    print_line(event.raw)
                else:
                    console.print(_line(event, names), soft_wrap=True)
                sys.stdout.flush()
    except BrokenPipeError:  # whoever read along has had enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _told(problem: Refused | Unreachable) -> None:
    typer.echo(f"outrider: {problem}; going on when it is back", err=True)


def _line(event: Event, names: CheckNames) -> Text:
    told = event.raw
    verdicts = {verdict.value: verdict for verdict in Verdict}
    _, style = MARKS.get(verdicts.get(event.status, Verdict.PASSED), ("", "")) if event.status in verdicts else ("", "")
    about = names.of(_family_of(event.check_id), event.check_id) if event.check_id else ""
    words = [told.get("title"), told.get("name"), told.get("message"), told.get("error"), told.get("reason")]
    line = Text.assemble(f"{clock(event.at)} {event.type:<18} ", (f"{event.status:<12}", style), f" {about:<24}")
    line.append(f" {told.get('location') or '':<10} {event.run_id or ''}", "dim")
    said = next((str(word) for word in words if word), "")
    return line.append(f"  {said}", style) if said else line


def _family_of(check_id: str) -> str:
    prefix = check_id.partition("_")[0]
    return next((family.value for family in Family if PREFIXES[family.value] == prefix), "")

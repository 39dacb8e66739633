"""Runs of a server: listed, and shown with their steps and files."""

import webbrowser
from collections.abc import Sequence
from itertools import islice

import typer
from rich.console import Console

from outrider_api.client import Client, Run

from .json_output import print_json
from .moments import clock
from .named_checks import CheckNames, id_of_check
from .run_lines import end_line, show_steps_of
from .step_list import duration, left_out_lines
from .tables import show_facts, show_table

MOST_ON_A_PAGE = 100


def list_runs(client: Client, *, check: str | None, limit: int, as_json: bool, **filters: str | None) -> None:
    """List the newest runs.

    Raises:
        NoSuchName, Ambiguous: the check can't be found.
        ClientError: the server refused it, or can't be reached.
    """
    check_id = id_of_check(client, check) if check else None
    walked = client.runs.list(page_size=min(limit, MOST_ON_A_PAGE), check_id=check_id, **filters)
    found = list(islice(walked, limit))
    if as_json:
        print_json([run.raw for run in found])
        return
    names = CheckNames(client)
    show_table(
        ("run", "check", "status", "location", "trigger", "when", "took", "error"),
        [
            (
                *(run.id, names.of(run.family, run.check_id), run.status, run.location, run.trigger),
                *(clock(run.started_at or run.created_at), _took(run), run.error or ""),
            )
            for run in found
        ],
    )


def show_run(client: Client, id: str, *, as_json: bool) -> None:
    """Show a run with its steps and files.

    Raises:
        ClientError: the server refused it, or can't be reached.
    """
    _tell(client, client.runs.get(id), as_json=as_json)


def trace_run(client: Client, id: str, *, as_json: bool, open_it: bool) -> None:
    """Print a link to the trace of a run, and open it if wanted.

    Raises:
        ClientError: the run has no trace, the server refused it, or can't be reached.
    """
    link = client.runs.trace_link(id)
    url = f"{client.server}{link.url}"
    if as_json:
        print_json(link.raw)
    else:
        typer.echo(url)
    if open_it and not webbrowser.open(url):
        typer.echo("outrider: there is no browser to open it with", err=True)


def promote_run(client: Client, id: str, *, names: Sequence[str], as_json: bool) -> None:
    """Make baselines of what a run has seen, and tell which.

    Raises:
        ClientError: the run has no such pictures, the server refused it, or can't be reached.
    """
    promoted = client.runs.promote(id, names)
    if as_json:
        print_json({"baselines": list(promoted)})
        return
    for baseline in promoted:
        typer.echo(f"baseline {baseline}")


def cancel_run(client: Client, id: str, *, as_json: bool) -> None:
    """Call off a run, and show it.

    Raises:
        ClientError: the server refused it, or can't be reached.
    """
    _tell(client, client.runs.cancel(id), as_json=as_json)


def _tell(client: Client, run: Run, *, as_json: bool) -> None:
    if as_json:
        print_json(run.raw)
        return
    widest = max((len(file.name) for file in run.artifacts), default=0)
    facts = [
        ("run", run.id),
        ("check", f"{CheckNames(client).of(run.family, run.check_id)} ({run.check_id})"),
        ("version", str(run.check_version or "")),
        ("location", run.location),
        ("trigger", run.trigger),
        ("batch", run.batch_id or ""),
        ("started", clock(run.started_at)),
        ("ended", clock(run.completed_at)),
        ("cause", run.cause or ""),
        ("reason", run.reason or ""),
        *((file.kind, f"{file.name:<{widest}}   {client.server}{file.url}") for file in run.artifacts),
    ]
    show_facts([(name, text) for name, text in facts if text])
    console = Console(highlight=False)
    show_steps_of(console, run)
    console.print(end_line(run) if run.is_over else f"  {run.status}", soft_wrap=True)
    for line in left_out_lines(run.raw.get("facts") or {}):
        console.print(line, soft_wrap=True)


def _took(run: Run) -> str:
    return duration(run.duration_ms) if run.duration_ms is not None else ""

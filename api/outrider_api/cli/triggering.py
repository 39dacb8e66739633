"""Running a check on a server through its API, and waiting for the verdict."""

import time
from collections.abc import Callable

import typer
from rich.console import Console

from outrider_api.client import Client, ClientError, NoSuchName, Refused, Run, RunNotOver
from outrider_engine.domain.verdicts import OUR_SIDE
from outrider_engine.errors import InvalidInput

from .json_output import print_line
from .run_lines import show_walk, status_of


def follow_to_the_verdict(client: Client, begin: Callable[[], Run], *, wait_s: int, as_json: bool = False) -> int:
    """Start runs, wait for them and show them; returns the exit status that ``outrider trigger`` promises.

    Args:
        client: of the server.
        begin: starts them; returns the first.
        wait_s: seconds to wait for their verdicts; 0 only starts them.
        as_json: show what the API answered, one line for each run.

    Raises:
        InvalidInput: there is no such check, or the server does not take a value.
    """

    def follow() -> int:
        run = begin()
        if not as_json:
            typer.echo(f"{run.id} at {run.location}: {client.server}/api/v1/runs/{run.id}")
        elif not wait_s:
            print_line(run.raw)
        try:
            return _verdicts(client, run, wait_s, as_json=as_json) if wait_s else 0
        except RunNotOver as error:
            if as_json:
                print_line(error.run.raw)
            raise

    return ended_with(follow)


def ended_with(follow: Callable[[], int]) -> int:
    """Return the exit status to which something leads; when it comes to no verdict, say why in one sentence.

    Raises:
        InvalidInput: there is no such check, or the server does not take a value.
    """
    try:
        return follow()
    except NoSuchName as error:
        raise InvalidInput(str(error)) from None
    except Refused as refusal:
        if refusal.is_ours:
            raise InvalidInput(str(refusal)) from None
        typer.echo(f"outrider: {refusal}", err=True)
    except ClientError as error:
        typer.echo(f"outrider: {error}", err=True)
    return OUR_SIDE


def _verdicts(client: Client, first: Run, wait_s: int, *, as_json: bool) -> int:
    """Wait for all the runs; where the site failed counts most, then what is wrong with the check, then we."""
    console = Console(highlight=False)
    ids = first.run_ids or (first.id,)
    statuses = []
    end = time.monotonic() + wait_s
    for id in ids:
        try:
            run = client.runs.wait(id, timeout_s=max(0, end - time.monotonic()))
        except RunNotOver as error:
            raise RunNotOver(error.run, wait_s) from None
        statuses.append(status_of(run))
        if as_json:
            print_line(run.raw)
            continue
        if len(ids) > 1:
            typer.echo(f"{run.id} at {run.location}")
        show_walk(console, run)
    return min((status for status in statuses if status), default=0)

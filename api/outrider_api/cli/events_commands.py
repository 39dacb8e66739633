"""``events``: what happens on a server, as it happens."""

from typing import Annotated

import typer

from .remote_options import Remote, asks_a_server


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(name="events", help="What happens on a server, as it happens.", no_args_is_help=True)
    group.callback()(_only_words)
    group.command("tail")(asks_a_server(tail_events))
    app.add_typer(group)


def _only_words() -> None:
    """Keep a group with one command a group."""


def tail_events(
    remote: Remote,
    check: Annotated[
        str | None, typer.Argument(metavar="[NAME|ID]", help="Only what is about this monitor, API monitor or journey.")
    ] = None,
    *,
    types: Annotated[
        list[str] | None, typer.Option("--type", help="Only these, as run.finished or alert.opened; may be repeated.")
    ] = None,
    after: Annotated[
        str | None, typer.Option(metavar="ID", help="Begin after this event; the last hour is kept.")
    ] = None,
) -> None:
    """Show runs, steps, alerts and incidents as they happen, until Ctrl-C; with --json, one line for each."""
    from .connecting import connected
    from .following import follow

    follow(connected(remote), check=check, types=types or [], after=after, as_json=remote.as_json)

"""``runs``: what came of checks on a server."""

from typing import Annotated, Literal, TypeAlias

import typer

from .remote_options import Remote, asks_a_server

Check: TypeAlias = Annotated[
    str | None, typer.Option("--check", metavar="NAME|ID", help="Only runs of this monitor, API monitor or journey.")
]
Status: TypeAlias = Literal[
    "queued", "running", "passed", "degraded", "failed", "error", "timed_out", "cancelled", "missed"
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(name="runs", help="Runs on a server: what came of its checks.", no_args_is_help=True)
    group.command("list")(asks_a_server(list_runs))
    group.command("show")(asks_a_server(show_run))
    group.command("diff")(asks_a_server(diff_run))
    group.command("trace")(asks_a_server(trace_run))
    group.command("promote")(asks_a_server(promote_run))
    group.command("cancel")(asks_a_server(cancel_run))
    group.command("tail")(asks_a_server(tail_runs))
    app.add_typer(group)


def list_runs(
    remote: Remote,
    *,
    check: Check = None,
    status: Annotated[Status | None, typer.Option(help="Only runs in this state.")] = None,
    location: Annotated[str | None, typer.Option(help="Only runs at this location.")] = None,
    batch: Annotated[str | None, typer.Option(metavar="ID", help="Only runs of this batch.")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only runs due from then on, as 2026-01-15T12:00:00Z.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="Only runs due up to then.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 20,
) -> None:
    """List runs, newest first."""
    from .connecting import connected
    from .remote_runs import list_runs as listed

    listed(
        connected(remote),
        check=check,
        limit=limit,
        as_json=remote.as_json,
        status=status,
        location=location,
        batch_id=batch,
        since=since,
        until=until,
    )


def show_run(remote: Remote, id: Annotated[str, typer.Argument(help="Id of a run.")]) -> None:
    """Show a run with its steps and files."""
    from .connecting import connected
    from .remote_runs import show_run as shown

    shown(connected(remote), id, as_json=remote.as_json)


def diff_run(remote: Remote, id: Annotated[str, typer.Argument(help="Id of a run.")]) -> None:
    """Show what a run did otherwise than the last good one before it."""
    from .connecting import connected
    from .run_difference import show_difference

    show_difference(connected(remote), id, as_json=remote.as_json)


def trace_run(
    remote: Remote,
    id: Annotated[str, typer.Argument(help="Id of a run.")],
    *,
    open_it: Annotated[bool, typer.Option("--open", help="Open the link in this machine's browser.")] = False,
) -> None:
    """Print a link that opens the run's trace in a viewer; it works for an hour, for whoever has it."""
    from .connecting import connected
    from .remote_runs import trace_run as traced

    traced(connected(remote), id, as_json=remote.as_json, open_it=open_it)


def promote_run(
    remote: Remote,
    id: Annotated[str, typer.Argument(help="Id of a run.")],
    *,
    name: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only the picture of this name; repeatable.")
    ] = None,
) -> None:
    """Let later runs of the journey be compared with the pictures that this run has taken."""
    from .connecting import connected
    from .remote_runs import promote_run as promoted

    promoted(connected(remote), id, names=tuple(name or ()), as_json=remote.as_json)


def cancel_run(remote: Remote, id: Annotated[str, typer.Argument(help="Id of a run.")]) -> None:
    """Call off a run that waits or goes on; one that has ended stays as it is."""
    from .connecting import connected
    from .remote_runs import cancel_run as cancelled

    cancelled(connected(remote), id, as_json=remote.as_json)


def tail_runs(
    remote: Remote,
    check: Annotated[
        str | None, typer.Argument(metavar="[NAME|ID]", help="Only runs of this monitor, API monitor or journey.")
    ] = None,
    *,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, max=1000, help="Begin with the last so many.")] = 10,
    every: Annotated[float, typer.Option(min=0.2, max=3600, help="Seconds between looks.")] = 1.0,
) -> None:
    """Show each run when it has ended, until Ctrl-C; with --json, one line for each."""
    from .connecting import connected
    from .signals import stop_asked
    from .tailing import tail

    with stop_asked() as asked:
        tail(connected(remote), check=check, lines=lines, as_json=remote.as_json, asked=asked, every_s=every)

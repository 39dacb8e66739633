"""``batches``: what pipelines asked for."""

from typing import Annotated, TypeAlias

import typer

from .remote_options import Remote, asks_a_server

Id: TypeAlias = Annotated[str, typer.Argument(help="Id of a batch.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        name="batches", help="Batches on a server: runs that `trigger` started together.", no_args_is_help=True
    )
    group.command("list")(asks_a_server(list_batches))
    group.command("show")(asks_a_server(show_batch))
    group.command("cancel")(asks_a_server(cancel_batch))
    app.add_typer(group)


def list_batches(
    remote: Remote,
    *,
    branch: Annotated[str | None, typer.Option(help="Only batches of this branch.")] = None,
    commit: Annotated[str | None, typer.Option(help="Only batches of this commit, as it was written then.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 20,
) -> None:
    """List batches, newest first."""
    from .connecting import connected
    from .remote_batches import list_batches as listed

    listed(connected(remote), branch=branch, commit=commit, limit=limit, as_json=remote.as_json)


def show_batch(remote: Remote, id: Id) -> None:
    """Show a batch with its runs."""
    from .connecting import connected
    from .remote_batches import show_batch as shown

    shown(connected(remote), id, as_json=remote.as_json)


def cancel_batch(remote: Remote, id: Id) -> None:
    """Call off the runs of a batch that have not ended."""
    from .connecting import connected
    from .remote_batches import cancel_batch as cancelled

    cancelled(connected(remote), id, as_json=remote.as_json)

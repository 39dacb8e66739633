"""``journeys baselines``: the pictures that runs of a journey are compared with."""

from typing import Annotated, TypeAlias

import typer

from .remote_options import Remote, Yes, asks_a_server

Wanted: TypeAlias = Annotated[str, typer.Argument(metavar="NAME|ID", help="The journey.")]


def register_baselines(journeys: typer.Typer) -> None:
    """Add the commands to those of journeys."""
    group = typer.Typer(
        name="baselines", help="Pictures that runs of a journey are compared with.", no_args_is_help=True
    )
    group.command("list")(asks_a_server(list_baselines))
    group.command("delete")(asks_a_server(delete_baseline))
    journeys.add_typer(group)


def list_baselines(remote: Remote, wanted: Wanted) -> None:
    """List them, by browser and size, and name."""
    from .connecting import connected
    from .remote_baselines import list_baselines as listed

    listed(connected(remote), wanted, as_json=remote.as_json)


def delete_baseline(
    remote: Remote,
    wanted: Wanted,
    baseline: Annotated[str, typer.Argument(help="One of those listed, as chromium-1280x720/cart.")],
    *,
    yes: Yes = False,
) -> None:
    """Delete one; the next run that passes makes another."""
    from .connecting import connected
    from .remote_baselines import delete_baseline as deleted

    deleted(connected(remote), wanted, baseline, is_sure=yes, as_json=remote.as_json)

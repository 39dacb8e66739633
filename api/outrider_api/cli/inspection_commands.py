"""``plugins``, ``schema`` and ``alive``: what is here, and whether it lives."""

from pathlib import Path
from typing import Annotated

import typer

from .options import DataDir


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(plugins)
    group = typer.Typer(name="schema", help="JSON Schemas.", no_args_is_help=True)
    group.callback()(_schema)
    group.command(name="journey")(journey_schema)
    app.add_typer(group)
    app.command()(alive)


def plugins() -> None:
    """List the plugins, what they add and where they come from."""
    from .inspection import show_plugins
    from .startup import started_settings

    show_plugins(started_settings())


def journey_schema(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", dir_okay=False, help="Write it to this file instead.")
    ] = None,
) -> None:
    """Print the JSON Schema of journey files, with the actions of all installed plugins."""
    from .inspection import show_journey_schema
    from .startup import started_settings

    show_journey_schema(started_settings(), output)


def alive(
    part: Annotated[str, typer.Argument(help="scheduler, reaper, notifier or worker.")], data_dir: DataDir = None
) -> None:
    """Succeed if a part of Outrider on this host is alive.

    It is when it gave a sign of life in the last half minute; for the health checks of containers.
    """
    from .liveness import require_alive
    from .startup import started_settings

    require_alive(started_settings(data_dir=data_dir), part)


def _schema() -> None:
    """JSON Schemas."""

"""``outrider``: the words of the command line, and how its errors end.

Exit statuses: 0 all is well, 1 it did not work (a check failed, no such object), 2 the input or a setting is wrong.
Commands that wait for a verdict (``run``, ``trigger``, ``monitors run``, …) add 3: the fault is on our side.
"""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from outrider_engine.errors import ConfigurationError, InvalidInput, OutriderError, PluginError

from . import (
    administration_commands,
    alert_commands,
    batches_commands,
    channel_commands,
    check_commands,
    demo_command,
    environment_commands,
    events_commands,
    format_commands,
    incident_commands,
    inspection_commands,
    login_commands,
    people_commands,
    project_commands,
    push_command,
    record_command,
    release_commands,
    replay_command,
    run_command,
    runs_commands,
    serve_commands,
    trigger_command,
    upload_command,
)
from .choice_errors import WithGuesses


def application() -> typer.Typer:
    """Build the command line."""
    app = typer.Typer(
        name="outrider",
        cls=WithGuesses,
        help="Outrider walks your users' journeys, calls your APIs, probes your hosts and tells you what broke.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_options)
    demo_command.register(app)
    run_command.register(app)
    format_commands.register(app)
    record_command.register(app)
    replay_command.register(app)
    upload_command.register(app)
    push_command.register(app)
    trigger_command.register(app)
    login_commands.register(app)
    check_commands.register(app)
    runs_commands.register(app)
    batches_commands.register(app)
    alert_commands.register(app)
    channel_commands.register(app)
    project_commands.register(app)
    environment_commands.register(app)
    events_commands.register(app)
    incident_commands.register(app)
    release_commands.register(app)
    people_commands.register(app)
    serve_commands.register(app)
    administration_commands.register(app)
    inspection_commands.register(app)
    return app


def main() -> None:
    """Run the command line; the entry point of the distribution."""
    try:
        application()()
    except OutriderError as error:
        sys.exit(_told(str(error), 2 if isinstance(error, InvalidInput | ConfigurationError | PluginError) else 1))
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        sys.exit(_told(f"{where}{error.strerror or error}", 1))


def _told(sentence: str, status: int) -> int:
    typer.echo(f"outrider: {sentence}", err=True)
    return status


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"outrider {version('outrider')}")
        raise typer.Exit


def _options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """Take the options that come before a command."""

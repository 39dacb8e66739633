"""What is installed."""

import json
from pathlib import Path

import typer

from outrider_engine.plugin_manager import Plugins, load_plugins
from outrider_engine.settings import Settings
from outrider_journeys.actions.registry import StepActions

from .output_places import written_for
from .tables import show_table


def show_plugins(settings: Settings) -> None:
    """List the installed plugins, those that are blocked too.

    Raises:
        PluginError: one breaks its contract; the message names it.
    """
    plugins = load_plugins(blocked=settings.blocked_plugins)
    show_table(
        ("plugin", "from", "module", "hooks"),
        [
            (
                *(found.name, f"{found.distribution} {found.version}", found.module),
                found.problem or ", ".join(hook.removeprefix("outrider_") for hook in found.hooks),
            )
            for found in plugins.installed
        ],
    )
    typer.echo()
    show_table(("adds", "kind", "title"), _additions(plugins))


def show_journey_schema(settings: Settings, file: Path | None) -> None:
    """Print the JSON Schema of journeys, or write it to a file.

    Raises:
        InvalidInput: the file can't be written.
    """
    schema = StepActions.installed(load_plugins(blocked=settings.blocked_plugins)).journey_schema()
    text = json.dumps(schema, indent=2, ensure_ascii=False)
    if file is None:
        typer.echo(text)
    else:
        with written_for("--output"):
            file.write_text(f"{text}\n", encoding="utf-8")
        typer.echo(f"{file}: the JSON Schema of journeys")


def _additions(plugins: Plugins) -> list[tuple[str, str, str]]:
    types = [("check type", kind, found.title) for kind, found in sorted(plugins.check_types.items())]
    return types + [("notifier", kind, found.title) for kind, found in sorted(plugins.notifiers.items())]

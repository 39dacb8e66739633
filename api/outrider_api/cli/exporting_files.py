"""Writing a journey file in the format of another tool."""

from dataclasses import dataclass
from pathlib import Path

import typer

from outrider_engine.errors import InvalidInput
from outrider_engine.plugin_manager import load_plugins
from outrider_engine.settings import Settings
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.exporting.registry import Exporters
from outrider_journeys.loading import load_journey

from .importing_files import show_receipt
from .output_places import written_for


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFile:
    """What is to be exported and how; without ``output`` it is shown."""

    file: Path
    format: str
    output: Path | None
    force: bool


def export_file(settings: Settings, wanted: ExportFile) -> None:
    """Write the journey, and show what the format has no word for.

    Raises:
        InvalidInput: the journey or the format is wrong, or the file would be overwritten, or can't be written; nothing
            was written.
    """
    plugins = load_plugins(blocked=settings.blocked_plugins)
    try:
        exporter = Exporters.installed(plugins).chosen(wanted.format)
    except InvalidInput as error:
        raise InvalidInput(error.problem, field="--to", allowed=error.allowed) from None
    exported = exporter.write(load_journey(wanted.file, StepActions.installed(plugins)))
    if wanted.output is None:
        typer.echo(exported.text, nl=False)
    elif wanted.output.exists() and not wanted.force:
        raise InvalidInput(f"{wanted.output} is there already: choose another name, or replace it with --force")
    else:
        with written_for("--output"):
            wanted.output.write_text(exported.text, encoding="utf-8")
    show_receipt(exported.receipt, err=True)

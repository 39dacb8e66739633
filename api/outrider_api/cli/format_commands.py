"""``import`` and ``export``: journeys and API monitors from, and journeys to, the formats of other tools."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("import")(import_)
    app.command()(export)


def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A recording or test of another tool.")],
    *,
    format: Annotated[
        str | None, typer.Option(help="Its format, such as chrome-recorder; detected when left out.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File to write, or folder; `-` shows it. Named after the file otherwise."),
    ] = None,
    name: Annotated[str | None, typer.Option(help="What the journey is called.")] = None,
    host: Annotated[
        list[str] | None, typer.Option(help="Of a HAR: a host whose requests are taken; repeatable.")
    ] = None,
    exact_positions: Annotated[
        bool, typer.Option("--exact-positions", help="Of Chrome Recorder: click where the recording did.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there already.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Show what came of it as JSON, and write nothing.")] = False,
) -> None:
    """Make journeys and API monitors of a recording, and say what became of each part of it.

    Knows Chrome DevTools Recorder, Playwright codegen (jsonl, python), Selenium IDE, HAR and Postman collections.
    """
    from outrider_journeys.importing.contract import ImportOptions

    from .importing_files import ImportFile, import_file
    from .startup import started_settings

    wanted = ImportFile(
        file=file,
        format=format,
        output=output,
        options=ImportOptions(name=name, hosts=tuple(host or ()), exact_positions=exact_positions),
        force=force,
        as_json=as_json,
    )
    import_file(started_settings(), wanted)


def export(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A journey in YAML or JSON.")],
    *,
    to: Annotated[str, typer.Option(help="The format, such as pytest-playwright or chrome-recorder.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; it is shown when left out.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
) -> None:
    """Write a journey in the format of another tool, and say what that has no word for."""
    from .exporting_files import ExportFile, export_file
    from .startup import started_settings

    export_file(started_settings(), ExportFile(file=file, format=to, output=output, force=force))

"""``push``: journeys of files and folders to a server."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from .base_url_option import base_url_option
from .check_commands import Places, Secrets
from .project_commands import OfProject
from .remote_options import Remote, asks_a_server

Every: TypeAlias = Annotated[
    int | None, typer.Option(min=10, max=86_400, help="Seconds between runs; without it, that stays.")
]
BaseUrl: TypeAlias = Annotated[
    str | None, base_url_option("What relative addresses are joined to, in place of what the files say.")
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(asks_a_server(push))


def push(
    remote: Remote,
    paths: Annotated[
        list[Path],
        typer.Argument(exists=True, help="Files in any known format, and folders of *.journey.yaml, .yml and .json."),
    ],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change, field by field.")] = False,
    run: Annotated[bool, typer.Option("--run", help="Then run what was pushed, and wait for the verdicts.")] = False,
    message: Annotated[str, typer.Option("--message", "-m", help="Why; kept with the new versions.")] = "",
    suite: Annotated[
        bool, typer.Option("--suite", help="Push tests for pytest: a file, a folder or a zip archive, each one check.")
    ] = False,
    format: Annotated[str | None, typer.Option(help="The format of the files, where it is not to be detected.")] = None,
    name: Annotated[str | None, typer.Option(help="What it is to be called, if it is only one.")] = None,
    base_url: BaseUrl = None,
    every: Every = None,
    location: Places = None,
    secret: Secrets = None,
    environment: Annotated[
        str | None, typer.Option(help="Name or id of the environment in which they run; without it, that stays.")
    ] = None,
    project: OfProject = None,
    record: Annotated[
        bool, typer.Option("--record", help="Write the id of what is new into its file, to find it again by that.")
    ] = False,
    timeout: Annotated[int, typer.Option(min=1, max=3600, help="With --run: seconds to wait for verdicts.")] = 300,
) -> None:
    """Bring journeys to a server: create them, or change those of the same names. All are stored, or none.

    Journeys that are called, and stand beside the files that call them, go along.

    Ends with 0 when all is stored (or could be), 1 when the server refused it, 2 when a file or a value is wrong; with
    --run as `outrider trigger` does.
    """
    from .connecting import connected
    from .pushing import Push, push_files
    from .startup import started_settings

    wanted = Push(
        paths=tuple(paths),
        dry_run=dry_run,
        message=message,
        format=format,
        is_suite=suite,
        name=name,
        base_url=base_url,
        every_s=every,
        locations=tuple(location or ()),
        secrets=tuple(secret or ()),
        environment=environment,
        project=project,
        record=record,
        run_for_s=timeout if run and not dry_run else None,
    )
    raise typer.Exit(push_files(connected(remote), started_settings(), wanted, as_json=remote.as_json))

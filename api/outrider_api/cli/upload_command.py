"""``upload``: a journey from a file to a server."""

from pathlib import Path
from typing import Annotated

import typer

from .project_commands import OfProject
from .remote_options import Remote, asks_a_server


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(asks_a_server(upload))


def upload(
    remote: Remote,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A journey in YAML or JSON.")],
    *,
    every: Annotated[
        int | None, typer.Option(min=10, max=86_400, help="Seconds between runs; without it, it runs only on demand.")
    ] = None,
    location: Annotated[list[str] | None, typer.Option(help="Where it runs from; repeatable.")] = None,
    secret: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A secret, read from the variable $NAME; repeatable.")
    ] = None,
    environment: Annotated[
        str | None, typer.Option(help="Name or id of the environment in which it runs; without it, that stays.")
    ] = None,
    project: OfProject = None,
) -> None:
    """Upload a journey, or change the one of that name."""
    from .connecting import connected
    from .startup import started_settings
    from .uploading import Upload, upload_file

    wanted = Upload(
        file=file,
        every_s=every,
        locations=tuple(location or ()),
        secrets=tuple(secret or ()),
        environment=environment,
        project=project,
    )
    upload_file(connected(remote), started_settings(), wanted, as_json=remote.as_json)

"""``upload``: a journey from a file to a server."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(upload)


def upload(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A journey in YAML or JSON.")],
    *,
    key: Annotated[str, typer.Option(envvar="OUTRIDER_API_KEY", help="API key; best left to the environment.")],
    server: Annotated[str, typer.Option(envvar="OUTRIDER_SERVER", help="Where Outrider is.")] = "http://127.0.0.1:8000",
    every: Annotated[
        int | None, typer.Option(min=10, max=86_400, help="Seconds between runs; without it, it runs only on demand.")
    ] = None,
    location: Annotated[list[str] | None, typer.Option(help="Where it runs from; repeatable.")] = None,
    secret: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A secret, read from the variable $NAME; repeatable.")
    ] = None,
) -> None:
    """Upload a journey, or change the one of that name."""
    from .startup import started_settings
    from .uploading import Upload, upload_file

    wanted = Upload(
        file=file,
        server=server,
        key=key,
        every_s=every,
        locations=tuple(location or ()),
        secrets=tuple(secret or ()),
    )
    upload_file(started_settings(), wanted)

"""``run``: a journey from a file, here and now, without a server."""

from pathlib import Path
from typing import Annotated

import typer

from .options import DataDir


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(run)


def run(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A journey in YAML or JSON.")],
    *,
    base_url: Annotated[str | None, typer.Option(help="Walk another site than the file says.")] = None,
    var: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="A variable; repeatable.")] = None,
    secret: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A secret, read from the variable $NAME; repeatable.")
    ] = None,
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser's window.")] = False,
    timeout: Annotated[float, typer.Option(min=1, max=3600, help="Seconds for the whole journey.")] = 120,
    data_dir: DataDir = None,
) -> None:
    """Run a journey and show its steps as they end.

    Ends with 0 when it passed, 1 when the site failed, 2 when the journey is wrong, 3 when the fault is on our side.
    """
    from .local_run import LocalRun, run_file
    from .startup import started_settings

    wanted = LocalRun(
        file=file,
        base_url=base_url,
        variables=tuple(var or ()),
        secrets=tuple(secret or ()),
        headed=headed,
        timeout_s=timeout,
    )
    raise typer.Exit(run_file(started_settings(data_dir=data_dir, plain_notices=True), wanted))

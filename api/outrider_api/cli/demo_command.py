"""``demo``: Outrider with a shop to watch."""

from typing import Annotated

import typer

from .options import DataDir, Port


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="End after the first runs; 0 when the journey passed.")] = False,
    port: Port = 8000,
    shop_port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the demo shop.")] = 8001,
    data_dir: DataDir = None,
) -> None:
    """Start Outrider with a small shop to watch.

    The shop is walked in a real browser: once at first, with where to look at what came of it, then by schedule until
    Ctrl-C. Its data is in the folder `demo` of the data folder, and is used again by the next start.
    """
    typer.echo("Starting Outrider and its demo shop …", err=True)
    from .demo_run import run_demo

    raise typer.Exit(run_demo(port=port, shop_port=shop_port, data_dir=data_dir, once=once))

"""``up``, ``api``, ``scheduler`` and ``worker``: the processes of Outrider."""

from typing import Annotated

import typer

from .options import DataDir, Host, Port


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(up)
    app.command()(api)
    app.command()(scheduler)
    app.command()(worker)


def up(host: Host = "127.0.0.1", port: Port = 8000, data_dir: DataDir = None) -> None:
    """Start the whole of Outrider in one process."""
    from .processes import serve_everything
    from .startup import started_settings

    serve_everything(started_settings(data_dir=data_dir), host, port)


def api(host: Host = "127.0.0.1", port: Port = 8000, data_dir: DataDir = None) -> None:
    """Start the HTTP API alone."""
    from .processes import serve_api
    from .startup import started_settings

    serve_api(started_settings(data_dir=data_dir), host, port)


def scheduler(data_dir: DataDir = None) -> None:
    """Start a scheduler alone; one is enough, a second one is a safe spare."""
    from .processes import run_scheduler
    from .startup import started_settings

    run_scheduler(started_settings(data_dir=data_dir))


def worker(
    location: Annotated[str, typer.Option(help="Where it works; `*` takes the runs of all locations.")] = "local",
    queues: Annotated[str, typer.Option(help="What it takes, by comma.")] = "light,browser,notify",
    processes: Annotated[int, typer.Option(min=1, max=64, help="How many processes of this kind.")] = 1,
    data_dir: DataDir = None,
) -> None:
    """Start a worker alone."""
    from .processes import run_worker
    from .startup import started_settings

    run_worker(started_settings(data_dir=data_dir), location=location, queues=queues, processes=processes)

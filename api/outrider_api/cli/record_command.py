"""``record``: a journey from what somebody does in a browser."""

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import typer

from .options import DataDir
from .remote_options import Remote, asks_a_server

Output: TypeAlias = Annotated[
    Path | None,
    typer.Option("--output", "-o", dir_okay=False, help="The file; .json for JSON. Named after the site without it."),
]
DebuggingPort: TypeAlias = Annotated[
    int | None,
    typer.Option(min=1024, max=65535, help="Let programs drive the browser at this port, by Chromium's protocol."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(asks_a_server(record))


def record(
    remote: Remote,
    url: Annotated[str, typer.Argument(help="Where it begins.")],
    *,
    output: Output = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    name: Annotated[str | None, typer.Option(help="What the journey is called.")] = None,
    device: Annotated[str | None, typer.Option(help="Record as on this device, for example 'iPhone 15'.")] = None,
    browser: Annotated[
        Literal["chromium", "firefox", "webkit"], typer.Option(help="Which browser to record in.")
    ] = "chromium",
    dialogs: Annotated[
        Literal["accept", "dismiss"], typer.Option(help="How questions of the page are answered.")
    ] = "accept",
    upload: Annotated[bool, typer.Option("--upload", help="Upload it to the server at the end.")] = False,
    run: Annotated[bool, typer.Option("--run", help="Walk it here at the end.")] = False,
    codegen: Annotated[
        bool, typer.Option("--codegen", help="Record with Playwright's codegen and its window.")
    ] = False,
    headless: Annotated[
        bool, typer.Option("--headless", help="Without a window: for programs that drive the browser, and tests.")
    ] = False,
    debugging_port: DebuggingPort = None,
    data_dir: DataDir = None,
) -> None:
    """Record a journey: open a browser, do what a visitor does, close the window.

    The buttons at the top of the page add assertions. What is typed into password fields becomes a secret.
    """
    from .recording_run import RecordingRun, record_journey
    from .startup import started_settings

    wanted = RecordingRun(
        url=url,
        output=output,
        force=force,
        name=name,
        device=device,
        engine=browser,
        answer=dialogs,
        upload=upload,
        run=run,
        codegen=codegen,
        headless=headless,
        debugging_port=debugging_port,
    )
    raise typer.Exit(record_journey(started_settings(data_dir=data_dir, plain_notices=True), remote, wanted))

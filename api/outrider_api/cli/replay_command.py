"""``replay``: a run of a journey on a server, walked again here."""

from pathlib import Path
from typing import Annotated

import typer

from .local_options import BaseUrl, Headed, LoginStates, Output, Secrets, Trace, Variables, Video
from .options import Artifacts, DataDir
from .remote_options import Remote, asks_a_server


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(asks_a_server(replay))


def replay(
    remote: Remote,
    run_id: Annotated[str, typer.Argument(help="Id of a run of a journey.")],
    *,
    har: Annotated[
        bool, typer.Option("--har", help="Let the HAR that the run kept answer all requests, not the network.")
    ] = False,
    base_url: BaseUrl = None,
    var: Variables = None,
    secret: Secrets = None,
    login_states: LoginStates = None,
    headed: Headed = False,
    artifacts: Artifacts = None,
    trace: Trace = False,
    video: Video = False,
    output: Output = None,
    save: Annotated[
        Path | None,
        typer.Option(dir_okay=False, metavar="FILE", help="Also write the journey, to work on it; .json for JSON."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Let --save write over a file that is there.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Walk through a run of a server again, here: the same version, values and settings of the browser.

    Secrets do not leave the server: name them with --secret, or type them when you are asked. Ends as `outrider run`.
    """
    from .connecting import connected
    from .local_plan import LocalRun
    from .replaying import Replay, replay_run
    from .startup import started_settings

    wanted = LocalRun(
        paths=(),
        base_url=base_url,
        variables=tuple(var or ()),
        secrets=tuple(secret or ()),
        login_states=login_states,
        headed=headed,
        artifacts=tuple(artifacts or ()),
        trace=trace,
        video=video,
        output=output,
        as_json=remote.as_json,
    )
    asked = Replay(run_id=run_id, with_har=har, save=save, force=force)
    settings = started_settings(data_dir=data_dir, plain_notices=True)
    raise typer.Exit(replay_run(connected(remote), settings, asked, wanted))

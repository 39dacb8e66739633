"""``run``: journeys from files, here and now, without a server."""

import typer

from .local_options import (
    AsJson,
    BaseUrl,
    Browser,
    Headed,
    Heal,
    Journeys,
    Junit,
    LoginStates,
    Output,
    Repeat,
    Secrets,
    Tags,
    Timeout,
    Trace,
    UpdateBaselines,
    Variables,
    Video,
    Workers,
)
from .options import Artifacts, DataDir


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(run)


def run(
    paths: Journeys,
    *,
    tag: Tags = None,
    base_url: BaseUrl = None,
    var: Variables = None,
    secret: Secrets = None,
    login_states: LoginStates = None,
    headed: Headed = False,
    browser: Browser = None,
    timeout: Timeout = 120,
    repeat: Repeat = 1,
    workers: Workers = 1,
    trace: Trace = False,
    video: Video = False,
    artifacts: Artifacts = None,
    update_baselines: UpdateBaselines = False,
    heal: Heal = False,
    junit: Junit = None,
    output: Output = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Run journeys and show their steps as they end.

    Ends with 0 when all passed, 1 when a site failed, 2 when a journey is wrong or there is none, 3 when the fault is
    on our side.
    """
    from .local_plan import LocalRun
    from .local_run import run_files
    from .startup import started_settings

    wanted = LocalRun(
        paths=tuple(paths),
        tags=tuple(tag or ()),
        base_url=base_url,
        variables=tuple(var or ()),
        secrets=tuple(secret or ()),
        login_states=login_states,
        headed=headed,
        browser=browser,
        timeout_s=timeout,
        repeat=repeat,
        workers=workers,
        trace=trace,
        video=video,
        artifacts=tuple(artifacts or ()),
        update_baselines=update_baselines,
        heal=heal,
        junit=junit,
        output=output,
        as_json=as_json,
    )
    raise typer.Exit(run_files(started_settings(data_dir=data_dir, plain_notices=True), wanted))

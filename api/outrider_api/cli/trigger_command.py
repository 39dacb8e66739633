"""``trigger``: a run on a server, now, and its verdict; for pipelines."""

from typing import Annotated, TypeAlias

import typer

from .remote_options import Remote, asks_a_server

BaseUrl: TypeAlias = Annotated[str | None, typer.Option(help="Another site than the definition says.")]
Variables: TypeAlias = Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="A variable; repeatable.")]
InEnvironment: TypeAlias = Annotated[
    str | None, typer.Option("--environment", help="Name or id of an environment to run in; else the definition's.")
]
Location: TypeAlias = Annotated[str | None, typer.Option(help="Run there; without it, wherever the definition says.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(asks_a_server(trigger))


def trigger(
    remote: Remote,
    journey: Annotated[str, typer.Argument(help="Id or name of a journey on the server.")],
    *,
    base_url: BaseUrl = None,
    var: Variables = None,
    location: Location = None,
    environment: InEnvironment = None,
    wait: Annotated[
        int, typer.Option(min=0, max=3600, help="Seconds to wait for the verdict; 0 only starts the run.")
    ] = 300,
) -> None:
    """Run a journey on a server and wait for the verdict.

    Ends with 0 when it passed, 1 when the site failed, 2 when the journey or a value is wrong, 3 when the fault is on
    our side or there is no verdict in time.
    """
    from .connecting import connected
    from .journey_values import variables_of
    from .triggering import follow_to_the_verdict

    client, variables = connected(remote), variables_of(var or ())
    status = follow_to_the_verdict(
        client,
        lambda: client.journeys.trigger(
            client.journeys.find(journey).id,
            base_url=base_url,
            variables=variables,
            location=location,
            environment=environment,
        ),
        wait_s=wait,
        as_json=remote.as_json,
    )
    raise typer.Exit(status)

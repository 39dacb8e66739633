"""``trigger``: a run on a server, now, and its verdict; for pipelines."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(trigger)


def trigger(
    journey: Annotated[str, typer.Argument(help="Id or name of a journey on the server.")],
    *,
    key: Annotated[str, typer.Option(envvar="OUTRIDER_API_KEY", help="API key; best left to the environment.")],
    server: Annotated[str, typer.Option(envvar="OUTRIDER_SERVER", help="Where Outrider is.")] = "http://127.0.0.1:8000",
    base_url: Annotated[str | None, typer.Option(help="Walk another site than the journey says.")] = None,
    var: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="A variable; repeatable.")] = None,
    location: Annotated[str | None, typer.Option(help="Run there; without it, at the journey's first one.")] = None,
    wait: Annotated[
        int, typer.Option(min=0, max=3600, help="Seconds to wait for the verdict; 0 only starts the run.")
    ] = 300,
) -> None:
    """Run a journey on a server and wait for the verdict.

    Ends with 0 when it passed, 1 when the site failed, 2 when the journey or a value is wrong, 3 when the fault is on
    our side or there is no verdict in time.
    """
    from .triggering import Wish, trigger_journey

    wish = Wish(
        journey=journey,
        server=server,
        key=key,
        base_url=base_url,
        variables=tuple(var or ()),
        location=location,
        wait_s=wait,
    )
    raise typer.Exit(trigger_journey(wish))

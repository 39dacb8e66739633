"""``alerts``: what is broken on a server's watch, and what was."""

from typing import Annotated, Literal

import typer

from .remote_options import Remote, asks_a_server


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(name="alerts", help="Alerts on a server: what is broken, and what was.", no_args_is_help=True)
    group.command("list")(asks_a_server(list_alerts))
    group.command("show")(asks_a_server(show_alert))
    group.command("acknowledge")(asks_a_server(acknowledge_alert))
    group.command("resolve")(asks_a_server(resolve_alert))
    app.add_typer(group)


def list_alerts(
    remote: Remote,
    *,
    status: Annotated[
        Literal["open", "acknowledged", "resolved"] | None, typer.Option(help="Only alerts in this state.")
    ] = None,
    check: Annotated[
        str | None, typer.Option(metavar="NAME|ID", help="Only alerts about this monitor, API monitor or journey.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
) -> None:
    """List alerts, newest first."""
    from .connecting import connected
    from .remote_alerts import list_alerts as listed

    listed(connected(remote), check=check, status=status, limit=limit, as_json=remote.as_json)


def show_alert(remote: Remote, id: Annotated[str, typer.Argument(help="Id of an alert.")]) -> None:
    """Show an alert."""
    from .connecting import connected
    from .remote_alerts import show_alert as shown

    shown(connected(remote), id, as_json=remote.as_json)


def acknowledge_alert(remote: Remote, id: Annotated[str, typer.Argument(help="Id of an alert.")]) -> None:
    """Take an alert on: it stays unresolved, and nobody is reminded of it any more."""
    from .connecting import connected
    from .remote_alerts import acknowledge_alert as acknowledged

    acknowledged(connected(remote), id, as_json=remote.as_json)


def resolve_alert(remote: Remote, id: Annotated[str, typer.Argument(help="Id of an alert.")]) -> None:
    """Resolve an alert by hand and tell its channels."""
    from .connecting import connected
    from .remote_alerts import resolve_alert as resolved

    resolved(connected(remote), id, as_json=remote.as_json)

"""``incidents``: what people are told of troubles on a server's watch."""

from typing import Annotated, Literal, TypeAlias

import typer

from .remote_options import Remote, asks_a_server

State: TypeAlias = Literal["investigating", "identified", "monitoring", "resolved"]
Severity: TypeAlias = Literal["p1", "p2", "p3"]
Impact: TypeAlias = Literal["none", "minor", "partial", "major", "critical"]
Which: TypeAlias = Annotated[str, typer.Argument(metavar="TITLE|ID", help="Title of an open incident, or any's id.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        name="incidents", help="Incidents on a server: what people are told of troubles.", no_args_is_help=True
    )
    group.command("list")(asks_a_server(list_incidents))
    group.command("show")(asks_a_server(show_incident))
    group.command("open")(asks_a_server(open_incident))
    group.command("update")(asks_a_server(update_incident))
    group.command("resolve")(asks_a_server(resolve_incident))
    app.add_typer(group)


def list_incidents(
    remote: Remote,
    *,
    state: Annotated[
        Literal["open", "investigating", "identified", "monitoring", "resolved"] | None,
        typer.Option(help="Only incidents in this state; `open`: all that are not resolved."),
    ] = None,
    severity: Annotated[Severity | None, typer.Option(help="Only incidents as grave as this.")] = None,
    check: Annotated[
        str | None, typer.Option(metavar="NAME|ID", help="Only incidents about this monitor, API monitor or journey.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
) -> None:
    """List incidents, newest first."""
    from .connecting import connected
    from .remote_incidents import list_incidents as listed

    listed(connected(remote), check=check, state=state, severity=severity, limit=limit, as_json=remote.as_json)


def show_incident(remote: Remote, incident: Which) -> None:
    """Show an incident with everything that was told of it."""
    from .connecting import connected
    from .remote_incidents import show_incident as shown

    shown(connected(remote), incident, as_json=remote.as_json)


def open_incident(
    remote: Remote,
    title: Annotated[str, typer.Argument(help="What is wrong, in a few words.")],
    *,
    message: Annotated[str | None, typer.Option("--message", "-m", help="What people are told first.")] = None,
    state: Annotated[State, typer.Option(help="How far it is understood.")] = "investigating",
    severity: Annotated[Severity, typer.Option(help="p1: core down, p2: degraded, p3: minor.")] = "p2",
    impact: Annotated[Impact, typer.Option(help="How much is affected.")] = "partial",
    component: Annotated[list[str] | None, typer.Option(help="A part that is affected; may be repeated.")] = None,
    check: Annotated[
        list[str] | None, typer.Option(metavar="NAME|ID", help="A check it is about; may be repeated.")
    ] = None,
) -> None:
    """Open an incident by hand."""
    from .connecting import connected
    from .remote_incidents import open_incident as opened

    fields = {"title": title, "severity": severity, "impact": impact, "affected_components": component or []}
    first = (state, message) if message is not None else None
    opened(connected(remote), fields, first, checks=check or [], as_json=remote.as_json)


def update_incident(
    remote: Remote,
    incident: Which,
    message: Annotated[str, typer.Argument(help="What people are told.")],
    *,
    state: Annotated[State | None, typer.Option(help="The state from now on; else it stays as it is.")] = None,
) -> None:
    """Tell what is known by now."""
    from .connecting import connected
    from .remote_incidents import post_update

    post_update(connected(remote), incident, message, state=state, as_json=remote.as_json)


def resolve_incident(
    remote: Remote,
    incident: Which,
    message: Annotated[str, typer.Argument(help="What people are told.")] = "This is resolved.",
) -> None:
    """Tell that it is over."""
    from .connecting import connected
    from .remote_incidents import post_update

    post_update(connected(remote), incident, message, state="resolved", as_json=remote.as_json)

"""``monitors``, ``api-monitors`` and ``journeys``: what a server checks."""

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import typer

from .project_commands import InProject, OfProject
from .remote_options import Remote, asks_a_server
from .trigger_command import BaseUrl, Location, Variables

Wanted: TypeAlias = Annotated[str, typer.Argument(metavar="NAME|ID", help="Its name, or its id.")]
State: TypeAlias = Literal["active", "paused"]

_HOW_IT_ENDS = (
    "Ends with 0 when it passed, 1 when the target failed, 2 when the definition or a value is wrong, 3 when the fault "
    "is on our side or there is no verdict in time."
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for resource, noun, words in (
        ("monitors", "monitor", "Monitors on a server: probes of one thing each."),
        ("api-monitors", "API monitor", "API monitors on a server: several HTTP requests in a row."),
        ("journeys", "journey", "Journeys on a server: paths of users through a site."),
    ):
        group = typer.Typer(name=resource, help=words, no_args_is_help=True)
        commands = CheckCommands(resource)
        group.command("list", help=f"List {noun}s.")(asks_a_server(commands.list))
        group.command("show", help=f"Show a {noun}.")(asks_a_server(commands.show))
        if resource == "monitors":
            group.command("create")(asks_a_server(create_monitor))
        if resource == "api-monitors":
            group.command("upload")(asks_a_server(upload_api_monitor))
        if resource != "api-monitors":
            group.command("stats", help=f"Show the uptime and the response times of a {noun}.")(
                asks_a_server(commands.stats)
            )
        group.command("run", help=f"Run a {noun} now, and wait for the verdict.\n\n{_HOW_IT_ENDS}")(
            asks_a_server(commands.run)
        )
        group.command("pause", help=f"Stop scheduling a {noun}.")(asks_a_server(commands.pause))
        group.command("resume", help=f"Schedule a {noun} again.")(asks_a_server(commands.resume))
        group.command("delete", help=f"Delete a {noun}. Its runs stay readable.")(asks_a_server(commands.delete))
        app.add_typer(group)


class CheckCommands:
    """The commands that all families of checks have; ``resource`` is the client's name of one."""

    def __init__(self, resource: str) -> None:
        self._resource = resource

    def list(
        self,
        remote: Remote,
        *,
        status: Annotated[State | None, typer.Option(help="Only those in this state.")] = None,
        tag: Annotated[str | None, typer.Option(help="Only those that have this tag.")] = None,
        project: InProject = None,
    ) -> None:
        """List them."""
        from .remote_checks import RemoteChecks

        RemoteChecks.of(remote, self._resource).show_all(status=status, tag=tag, project=project)

    def show(self, remote: Remote, wanted: Wanted) -> None:
        """Show one."""
        from .remote_checks import RemoteChecks

        RemoteChecks.of(remote, self._resource).show(wanted)

    def stats(self, remote: Remote, wanted: Wanted) -> None:
        """Show what the runs of one come to."""
        from .connecting import connected
        from .remote_stats import show_stats

        show_stats(getattr(connected(remote), self._resource), wanted, as_json=remote.as_json)

    def run(
        self,
        remote: Remote,
        wanted: Wanted,
        *,
        base_url: BaseUrl = None,
        var: Variables = None,
        location: Location = None,
        wait: Annotated[
            bool, typer.Option("--wait/--no-wait", help="Wait for the verdict, or only start the run.")
        ] = True,
        timeout: Annotated[int, typer.Option(min=1, max=3600, help="Seconds to wait for the verdict.")] = 300,
    ) -> None:
        """Run one now."""
        from .journey_values import variables_of
        from .remote_checks import RemoteChecks

        raise typer.Exit(
            RemoteChecks.of(remote, self._resource).run(
                wanted,
                base_url=base_url,
                variables=variables_of(var or ()),
                location=location,
                wait_s=timeout if wait else 0,
            )
        )

    def pause(self, remote: Remote, wanted: Wanted) -> None:
        """Pause one."""
        from .remote_checks import RemoteChecks

        RemoteChecks.of(remote, self._resource).pause(wanted)

    def resume(self, remote: Remote, wanted: Wanted) -> None:
        """Resume one."""
        from .remote_checks import RemoteChecks

        RemoteChecks.of(remote, self._resource).resume(wanted)

    def delete(
        self,
        remote: Remote,
        wanted: Wanted,
        *,
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask; needed where nobody can be asked.")] = False,
    ) -> None:
        """Delete one."""
        from .remote_checks import RemoteChecks

        RemoteChecks.of(remote, self._resource).delete(wanted, is_sure=yes)


def create_monitor(
    remote: Remote,
    name: Annotated[str, typer.Argument(help="What people call it.")],
    *,
    type: Annotated[str, typer.Option(help="What it probes: url, or what the server's plugins add.")] = "url",
    url: Annotated[str | None, typer.Option(help="Address of a url monitor.")] = None,
    interval: Annotated[int | None, typer.Option(min=10, max=86_400, help="Seconds between runs (60).")] = None,
    cron: Annotated[str | None, typer.Option(help="Five-field cron expression, instead of an interval.")] = None,
    timeout: Annotated[float | None, typer.Option(min=0.1, max=3600, help="Seconds for each try (30).")] = None,
    retries: Annotated[int | None, typer.Option(min=0, max=5, help="Further tries in a run (0).")] = None,
    location: Annotated[list[str] | None, typer.Option(help="Where it runs from; repeatable.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="A tag; repeatable.")] = None,
    expect_status: Annotated[int | None, typer.Option(help="The HTTP status that is right.")] = None,
    secret: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A secret, read from the variable $NAME; repeatable.")
    ] = None,
    set: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD=JSON", help="Any field of the API, as 'method=\"POST\"'; repeatable."),
    ] = None,
    project: OfProject = None,
) -> None:
    """Create a monitor. It is first run at its next slot, or by `outrider monitors run`."""
    from .monitor_fields import MonitorWish
    from .remote_checks import RemoteChecks

    wish = MonitorWish(
        name=name,
        type=type,
        url=url,
        interval=interval,
        cron=cron,
        timeout=timeout,
        max_retries=retries,
        locations=tuple(location or ()),
        tags=tuple(tag or ()),
        expect_status=expect_status,
        secrets=tuple(secret or ()),
        further=tuple(set or ()),
    )
    RemoteChecks.of(remote, "monitors").create(wish.body(), project)


def upload_api_monitor(
    remote: Remote,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The body of the API, in YAML or JSON.")],
    *,
    secret: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A secret, read from the variable $NAME; repeatable.")
    ] = None,
    project: OfProject = None,
) -> None:
    """Upload an API monitor, or change the one of that name."""
    from .monitor_fields import body_of_file
    from .remote_checks import RemoteChecks

    RemoteChecks.of(remote, "api-monitors").put(body_of_file(file, secret or ()), project)

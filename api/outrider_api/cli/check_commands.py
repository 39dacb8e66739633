"""``monitors``, ``api-monitors`` and ``journeys``: what a server checks."""

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import typer

from .baseline_commands import register_baselines
from .project_commands import InProject, OfProject
from .remote_options import SORTED, OfType, Order, Query, Remote, Yes, asks_a_server
from .trigger_command import BaseUrl, Location, Variables

Wanted: TypeAlias = Annotated[str, typer.Argument(metavar="NAME|ID", help="Its name, or its id.")]
State: TypeAlias = Literal["active", "paused"]
Interval: TypeAlias = Annotated[
    int | None, typer.Option("--interval", "--every", min=10, max=86_400, help="Seconds between runs.")
]
Cron: TypeAlias = Annotated[str | None, typer.Option(help="Five-field cron expression, instead of an interval.")]
Timeout: TypeAlias = Annotated[float | None, typer.Option(min=0.1, max=3600, help="Seconds for each try.")]
Retries: TypeAlias = Annotated[int | None, typer.Option(min=0, max=5, help="Further tries in a run.")]
Places: TypeAlias = Annotated[list[str] | None, typer.Option("--location", help="Where it runs from; repeatable.")]
Tags: TypeAlias = Annotated[list[str] | None, typer.Option("--tag", help="A tag; repeatable.")]
Secrets: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--secret", metavar="NAME", help="A secret, read from the variable $NAME; repeatable."),
]
Further: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="FIELD=JSON", help="Any field of the API, as 'method=\"POST\"'; repeatable."),
]
Url: TypeAlias = Annotated[str | None, typer.Option(help="Address of a url monitor.")]
ExpectStatus: TypeAlias = Annotated[
    int | None, typer.Option(help="The HTTP status that is right; takes the place of all assertions.")
]
NewName: TypeAlias = Annotated[str | None, typer.Option("--name", help="What people are to call it.")]

_HOW_IT_ENDS = (
    "Ends with 0 when it passed, 1 when the target failed, 2 when the definition or a value is wrong, 3 when the fault "
    "is on our side or there is no verdict in time."
)

_WHAT_STAYS = "What is not said stays; locations and tags that are said take the place of all."


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
            group.command("update")(asks_a_server(update_monitor))
        else:
            group.command("update", help=f"Change a {noun}. {_WHAT_STAYS}")(asks_a_server(commands.update))
        if resource == "api-monitors":
            group.command("upload")(asks_a_server(upload_api_monitor))
        if resource != "api-monitors":
            group.command("stats", help=f"Show the uptime and the response times of a {noun}.")(
                asks_a_server(commands.stats)
            )
        group.command("run", help=f"Run a {noun} now, and wait for the verdict.\n\n{_HOW_IT_ENDS}")(
            asks_a_server(commands.run)
        )
        group.command("versions", help=f"List what a {noun} was, newest first.")(asks_a_server(commands.versions))
        group.command("diff", help=f"Show what a version of a {noun} changed.")(asks_a_server(commands.diff))
        group.command("restore", help=f"Let a {noun} be again what it was; that makes a new version.")(
            asks_a_server(commands.restore)
        )
        group.command("pause", help=f"Stop scheduling a {noun}.")(asks_a_server(commands.pause))
        group.command("resume", help=f"Schedule a {noun} again.")(asks_a_server(commands.resume))
        group.command("delete", help=f"Delete a {noun}. Its runs stay readable.")(asks_a_server(commands.delete))
        if resource == "journeys":
            register_baselines(group)
        app.add_typer(group)


class CheckCommands:
    """The commands that all families of checks have; ``resource`` is the client's name of one."""

    def __init__(self, resource: str) -> None:
        self._resource = resource

    def list(
        self,
        remote: Remote,
        *,
        query: Query = None,
        type: OfType = None,
        status: Annotated[State | None, typer.Option(help="Only those in this state.")] = None,
        tag: Annotated[str | None, typer.Option(help="Only those that have this tag.")] = None,
        project: InProject = None,
        location: Annotated[str | None, typer.Option(help="Only those that run at this location.")] = None,
        sort: Annotated[Literal["name", "created_at", "updated_at"] | None, typer.Option(help=SORTED)] = None,
        order: Order = None,
    ) -> None:
        """List them."""
        from .remote_checks import RemoteChecks

        filters = {"q": query, "type": type, "status": status, "tag": tag, "location": location}
        RemoteChecks.of(remote, self._resource).show_all(project, **filters, sort=sort, order=order)

    def show(self, remote: Remote, wanted: Wanted) -> None:
        """Show one."""
        from .remote_checks import RemoteChecks

        RemoteChecks.of(remote, self._resource).show(wanted)

    def update(
        self,
        remote: Remote,
        wanted: Wanted,
        *,
        name: NewName = None,
        interval: Interval = None,
        cron: Cron = None,
        timeout: Timeout = None,
        retries: Retries = None,
        location: Places = None,
        tag: Tags = None,
        secret: Secrets = None,
        set: Further = None,
    ) -> None:
        """Change one."""
        from .monitor_fields import CheckWish
        from .remote_checks import RemoteChecks

        wish = CheckWish(
            name=name,
            interval=interval,
            cron=cron,
            timeout=timeout,
            max_retries=retries,
            locations=tuple(location or ()),
            tags=tuple(tag or ()),
            secrets=tuple(secret or ()),
            further=tuple(set or ()),
        )
        unit = "_seconds" if self._resource == "journeys" else ""
        RemoteChecks.of(remote, self._resource).update(wanted, wish.body(unit))

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

    def versions(self, remote: Remote, wanted: Wanted) -> None:
        """List what one was."""
        from .remote_versions import RemoteVersions

        RemoteVersions.of(remote, self._resource).show_all(wanted)

    def diff(
        self,
        remote: Remote,
        wanted: Wanted,
        number: Annotated[int | None, typer.Argument(min=1, help="The version; without it, the newest.")] = None,
        *,
        from_: Annotated[
            int | None, typer.Option("--from", min=1, help="Compare with this version, not with the one before.")
        ] = None,
    ) -> None:
        """Show what a version changed."""
        from .remote_versions import RemoteVersions

        RemoteVersions.of(remote, self._resource).show_difference(wanted, number, from_)

    def restore(
        self,
        remote: Remote,
        wanted: Wanted,
        number: Annotated[int, typer.Argument(min=1, help="The version to have back.")],
        *,
        message: Annotated[str, typer.Option("--message", "-m", help="Why; kept with the new version.")] = "",
    ) -> None:
        """Let one be again what it was."""
        from .remote_versions import RemoteVersions

        RemoteVersions.of(remote, self._resource).restore(wanted, number, message)

    def delete(
        self,
        remote: Remote,
        wanted: Wanted,
        *,
        yes: Yes = False,
    ) -> None:
        """Delete one."""
        from .remote_checks import RemoteChecks

        RemoteChecks.of(remote, self._resource).delete(wanted, is_sure=yes)


def create_monitor(
    remote: Remote,
    name: Annotated[str, typer.Argument(help="What people call it.")],
    *,
    type: Annotated[str, typer.Option(help="What it probes: url, or what the server's plugins add.")] = "url",
    url: Url = None,
    interval: Interval = None,
    cron: Cron = None,
    timeout: Timeout = None,
    retries: Retries = None,
    location: Places = None,
    tag: Tags = None,
    expect_status: ExpectStatus = None,
    secret: Secrets = None,
    set: Further = None,
    project: OfProject = None,
) -> None:
    """Create a monitor. It is first run at its next slot, or by `outrider monitors run`."""
    from .monitor_fields import CheckWish
    from .remote_checks import RemoteChecks

    wish = CheckWish(
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


def update_monitor(
    remote: Remote,
    wanted: Wanted,
    *,
    name: NewName = None,
    url: Url = None,
    interval: Interval = None,
    cron: Cron = None,
    timeout: Timeout = None,
    retries: Retries = None,
    location: Places = None,
    tag: Tags = None,
    expect_status: ExpectStatus = None,
    secret: Secrets = None,
    set: Further = None,
) -> None:
    """Change a monitor. What is not said stays; locations and tags that are said take the place of all."""
    from .monitor_fields import CheckWish
    from .remote_checks import RemoteChecks

    wish = CheckWish(
        name=name,
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
    RemoteChecks.of(remote, "monitors").update(wanted, wish.body())


def upload_api_monitor(
    remote: Remote,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The body of the API, in YAML or JSON.")],
    *,
    secret: Secrets = None,
    project: OfProject = None,
) -> None:
    """Upload an API monitor, or change the one of that name."""
    from .monitor_fields import body_of_file
    from .remote_checks import RemoteChecks

    RemoteChecks.of(remote, "api-monitors").put(body_of_file(file, secret or ()), project)

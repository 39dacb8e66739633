"""``releases``: marks of what was deployed when, made by pipelines."""

from typing import Annotated

import typer

from .project_commands import InProject, OfProject
from .remote_options import Remote, asks_a_server


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(name="releases", help="Releases on a server: what was deployed when.", no_args_is_help=True)
    group.command("list")(asks_a_server(list_releases))
    group.command("create")(asks_a_server(create_release))
    app.add_typer(group)


def list_releases(
    remote: Remote,
    *,
    environment: Annotated[str | None, typer.Option(help="Only releases to this environment.")] = None,
    project: InProject = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 20,
) -> None:
    """List releases, newest first."""
    from .connecting import connected
    from .remote_releases import list_releases as listed

    listed(connected(remote), environment=environment, project=project, limit=limit, as_json=remote.as_json)


def create_release(
    remote: Remote,
    *,
    name: Annotated[str, typer.Option(help="What is released: a service, a product.")],
    version: Annotated[str | None, typer.Option(help="Which version of it.")] = None,
    environment: Annotated[str | None, typer.Option(help="Where to, such as production.")] = None,
    commit_sha: Annotated[str | None, typer.Option(help="The commit that is deployed.")] = None,
    commit_url: Annotated[str | None, typer.Option(help="Where that commit can be read.")] = None,
    description: Annotated[str | None, typer.Option(help="What is new.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="A tag; may be repeated.")] = None,
    rollout_percent: Annotated[float | None, typer.Option(min=0, max=100, help="How many users have it.")] = None,
    started_at: Annotated[
        str | None, typer.Option(metavar="TIME", help="When it began, as 2026-01-15T12:00:00Z; else now.")
    ] = None,
    finished_at: Annotated[str | None, typer.Option(metavar="TIME", help="When it was over.")] = None,
    project: OfProject = None,
) -> None:
    """Mark a release; it begins now unless --started-at says otherwise."""
    from .connecting import connected
    from .remote_releases import create_release as created

    given = {
        "name": name,
        "version": version,
        "environment": environment,
        "commit_sha": commit_sha,
        "commit_url": commit_url,
        "description": description,
        "tags": tag,
        "rollout_percent": rollout_percent,
        "started_at": started_at,
        "finished_at": finished_at,
    }
    fields = {field: value for field, value in given.items() if value is not None}
    created(connected(remote), fields, project, as_json=remote.as_json)

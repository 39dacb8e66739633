"""Releases of a server: marked and listed."""

from itertools import islice
from typing import Any

import typer

from outrider_api.client import Client

from .json_output import print_json
from .moments import clock
from .remote_projects import project_id_of
from .tables import show_table


def list_releases(client: Client, *, environment: str | None, project: str | None, limit: int, as_json: bool) -> None:
    """List the newest releases.

    Raises:
        ClientError: the server refused it, or can't be reached.
    """
    wanted = {"environment": environment, "project_id": project_id_of(client, project)}
    found = list(islice(client.releases.list(page_size=min(limit, 100), **wanted), limit))
    if as_json:
        print_json([release.raw for release in found])
        return
    show_table(
        ("release", "name", "version", "environment", "began", "ended", "commit"),
        [
            (
                *(release.id, release.name, release.version or "", release.environment or ""),
                *(clock(release.started_at), clock(release.finished_at), (release.commit_sha or "")[:12]),
            )
            for release in found
        ],
    )


def create_release(client: Client, fields: dict[str, Any], project: str | None = None, *, as_json: bool) -> None:
    """Mark a release.

    Raises:
        ClientError: the server refused it, or can't be reached.
    """
    if project is not None:
        fields = {**fields, "project_id": project_id_of(client, project)}
    release = client.releases.create(**fields)
    if as_json:
        print_json(release.raw)
    else:
        typer.echo(f"{release.id}: {' '.join(part for part in (release.name, release.version) if part)}")

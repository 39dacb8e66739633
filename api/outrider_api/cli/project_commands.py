"""``projects``: the parts of an organization, and the option that names one for other commands."""

from typing import Annotated, TypeAlias

import typer

from .remote_options import Remote, asks_a_server

InProject: TypeAlias = Annotated[
    str | None, typer.Option("--project", metavar="NAME|ID", help="Only those of this project.")
]
OfProject: TypeAlias = Annotated[
    str | None,
    typer.Option("--project", metavar="NAME|ID", help="The project to which it belongs; without it, as the API says."),
]
Wanted: TypeAlias = Annotated[str, typer.Argument(metavar="NAME|ID", help="Name or id of a project.")]
Name: TypeAlias = Annotated[str, typer.Argument(help="What people call it; unique in the organization.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(name="projects", help="Projects on a server: the parts of an organization.")
    group.command("list")(asks_a_server(list_projects))
    group.command("create")(asks_a_server(create_project))
    group.command("rename")(asks_a_server(rename_project))
    group.command("delete")(asks_a_server(delete_project))
    app.add_typer(group)


def list_projects(remote: Remote) -> None:
    """List the projects that the key sees."""
    from .connecting import connected
    from .remote_projects import list_projects as listed

    listed(connected(remote), as_json=remote.as_json)


def create_project(remote: Remote, name: Name) -> None:
    """Make a project."""
    from .connecting import connected
    from .remote_projects import create_project as created

    created(connected(remote), name, as_json=remote.as_json)


def rename_project(remote: Remote, wanted: Wanted, name: Name) -> None:
    """Give a project another name."""
    from .connecting import connected
    from .remote_projects import rename_project as renamed

    renamed(connected(remote), wanted, name, as_json=remote.as_json)


def delete_project(remote: Remote, wanted: Wanted) -> None:
    """Delete a project that is empty; the default project stays."""
    from .connecting import connected
    from .remote_projects import delete_project as deleted

    deleted(connected(remote), wanted, as_json=remote.as_json)

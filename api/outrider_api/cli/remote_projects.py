"""Projects of a server: listed, made, renamed and deleted; and found by the name that an option gives."""

import typer

from outrider_api.client import Client, Project

from .json_output import print_json
from .tables import show_table


def project_id_of(client: Client, wanted: str | None) -> str | None:
    """Return the id of the project that an option names, ``None`` when none is named.

    Raises:
        NoSuchName: there is none of that name that the key sees.
        ClientError: the server refused it, or can't be reached.
    """
    return None if wanted is None else client.projects.find(wanted).id


def list_projects(client: Client, *, as_json: bool) -> None:
    """List the projects.

    Raises:
        ClientError: the server refused it, or can't be reached.
    """
    found = list(client.projects.list())
    if as_json:
        print_json([one.raw for one in found])
        return
    show_table(("project", "name", ""), [(one.id, one.name, "default" if one.is_default else "") for one in found])


def create_project(client: Client, name: str, *, as_json: bool) -> None:
    """Make a project.

    Raises:
        ClientError: the server refused it, or can't be reached.
    """
    _show(client.projects.create(name=name), as_json=as_json)


def rename_project(client: Client, wanted: str, name: str, *, as_json: bool) -> None:
    """Give a project another name.

    Raises:
        NoSuchName: there is no such project.
        ClientError: the server refused it, or can't be reached.
    """
    _show(client.projects.update(client.projects.find(wanted).id, name=name), as_json=as_json)


def delete_project(client: Client, wanted: str, *, as_json: bool) -> None:
    """Delete a project.

    Raises:
        NoSuchName: there is no such project.
        ClientError: the server refused it, or can't be reached.
    """
    project = client.projects.find(wanted)
    done = client.projects.delete(project.id)
    if as_json:
        print_json(done)
    else:
        typer.echo(f"{project.name}: {project.id}, deleted")


def _show(project: Project, *, as_json: bool) -> None:
    if as_json:
        print_json(project.raw)
    else:
        typer.echo(f"{project.name}: {project.id}")

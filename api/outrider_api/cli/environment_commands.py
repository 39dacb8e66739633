"""``environments`` and ``variables``: where checks run on a server, and the values that they find there."""

from typing import Annotated, TypeAlias

import typer

from .project_commands import InProject, OfProject
from .remote_options import Remote, asks_a_server

Place: TypeAlias = Annotated[
    str | None, typer.Option("--environment", help="Name or id of an environment; without it, those for all of them.")
]
Name: TypeAlias = Annotated[str, typer.Argument(help="Name of a variable.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    places = typer.Typer(name="environments", help="Environments on a server.", no_args_is_help=True)
    places.command("list")(asks_a_server(list_environments))
    app.add_typer(places)
    values = typer.Typer(name="variables", help="Variables and secrets on a server.", no_args_is_help=True)
    values.command("list")(asks_a_server(list_variables))
    values.command("set")(asks_a_server(set_variable))
    values.command("delete")(asks_a_server(delete_variable))
    app.add_typer(values)


def list_environments(remote: Remote, *, project: InProject = None) -> None:
    """List the environments."""
    from .connecting import connected
    from .remote_variables import list_environments as listed

    listed(connected(remote), project=project, as_json=remote.as_json)


def list_variables(
    remote: Remote,
    *,
    environment: Annotated[str | None, typer.Option(help="Only the variables of this environment.")] = None,
    project: InProject = None,
) -> None:
    """List the variables; the values of secrets are not shown."""
    from .connecting import connected
    from .remote_variables import list_variables as listed

    listed(connected(remote), environment=environment, project=project, as_json=remote.as_json)


def set_variable(
    remote: Remote,
    name: Name,
    *,
    value: Annotated[
        str | None, typer.Option(help="The value; without it, it is read from standard input, unseen on a terminal.")
    ] = None,
    secret: Annotated[
        bool, typer.Option("--secret", help="Store it encrypted and never show it; once a secret, it stays one.")
    ] = False,
    environment: Place = None,
    project: OfProject = None,
) -> None:
    """Give a variable a value, and make it if it is not there."""
    from .connecting import connected
    from .remote_variables import VariablePlace
    from .remote_variables import set_variable as stored

    client = connected(remote)
    place = VariablePlace.of(client, environment, project)
    stored(client, name, value, secret=secret, place=place, as_json=remote.as_json)


def delete_variable(remote: Remote, name: Name, *, environment: Place = None, project: OfProject = None) -> None:
    """Delete a variable."""
    from .connecting import connected
    from .remote_variables import VariablePlace
    from .remote_variables import delete_variable as deleted

    client = connected(remote)
    deleted(client, name, VariablePlace.of(client, environment, project), as_json=remote.as_json)

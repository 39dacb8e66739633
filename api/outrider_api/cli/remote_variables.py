"""Environments and variables of a server: listed, set and deleted; values of secrets are never echoed."""

import sys
from dataclasses import dataclass
from typing import Self

import typer

from outrider_api.client import Client, Variable

from .json_output import print_json
from .remote_projects import project_id_of
from .tables import show_table


@dataclass(frozen=True, slots=True)
class VariablePlace:
    """Where a variable is: in an environment (its name or id), in a project, or for all."""

    environment: str | None
    project: str | None
    project_id: str | None

    @classmethod
    def of(cls, client: Client, environment: str | None, project: str | None) -> Self:
        """Return the place that options name.

        Raises:
            NoSuchName: there is no such project.
            ClientError: the server refused it, or can't be reached.
        """
        return cls(environment, project, project_id_of(client, project))

    @property
    def said(self) -> str:
        """Where that is, in words."""
        if self.environment is not None:
            return f"in {self.environment}"
        return f"in all environments{f' of {self.project}' if self.project is not None else ''}"


def list_environments(client: Client, *, project: str | None, as_json: bool) -> None:
    """List the environments.

    Raises:
        ClientError: the server refused it, or can't be reached.
    """
    found = list(client.environments.list(project_id=project_id_of(client, project)))
    if as_json:
        print_json([one.raw for one in found])
    else:
        show_table(
            ("environment", "name", "project", "base URL"),
            [(one.id, one.name, one.project_id or "(all)", one.base_url or "") for one in found],
        )


def list_variables(client: Client, *, environment: str | None, project: str | None, as_json: bool) -> None:
    """List the variables, of one environment or project, or all.

    Raises:
        ClientError: the server refused it, or can't be reached.
    """
    found = list(client.variables.list(environment=environment, project_id=project_id_of(client, project)))
    if as_json:
        print_json([one.raw for one in found])
        return
    show_table(
        ("variable", "project", "environment", "value"),
        [(*(one.name, one.project_id or "(all)", one.environment or "(all)"), _shown(one)) for one in found],
    )


def set_variable(
    client: Client, name: str, value: str | None, *, secret: bool, place: VariablePlace, as_json: bool
) -> None:
    """Give a variable a value; without one, it is read from standard input.

    Raises:
        ClientError: the server refused it, or can't be reached.
    """
    text = value if value is not None else _read(name)
    stored = client.variables.set(
        name, text, environment=place.environment, project_id=place.project_id, secret=secret or None
    )
    if as_json:
        print_json(stored.raw)
    else:
        typer.echo(f"{stored.name} is set{' (secret)' if stored.secret else ''}, {place.said}")


def delete_variable(client: Client, name: str, place: VariablePlace, *, as_json: bool) -> None:
    """Delete a variable.

    Raises:
        NoSuchName: there is none of that name there.
        ClientError: the server refused it, or can't be reached.
    """
    done = client.variables.remove(name, place.environment, place.project_id)
    if as_json:
        print_json(done)
    else:
        typer.echo(f"{name} is deleted, {place.said}")


def _shown(variable: Variable) -> str:
    return "(secret)" if variable.secret else variable.value or ""


def _read(name: str) -> str:
    if sys.stdin.isatty():
        typed: str = typer.prompt(f"Value of {name}", hide_input=True, err=True)
        return typed
    return sys.stdin.read().removesuffix("\n").removesuffix("\r")

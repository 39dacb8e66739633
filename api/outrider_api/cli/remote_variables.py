"""Environments and variables of a server: listed, set and deleted; values of secrets are never echoed."""

import sys

import typer

from outrider_api.client import Client

from .json_output import print_json
from .tables import show_table


def list_environments(client: Client, *, as_json: bool) -> None:
    """List the environments.

    Raises:
        ClientError: the server refused it, or can't be reached.
    """
    found = list(client.environments.list())
    if as_json:
        print_json([one.raw for one in found])
    else:
        show_table(("environment", "name", "base URL"), [(one.id, one.name, one.base_url or "") for one in found])


def list_variables(client: Client, *, environment: str | None, as_json: bool) -> None:
    """List the variables, of one environment or all.

    Raises:
        ClientError: the server refused it, or can't be reached.
    """
    found = list(client.variables.list(environment=environment))
    if as_json:
        print_json([one.raw for one in found])
        return
    show_table(
        ("variable", "environment", "value"),
        [(one.name, one.environment or "(all)", "(secret)" if one.secret else one.value or "") for one in found],
    )


def set_variable(
    client: Client, name: str, value: str | None, *, secret: bool, environment: str | None, as_json: bool
) -> None:
    """Give a variable a value; without one, it is read from standard input.

    Raises:
        ClientError: the server refused it, or can't be reached.
    """
    text = value if value is not None else _read(name)
    stored = client.variables.set(name, text, environment=environment, secret=secret or None)
    if as_json:
        print_json(stored.raw)
    else:
        typer.echo(f"{stored.name} is set{' (secret)' if stored.secret else ''}, {_where(stored.environment)}")


def delete_variable(client: Client, name: str, *, environment: str | None, as_json: bool) -> None:
    """Delete a variable.

    Raises:
        NoSuchName: there is none of that name there.
        ClientError: the server refused it, or can't be reached.
    """
    done = client.variables.remove(name, environment)
    if as_json:
        print_json(done)
    else:
        typer.echo(f"{name} is deleted, {_where(environment)}")


def _read(name: str) -> str:
    if sys.stdin.isatty():
        typed: str = typer.prompt(f"Value of {name}", hide_input=True, err=True)
        return typed
    return sys.stdin.read().removesuffix("\n").removesuffix("\r")


def _where(environment: str | None) -> str:
    return f"in {environment}" if environment else "in all environments"

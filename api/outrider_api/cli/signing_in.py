"""Trying a server and a key, keeping them, and showing which ones are in use."""

import os
import sys
from typing import Any

import typer

from outrider_api.client import Client, Refused
from outrider_api.client.transport import Json
from outrider_engine.errors import InvalidInput, OutriderError

from .connecting import LOCAL, access_of, warn_of_open_file
from .json_output import print_json
from .profiles import DEFAULT, Profile, Profiles, config_path
from .remote_options import KEY, PROFILE, SERVER, Remote
from .tables import show_facts

_TRIED = "/api/v1/monitors"
_SHOWN_OF_A_KEY = 10


def sign_in(*, server: str | None, key: str | None, from_stdin: bool, profile: str | None) -> None:
    """Try a server and a key, and keep them; what is missing is asked for.

    Raises:
        InvalidInput: the address is none, the key can't be one, or there is nobody to ask.
        OutriderError: the server does not know the key, or can't be reached.
    """
    name = profile or os.environ.get(PROFILE) or DEFAULT
    if key and from_stdin:
        raise InvalidInput("can't be given together with --key", field="--key-stdin")
    server = server or os.environ.get(SERVER) or _asked("Server", "--server", default=LOCAL)
    if from_stdin:
        key = sys.stdin.readline().strip()
    key = key or _asked("API key", "--key-stdin", is_secret=True)
    client = Client(server, key)
    _try(client)
    profiles = Profiles(config_path(os.environ))
    profiles.put(Profile(name=name, server=client.server, key=key))
    typer.echo(f"{client.server} takes the key; both are kept in {profiles.path} as the profile {name}")
    for variable in (SERVER, KEY):
        if os.environ.get(variable):
            typer.echo(f"warning: {variable} is set and goes before the profile", err=True)


def sign_out(profile: str | None) -> None:
    """Forget a profile.

    Raises:
        OutriderError: there is none of that name.
    """
    name = profile or os.environ.get(PROFILE) or DEFAULT
    profiles = Profiles(config_path(os.environ))
    if not profiles.drop(name):
        raise OutriderError(f"there is no profile {name!r} in {profiles.path}")
    typer.echo(f"the profile {name} is forgotten; its key stays valid until it is revoked on the server")


def show_identity(remote: Remote) -> None:
    """Show which server and key are in use, and try them.

    Raises:
        OutriderError: there is no key, the server does not know it, or can't be reached.
    """
    profiles = Profiles(config_path(os.environ))
    warn_of_open_file(profiles)
    access = access_of(remote, os.environ, profiles)
    client = Client(access.server, access.key)
    _try(client)
    organizations = _organizations(client)
    facts: dict[str, Any] = {
        "server": client.server,
        "server_from": access.server_from,
        "key": f"{access.key[:_SHOWN_OF_A_KEY]}…" if len(access.key) > 2 * _SHOWN_OF_A_KEY else "…",
        "key_from": access.key_from,
        "organizations": organizations,
    }
    if remote.as_json:
        print_json(facts)
        return
    show_facts(
        [
            ("server", f"{facts['server']} ({facts['server_from']})"),
            ("key", f"{facts['key']} ({facts['key_from']}), the server takes it"),
            *(("organization", f"{each['name']} ({each['id']}), {each['role']}") for each in organizations),
        ]
    )


def _try(client: Client) -> None:
    """Ask for anything that needs a key; one that may not read it is a good key all the same."""
    try:
        client.request("GET", _TRIED, query={"limit": 1})
    except Refused as refusal:
        if refusal.status != 403:
            raise


def _organizations(client: Client) -> list[Json]:
    """Return the organizations of whoever has the key; none when it may not read them."""
    try:
        found: list[Json] = client.request("GET", "/api/v1/user/organizations", query={"per_page": 100})["data"]
    except Refused as refusal:
        if refusal.status not in (403, 404):
            raise
        return []
    return found


def _asked(what: str, option: str, *, default: str | None = None, is_secret: bool = False) -> str:
    if not sys.stdin.isatty():
        raise InvalidInput("is needed where nobody can be asked", field=option)
    given: str = typer.prompt(what, default=default, hide_input=is_secret, err=True)
    return given.strip()

"""Which server a command asks, and with which key."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import typer

from outrider_api.client import Client
from outrider_engine.errors import ConfigurationError

from .profiles import DEFAULT, Profiles, config_path
from .remote_options import KEY, PROFILE, SERVER, Remote

LOCAL = "http://127.0.0.1:8000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A server and a key, and where each of them comes from."""

    server: str
    key: str = field(repr=False)
    server_from: str
    key_from: str


def connected(remote: Remote) -> Client:
    """Return a client of the server that is meant.

    Raises:
        ConfigurationError: there is no key, or no such profile.
        InvalidInput: the server's address is none.
    """
    profiles = Profiles(config_path(os.environ))
    access = access_of(remote, os.environ, profiles)
    warn_of_open_file(profiles)
    return Client(access.server, access.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteCommands:
    """Commands about one kind of thing on a server, answered with JSON or for people."""

    client: Client
    as_json: bool

    @classmethod
    def of(cls, remote: Remote) -> Self:
        """Return the commands for the server that is meant."""
        return cls(client=connected(remote), as_json=remote.as_json)


def access_of(remote: Remote, environment: Mapping[str, str], profiles: Profiles) -> Access:
    """Return which server and which key are meant.

    An option goes before the environment, the environment before what ``outrider login`` has kept. A profile that is
    named by an option is one. The key of a profile is for its server alone: it is sent to no other.

    Raises:
        ConfigurationError: there is no key, or no such profile.
    """
    name = remote.profile or environment.get(PROFILE) or DEFAULT
    profile = profiles.get(name)
    if profile is None and name != DEFAULT:
        raise ConfigurationError(f"there is no profile {name!r}; `outrider login --profile {name}` makes it")
    asked = {} if remote.profile else environment
    server, server_from = LOCAL, "by default"
    for found, where in (
        (remote.server, "--server"),
        (asked.get(SERVER), SERVER),
        (profile.server if profile else None, f"profile {name}"),
    ):
        if found:
            server, server_from = found, where
            break
    fits = profile is not None and profile.server.rstrip("/") == server.rstrip("/")
    for key, where in (
        (remote.key, "--key"),
        (asked.get(KEY), KEY),
        (profile.key if profile and fits else None, f"profile {name}"),
    ):
        if key:
            return Access(server=server, key=key, server_from=server_from, key_from=where)
    raise ConfigurationError(f"there is no API key for {server}: set {KEY}, or keep one with `outrider login`")


def warn_of_open_file(profiles: Profiles) -> None:
    """Say so when others may read the file with the keys."""
    if profiles.path.exists() and profiles.path.stat().st_mode & 0o077:
        typer.echo(f"warning: others may read {profiles.path}: chmod 600 it", err=True)

"""Channels of a server: shown, made, tried out, deleted."""

import json
import os
from collections.abc import Sequence
from typing import Any

import typer

from outrider_api.client import Channel
from outrider_engine.errors import InvalidInput

from .confirming import confirm
from .connecting import RemoteCommands
from .json_output import print_json
from .monitor_fields import changes, fields_of
from .tables import show_facts, show_table


class RemoteChannels(RemoteCommands):
    """The commands about channels.

    Every call raises:
        NoSuchName, Ambiguous: what was named can't be found.
        ClientError: the server refused it, or can't be reached.
    """

    def show_all(self, **filters: Any) -> None:
        """List those that the filters of the client choose."""
        found = list(self.client.channels.list(**filters))
        if self.as_json:
            print_json([channel.raw for channel in found])
            return
        rows = [(each.name, each.id, each.type, _state(each), ", ".join(each.notify_on)) for each in found]
        show_table(("name", "id", "type", "status", "told on"), rows)

    def show(self, wanted: str) -> None:
        """Show one."""
        channel = self.client.channels.find(wanted)
        if self.as_json:
            print_json(channel.raw)
            return
        settings = [(name, json.dumps(value)) for name, value in channel.config.items() if value not in (None, [])]
        show_facts(
            [
                ("name", channel.name),
                ("id", channel.id),
                ("type", channel.type),
                ("status", _state(channel)),
                ("told on", ", ".join(channel.notify_on)),
                *settings,
            ]
        )

    def create(
        self, name: str, *, type: str, settings: Sequence[str], secrets: Sequence[str], notify_on: Sequence[str]
    ) -> None:
        """Make one.

        Raises:
            InvalidInput: a setting can't be read.
        """
        config = {**fields_of(settings), **dict(map(_secret, secrets))}
        told = {"notify_on": list(notify_on)} if notify_on else {}
        channel = self.client.channels.create(name=name, type=type, config=config, **told)
        self._tell(channel, "created")
        for warning in channel.raw.get("warnings") or ():
            typer.echo(f"warning: {warning}", err=True)

    def update(
        self,
        wanted: str,
        *,
        name: str | None,
        enabled: bool | None,
        settings: Sequence[str],
        secrets: Sequence[str],
        notify_on: Sequence[str],
    ) -> None:
        """Change one, unless somebody else changes it between reading and writing.

        Raises:
            InvalidInput: a setting can't be read, or nothing is to be changed.
        """
        config = {**fields_of(settings), **dict(map(_secret, secrets))}
        wish = {"name": name, "enabled": enabled, "config": config or None, "notify_on": list(notify_on) or None}
        said = changes(wish)
        read = self.client.channels.get(self.client.channels.find(wanted).id)
        self._tell(self.client.channels.update(read, **said), "changed")

    def test(self, wanted: str) -> int:
        """Send a test message; returns the exit status."""
        fared = self.client.channels.test(self.client.channels.find(wanted).id)
        if self.as_json:
            print_json(fared.raw)
        elif fared.delivered:
            typer.echo("delivered")
        else:
            typer.echo(f"not delivered: {fared.error}", err=True)
        return 0 if fared.delivered else 1

    def rotate_secret(self, wanted: str) -> None:
        """Replace the secret of one."""
        self._tell(self.client.channels.rotate_secret(self.client.channels.find(wanted).id), "has a new secret")

    def delete(self, wanted: str, *, is_sure: bool) -> None:
        """Delete one, when that is really meant."""
        channel = self.client.channels.find(wanted)
        confirm(f"Delete the channel {channel.name} ({channel.id})", is_sure=is_sure)
        done = self.client.channels.delete(channel.id)
        if self.as_json:
            print_json(done)
        else:
            typer.echo(f"{channel.name}: {channel.id}, deleted")

    def _tell(self, channel: Channel, done: str) -> None:
        if self.as_json:
            print_json(channel.raw)
            return
        typer.echo(f"{channel.name}: {channel.id}, {done}")
        if channel.secret:
            typer.echo("Its secret, shown this once:\n", err=True)
            typer.echo(channel.secret)


def _state(channel: Channel) -> str:
    return "on" if channel.enabled else "off"


def _secret(text: str) -> tuple[str, str]:
    setting, sign, variable = text.partition("=")
    if not (setting and sign and variable):
        raise InvalidInput(f"{text!r} is not of the form SETTING=VARIABLE", field="--secret")
    if variable not in os.environ:
        raise InvalidInput(f"the variable {variable} is not set", field="--secret")
    return setting, os.environ[variable]

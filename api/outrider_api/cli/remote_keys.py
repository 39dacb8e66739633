"""API keys of an organization on a server: shown, made, rotated, revoked."""

from collections.abc import Sequence

import typer

from outrider_api.client import ApiKey

from .confirming import confirm
from .connecting import RemoteCommands
from .json_output import print_json
from .moments import clock
from .remote_projects import project_id_of
from .tables import show_facts, show_table


class RemoteKeys(RemoteCommands):
    """The commands about API keys.

    Every call raises:
        NoSuchName: no key is called so.
        ClientError: the server refused it, or can't be reached.
    """

    def show_all(self) -> None:
        """List them."""
        found = list(self.client.keys.list())
        if self.as_json:
            print_json([key.raw for key in found])
            return
        rows = [
            (
                *(key.name, key.id, f"{key.prefix}…", key.role, _scopes(key), key.raw.get("project_id") or "all"),
                *(clock(key.expires_at) or "never", clock(key.last_used_at) or "never"),
            )
            for key in found
        ]
        show_table(("name", "id", "begins with", "role", "scopes", "project", "expires", "last used"), rows)

    def show(self, wanted: str) -> None:
        """Show one."""
        key = self.client.keys.find(wanted)
        if self.as_json:
            print_json(key.raw)
            return
        show_facts(
            [
                ("name", key.name),
                ("id", key.id),
                ("begins with", f"{key.prefix}…"),
                ("role", key.role),
                ("scopes", _scopes(key)),
                ("project", key.raw.get("project_id") or "all"),
                ("created", clock(key.created_at)),
                ("expires", clock(key.expires_at) or "never"),
                ("last used", clock(key.last_used_at) or "never"),
                ("calls a month", str(key.raw.get("monthly_limit") or "unlimited")),
            ]
        )

    def create(
        self,
        name: str,
        *,
        role: str,
        scopes: Sequence[str] | None,
        expires_at: str | None,
        monthly_limit: int | None,
        project: str | None,
    ) -> None:
        """Make one."""
        wish = {"scopes": scopes, "expires_at": expires_at, "monthly_limit": monthly_limit}
        wish["project_id"] = project_id_of(self.client, project)
        given = {field: value for field, value in wish.items() if value is not None}
        self._show_once(self.client.keys.create(name=name, role=role, **given))

    def rotate(self, wanted: str, *, grace_s: int) -> None:
        """Give one another text."""
        self._show_once(self.client.keys.rotate(self.client.keys.find(wanted).id, grace_seconds=grace_s))

    def revoke(self, wanted: str, *, is_sure: bool) -> None:
        """Revoke one, when that is really meant."""
        key = self.client.keys.find(wanted)
        confirm(f"Revoke the API key {key.name} ({key.id})", is_sure=is_sure)
        done = self.client.keys.revoke(key.id)
        if self.as_json:
            print_json(done)
        else:
            typer.echo(f"{key.name}: {key.id}, revoked")

    def _show_once(self, key: ApiKey) -> None:
        if self.as_json:
            print_json(key.raw)
            return
        typer.echo(f"{key.name} ({key.role}): {key.id}. Its text, shown this once:\n", err=True)
        typer.echo(key.key)


def _scopes(key: ApiKey) -> str:
    return ", ".join(key.scopes) if key.scopes is not None else "all"

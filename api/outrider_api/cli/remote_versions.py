"""What checks of a server were: listed, compared, and had back."""

from dataclasses import dataclass
from typing import Any, Self

import typer

from outrider_api.client.checks import Checks

from .connecting import connected
from .json_output import print_json
from .moments import clock
from .remote_options import Remote
from .tables import show_table

_DIGEST = 12
"""Characters of a digest that tell definitions apart for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteVersions:
    """The commands about versions of one family of checks.

    Every call raises:
        NoSuchName, Ambiguous: what was named can't be found.
        ClientError: the server refused it, or can't be reached.
    """

    checks: Checks[Any]
    as_json: bool

    @classmethod
    def of(cls, remote: Remote, resource: str) -> Self:
        """Return the commands for ``monitors``, ``api-monitors`` or ``journeys``."""
        return cls(checks=getattr(connected(remote), resource.replace("-", "_")), as_json=remote.as_json)

    def show_all(self, wanted: str) -> None:
        """List what one was, newest first."""
        found = list(self.checks.versions(self.checks.find(wanted).id))
        if self.as_json:
            print_json([version.raw for version in found])
            return
        show_table(
            ("version", "made", "by", "source", "message", "digest"),
            [
                (
                    *(str(one.number), clock(one.made_at), str(one.made_by.get("name", ""))),
                    one.source if one.restored_from is None else f"{one.source} from {one.restored_from}",
                    *(one.message, one.digest[:_DIGEST]),
                )
                for one in found
            ],
        )

    def show_difference(self, wanted: str, number: int | None, from_number: int | None) -> None:
        """Show what a version changed, the newest one if none is named."""
        check = self.checks.find(wanted)
        found = self.checks.diff(check.id, number or check.current_version, from_number)
        if self.as_json:
            print_json(found.raw)
        else:
            typer.echo(found.text or "nothing differs\n", nl=False)

    def restore(self, wanted: str, number: int, message: str) -> None:
        """Let one be again what it was, unless somebody else changes it meanwhile."""
        check = self.checks.get(self.checks.find(wanted).id)
        restored = self.checks.restore(check, number, message)
        if self.as_json:
            print_json(restored.raw)
            return
        is_new = restored.current_version != check.current_version
        done = f"as in version {number}, now {restored.current_version}" if is_new else f"is what it was in {number}"
        typer.echo(f"{restored.name}: {restored.id}, {done}")

"""Monitors, API monitors and journeys of a server: shown, made, run, paused, deleted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import typer

from outrider_api.client import Check, Client
from outrider_api.client.checks import Checks

from .confirming import confirm
from .connecting import connected
from .json_output import print_json
from .moments import clock
from .monitor_fields import changes
from .remote_options import Remote
from .remote_projects import project_id_of
from .tables import show_facts, show_table
from .triggering import follow_to_the_verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteChecks:
    """The commands about one family of checks.

    Every call raises:
        NoSuchName, Ambiguous: what was named can't be found.
        ClientError: the server refused it, or can't be reached.
    """

    client: Client
    checks: Checks[Any]
    as_json: bool

    @classmethod
    def of(cls, remote: Remote, resource: str) -> Self:
        """Return the commands for ``monitors``, ``api-monitors`` or ``journeys``."""
        client = connected(remote)
        return cls(client=client, checks=getattr(client, resource.replace("-", "_")), as_json=remote.as_json)

    def show_all(self, project: str | None, **filters: Any) -> None:
        """List those of a project (``None``: of all) that the filters of the client choose."""
        project_id = project_id_of(self.client, project)
        found: list[Check] = list(self.checks.list(project_id=project_id, **filters))
        if self.as_json:
            print_json([check.raw for check in found])
            return
        show_table(
            ("name", "id", "type", "status", "last run", "every", "locations"),
            [
                (
                    check.name,
                    check.id,
                    check.type,
                    check.status,
                    _last(check),
                    _every(check),
                    ", ".join(check.locations),
                )
                for check in found
            ],
        )

    def show(self, wanted: str) -> None:
        """Show one."""
        check: Check = self.checks.find(wanted)
        if self.as_json:
            print_json(check.raw)
            return
        show_facts([(name, value) for name, value in _facts(check) if value])
        _warn(check)

    def create(self, body: Mapping[str, Any], project: str | None = None) -> None:
        """Make one, of a project if one is named."""
        self._tell(self.checks.create(**body, **self._in(project)), "created")

    def update(self, wanted: str, body: Mapping[str, Any]) -> None:
        """Change some fields of one, unless somebody else changes it between reading and writing.

        Raises:
            InvalidInput: nothing is to be changed.
        """
        said = changes({}, body)
        self._tell(self.checks.update(self.checks.get(self.checks.find(wanted).id), **said), "changed")

    def put(self, body: Mapping[str, Any], project: str | None = None) -> None:
        """Make one, or change the one of that name, in a project if one is named."""
        self._tell(self.checks.put({**body, **self._in(project)}), "stored")

    def pause(self, wanted: str) -> None:
        """Stop scheduling one."""
        self._tell(self.checks.pause(self.checks.find(wanted).id), "paused")

    def resume(self, wanted: str) -> None:
        """Schedule one again."""
        self._tell(self.checks.resume(self.checks.find(wanted).id), "active")

    def delete(self, wanted: str, *, is_sure: bool) -> None:
        """Delete one, when that is really meant.

        Raises:
            InvalidInput: nobody can be asked.
        """
        check: Check = self.checks.find(wanted)
        confirm(f"Delete the {self.checks.noun} {check.name} ({check.id})", is_sure=is_sure)
        done = self.checks.delete(check.id)
        if self.as_json:
            print_json(done)
        else:
            typer.echo(f"{check.name}: {check.id}, deleted")

    def run(
        self,
        wanted: str,
        *,
        base_url: str | None,
        variables: Mapping[str, str],
        location: str | None,
        wait_s: int,
    ) -> int:
        """Run one now; returns the exit status that stands for the verdict."""

        def begin() -> Any:
            id = self.checks.find(wanted).id
            if base_url or variables or location:
                return self.checks.trigger(id, base_url=base_url, variables=variables, location=location)
            return self.checks.run(id)

        return follow_to_the_verdict(self.client, begin, wait_s=wait_s, as_json=self.as_json)

    def _in(self, project: str | None) -> dict[str, Any]:
        id = project_id_of(self.client, project)
        return {} if id is None else {"project_id": id}

    def _tell(self, check: Check, done: str) -> None:
        if self.as_json:
            print_json(check.raw)
            return
        typer.echo(f"{check.name}: {check.id}, {done}")
        _warn(check)


def _warn(check: Check) -> None:
    for warning in check.warnings:
        typer.echo(f"warning: {warning}", err=True)


def _last(check: Check) -> str:
    run = check.last_run
    return f"{run.status} {clock(run.completed_at)}" if run else ""


def _every(check: Check) -> str:
    return f"{check.every_s} s" if check.every_s else check.cron or "on demand"


def _facts(check: Check) -> list[tuple[str, str]]:
    raw = check.raw
    zone = f" ({check.timezone})" if check.timezone else ""
    return [
        ("name", check.name),
        ("id", check.id),
        ("type", check.type),
        ("status", check.status),
        ("paused because", check.paused_reason or ""),
        ("description", str(raw.get("description") or "")),
        ("url", str(raw.get("url") or raw.get("base_url") or "")),
        ("steps", ", ".join(str(step.get("name") or step.get("action")) for step in raw.get("steps") or ())),
        ("every", _every(check) + zone),
        ("locations", ", ".join(check.locations)),
        ("tags", ", ".join(check.tags)),
        ("secrets", ", ".join(raw.get("secret_names") or ())),
        ("assertions", str(len(raw.get("assertions") or ()) or "")),
        ("last run", _last(check)),
        ("next run", clock(check.next_run_at)),
        ("changed", clock(check.updated_at)),
        ("version", str(check.current_version or "")),
    ]

"""Alert rules of a server: shown, made, deleted."""

from collections.abc import Sequence
from typing import Any

import typer

from outrider_api.client import Rule

from .confirming import confirm
from .connecting import RemoteCommands
from .json_output import print_json
from .monitor_fields import changes, fields_of
from .named_checks import CheckNames, id_of_check
from .tables import show_facts, show_table

_ABOUT = {"mon": "monitor", "apm": "api_monitor", "jrn": "journey"}
"""The families of checks, by the beginnings of their ids."""


class RemoteRules(RemoteCommands):
    """The commands about rules.

    Every call raises:
        NoSuchName, Ambiguous: what was named can't be found.
        ClientError: the server refused it, or can't be reached.
    """

    def show_all(self, check: str | None, **filters: Any) -> None:
        """List those about a check (``None``: all) that the filters of the client choose."""
        resource_id = id_of_check(self.client, check) if check else None
        found = list(self.client.rules.list(resource_id=resource_id, **filters))
        if self.as_json:
            print_json([rule.raw for rule in found])
            return
        names = CheckNames(self.client)
        rows = [(each.name, each.id, each.type, _limit(each), names.of(*_about(each)), _state(each)) for each in found]
        show_table(("name", "id", "type", "threshold", "about", "status"), rows)

    def show(self, wanted: str) -> None:
        """Show one."""
        rule = self.client.rules.find(wanted)
        if self.as_json:
            print_json(rule.raw)
            return
        family, check_id = _about(rule)
        more = [(name, str(rule.raw.get(name) or "")) for name in ("days_before", "window_seconds", "min_samples")]
        facts = [
            ("name", rule.name),
            ("id", rule.id),
            ("type", rule.type),
            ("threshold", _limit(rule)),
            *more,
            ("about", f"{CheckNames(self.client).of(family, check_id)} ({check_id})"),
            ("channels", ", ".join(self.client.channels.get(id).name for id in rule.channel_ids)),
            ("status", _state(rule)),
        ]
        show_facts([(name, text) for name, text in facts if text])

    def create(
        self,
        name: str,
        *,
        check: str,
        type: str,
        threshold: float | None,
        channels: Sequence[str],
        further: Sequence[str],
    ) -> None:
        """Make one.

        Raises:
            InvalidInput: a field can't be read.
        """
        check_id = id_of_check(self.client, check)
        body: dict[str, Any] = {
            "name": name,
            "type": type,
            f"{_ABOUT.get(check_id.partition('_')[0], 'monitor')}_id": check_id,
            "channel_ids": [self.client.channels.find(channel).id for channel in channels],
        }
        if threshold is not None:
            body["threshold"] = _number(threshold)
        self._tell(self.client.rules.create(**body, **fields_of(further)), "created")

    def update(
        self,
        wanted: str,
        *,
        name: str | None,
        enabled: bool | None,
        threshold: float | None,
        channels: Sequence[str],
        further: Sequence[str],
    ) -> None:
        """Change one, unless somebody else changes it between reading and writing.

        Raises:
            InvalidInput: a field can't be read, or nothing is to be changed.
        """
        wish = {
            "name": name,
            "enabled": enabled,
            "threshold": None if threshold is None else _number(threshold),
            "channel_ids": [self.client.channels.find(channel).id for channel in channels] or None,
        }
        said = changes(wish, fields_of(further))
        read = self.client.rules.get(self.client.rules.find(wanted).id)
        self._tell(self.client.rules.update(read, **said), "changed")

    def delete(self, wanted: str, *, is_sure: bool) -> None:
        """Delete one, when that is really meant."""
        rule = self.client.rules.find(wanted)
        confirm(f"Delete the rule {rule.name} ({rule.id})", is_sure=is_sure)
        done = self.client.rules.delete(rule.id)
        if self.as_json:
            print_json(done)
        else:
            typer.echo(f"{rule.name}: {rule.id}, deleted")

    def _tell(self, rule: Rule, done: str) -> None:
        if self.as_json:
            print_json(rule.raw)
        else:
            typer.echo(f"{rule.name}: {rule.id}, {done}")


def _number(number: float) -> float:
    """Return a number as the API reads it: whole ones without a fraction."""
    return int(number) if number.is_integer() else number


def _about(rule: Rule) -> tuple[str, str]:
    """Return the family and the id of the check that a rule is about."""
    ids = {"monitor": rule.monitor_id, "api_monitor": rule.api_monitor_id, "journey": rule.journey_id}
    return next((family, id) for family, id in ids.items() if id)


def _limit(rule: Rule) -> str:
    return "" if rule.threshold is None else f"{rule.threshold:g}"


def _state(rule: Rule) -> str:
    return "on" if rule.enabled else "off"

"""Checks of all families by name or id, and the names of those that runs and alerts are about."""

from collections.abc import Callable, Sequence
from typing import Any

from outrider_api.client import Ambiguous, Client, NoSuchName, Refused
from outrider_api.client.checks import Checks
from outrider_api.client.resources import is_id


def families(client: Client) -> Sequence[tuple[str, Checks[Any]]]:
    """Return the families of checks, by the word that runs and alerts use for each."""
    return (("monitor", client.monitors), ("api_monitor", client.api_monitors), ("journey", client.journeys))


def id_of_check(client: Client, wanted: str) -> str:
    """Return the id of the check of a name or an id.

    Raises:
        NoSuchName: nothing is called so among what the key may read.
        Ambiguous: several are called so.
    """
    if is_id(wanted):
        return wanted
    found = _of_all(client, lambda checks: [check.id for check in checks.called(wanted)])
    if len(found) > 1:
        raise Ambiguous(wanted, found)
    if not found:
        raise NoSuchName("monitor, API monitor or journey", wanted, _of_all(client, Checks.some_names))
    return found[0]


def _of_all(client: Client, of_family: Callable[[Checks[Any]], Sequence[str]]) -> list[str]:
    """Return what there is of all families that the key may read."""
    found: list[str] = []
    for _, checks in families(client):
        try:
            found += of_family(checks)
        except Refused as refusal:
            if refusal.status != 403:
                raise
    return found


class CheckNames:
    """Names by id, each asked for once; what is gone or may not be read goes by its id."""

    def __init__(self, client: Client) -> None:
        self._families = dict(families(client))
        self._known: dict[str, str] = {}

    def of(self, family: str, id: str) -> str:
        """Return the name of a check."""
        if id not in self._known:
            self._known[id] = self._asked(family, id)
        return self._known[id]

    def _asked(self, family: str, id: str) -> str:
        if family not in self._families:
            return id
        try:
            return str(self._families[family].get(id).name)
        except Refused as refusal:
            if refusal.status not in (403, 404):
                raise
            return id

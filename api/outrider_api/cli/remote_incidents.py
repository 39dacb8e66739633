"""Incidents of a server: listed, shown, opened and continued."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

import typer

from outrider_api.client import Client, Incident

from .json_output import print_json
from .moments import clock
from .named_checks import id_of_check
from .tables import show_facts, show_table


def list_incidents(client: Client, *, check: str | None, limit: int, as_json: bool, **filters: str | None) -> None:
    """List the newest incidents.

    Raises:
        NoSuchName, Ambiguous: the check can't be found.
        ClientError: the server refused it, or can't be reached.
    """
    check_id = id_of_check(client, check) if check else None
    walked = client.incidents.list(page_size=min(limit, 100), check_id=check_id, **filters)
    found = list(islice(walked, limit))
    if as_json:
        print_json([incident.raw for incident in found])
        return
    show_table(
        ("incident", "state", "severity", "since", "until", "title"),
        [
            (
                *(incident.id, incident.state, incident.severity),
                *(clock(incident.started_at), clock(incident.resolved_at), incident.title),
            )
            for incident in found
        ],
    )


def show_incident(client: Client, title_or_id: str, *, as_json: bool) -> None:
    """Show an incident.

    Raises:
        NoSuchName, Ambiguous: it can't be found by its title.
        ClientError: the server refused it, or can't be reached.
    """
    _show(client.incidents.find(title_or_id), as_json=as_json)


def open_incident(
    client: Client, fields: dict[str, Any], first: tuple[str, str] | None, *, checks: Sequence[str], as_json: bool
) -> None:
    """Open an incident about ``checks``, and tell ``first``: a state and a text.

    Raises:
        NoSuchName, Ambiguous: a check can't be found.
        ClientError: the server refused it, or can't be reached.
    """
    about = [id_of_check(client, name) for name in checks]
    update = {"initial_update": {"state": first[0], "body": first[1]}} if first is not None else {}
    _show(client.incidents.create(**fields, **update, check_ids=about), as_json=as_json)


def post_update(client: Client, title_or_id: str, message: str, *, state: str | None, as_json: bool) -> None:
    """Tell what is known by now; the state stays when there is none.

    Raises:
        NoSuchName, Ambiguous: it can't be found by its title.
        ClientError: the server refused it, or can't be reached.
    """
    incident = client.incidents.find(title_or_id)
    posted = client.incidents.post(incident.id, state or incident.state, message)
    if as_json:
        print_json(posted.raw)
    else:
        typer.echo(f"{posted.id}: {posted.state}")


def _show(incident: Incident, *, as_json: bool) -> None:
    if as_json:
        print_json(incident.raw)
        return
    facts = [
        ("incident", incident.id),
        ("title", incident.title),
        ("state", incident.state),
        ("severity", incident.severity),
        ("impact", incident.impact),
        ("since", clock(incident.started_at)),
        ("until", clock(incident.resolved_at)),
        ("components", ", ".join(incident.affected_components)),
        ("checks", ", ".join(incident.check_ids)),
        ("alerts", ", ".join(incident.alert_ids)),
        ("postmortem", incident.postmortem_url or ""),
        *((clock(update.posted_at), f"{update.state}: {update.body}") for update in incident.updates),
    ]
    show_facts([(name, text) for name, text in facts if text])

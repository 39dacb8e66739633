"""Alerts of a server: listed, shown, taken on and resolved."""

from itertools import islice

import typer

from outrider_api.client import Alert, Client

from .json_output import print_json
from .moments import clock
from .named_checks import CheckNames, id_of_check
from .tables import show_facts, show_table


def list_alerts(client: Client, *, check: str | None, status: str | None, limit: int, as_json: bool) -> None:
    """List the newest alerts.

    Raises:
        NoSuchName, Ambiguous: the check can't be found.
        ClientError: the server refused it, or can't be reached.
    """
    resource_id = id_of_check(client, check) if check else None
    found = list(islice(client.alerts.list(status=status, resource_id=resource_id), limit))
    if as_json:
        print_json([alert.raw for alert in found])
        return
    names = CheckNames(client)
    show_table(
        ("alert", "status", "about", "since", "until", "message"),
        [
            (
                *(alert.id, alert.status, names.of(alert.resource_type, alert.resource_id)),
                *(clock(alert.triggered_at), clock(alert.resolved_at), alert.message),
            )
            for alert in found
        ],
    )


def show_alert(client: Client, id: str, *, as_json: bool) -> None:
    """Show an alert.

    Raises:
        ClientError: the server refused it, or can't be reached.
    """
    alert = client.alerts.get(id)
    if as_json:
        print_json(alert.raw)
    else:
        show_facts([(name, text) for name, text in _facts(client, alert) if text])


def acknowledge_alert(client: Client, id: str, *, as_json: bool) -> None:
    """Take an alert on.

    Raises:
        ClientError: the server refused it, or can't be reached.
    """
    _tell(client.alerts.acknowledge(id), as_json=as_json)


def resolve_alert(client: Client, id: str, *, as_json: bool) -> None:
    """Resolve an alert.

    Raises:
        ClientError: the server refused it, or can't be reached.
    """
    _tell(client.alerts.resolve(id), as_json=as_json)


def _tell(alert: Alert, *, as_json: bool) -> None:
    if as_json:
        print_json(alert.raw)
    else:
        typer.echo(f"{alert.id}: {alert.status}")


def _facts(client: Client, alert: Alert) -> list[tuple[str, str]]:
    about = CheckNames(client).of(alert.resource_type, alert.resource_id)
    return [
        ("alert", alert.id),
        ("status", alert.status),
        ("about", f"{about} ({alert.resource_id})"),
        ("severity", alert.severity or ""),
        ("message", alert.message),
        ("not told", alert.delivery_problem or ""),
        ("taken on by", alert.acknowledged_by or ""),
        ("since", clock(alert.triggered_at)),
        ("until", clock(alert.resolved_at)),
        ("rule", alert.rule_id or ""),
        ("run", alert.run_id or ""),
    ]

"""The bodies that receivers of other systems expect."""

import ipaddress
import urllib.parse
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from outrider_engine.contracts import Facts, clipped
from outrider_engine.domain.alerts import AlertEvent
from outrider_engine.domain.json_values import JsonObject
from outrider_engine.domain.notifications import Message
from outrider_engine.domain.subscriptions import subscribed_as

from .times import with_z

Preset = Literal["standard", "brily", "xuptimemonitor", "pagerduty", "opsgenie"]
LONGEST_SUMMARY = 1024
LONGEST_TITLE, LONGEST_DESCRIPTION = 130, 15_000
_OVER = {AlertEvent.RESOLVED, AlertEvent.INCIDENT_RESOLVED}
_URGENCY = {"p1": "critical", "p2": "error", "p3": "warning", "p4": "info", "p5": "info"}


def brily(message: Message) -> JsonObject:
    """Return the body that brily documents; events that are not about an alert carry their own facts."""
    data = message.data
    check, alert, run, failing = (_part(data, name) for name in ("check", "alert", "run", "failing"))
    project = check.get("project_id") or _part(data, "project").get("id") or _part(data, "organization").get("id")
    facts: Mapping[str, Any] = data
    if "incident" in data or "release" in data:
        facts = with_z({name: data[name] for name in ("incident", "release") if name in data}, "seconds")
    elif alert:
        facts = {
            "alert_id": alert.get("id"),
            "monitor": {"id": check.get("id"), "name": check.get("name"), "url": check.get("url")},
            "severity": alert.get("severity"),
            "regions_failing": _listed(failing.get("regions")),
            "last_check_error": run.get("error") or alert.get("message"),
        }
    return {
        "event": subscribed_as(message.event),
        "occurred_at": _moment(message.occurred_at),
        "project_id": project,
        "data": facts,
    }


def xuptimemonitor(message: Message, facts: Facts) -> JsonObject:
    """Return the body that xuptimemonitor documents, all of whose values are texts; a test counts as ``UP``."""
    status = "UP" if message.event is AlertEvent.TEST else facts.status
    place = f" ({facts.location})" if facts.location else ""
    return {
        "monitorId": facts.monitor_id,
        "monitorName": facts.monitor_name,
        "agentId": facts.location,
        "agentHostname": facts.location,
        "status": status,
        "detectedAt": _moment(facts.occurred_at),
        "downSince": _moment(facts.since) if facts.since is not None else "",
        "duration": facts.duration,
        "monitorUrl": facts.page_url or facts.monitor_url,
        "ip": _address(facts.monitor_url),
        "message": f"{facts.monitor_name}{place} is {status}" if status in {"DOWN", "UP"} else facts.title,
    }


def pagerduty(message: Message, facts: Facts, key: str) -> JsonObject:
    """Return an event of PagerDuty's Events API v2; recovery resolves what the same alert triggered."""
    links = [{"href": url, "text": text} for text, url in _links(facts)]
    source = facts.monitor_url or facts.monitor_name or "outrider"
    severity = _URGENCY.get(facts.severity, "critical" if message.event is AlertEvent.OPENED else "info")
    return {
        "routing_key": key,
        "event_action": "resolve" if message.event in _OVER else "trigger",
        "dedup_key": _thread(message, facts),
        "payload": {
            "summary": clipped(f"{facts.title}: {facts.error}" if facts.error else facts.title, LONGEST_SUMMARY),
            "source": clipped(source, LONGEST_SUMMARY),
            "severity": severity,
            "timestamp": _moment(message.occurred_at),
            "custom_details": dict(facts.listed()),
        },
        "links": links,
    }


def opsgenie(message: Message, facts: Facts) -> JsonObject:
    """Return what Opsgenie's Alert API takes to create an alert; ``opsgenie_path`` says where it goes."""
    if message.event in _OVER:
        return {"source": "Outrider", "note": facts.text}
    return {
        "message": clipped(facts.title, LONGEST_TITLE),
        "alias": _thread(message, facts),
        "description": clipped(facts.error or facts.text, LONGEST_DESCRIPTION),
        "priority": facts.severity.upper() if facts.severity in _URGENCY else "P3",
        "source": "Outrider",
        "details": {**facts.listed(), **dict(_links(facts))},
    }


def opsgenie_path(url: str, message: Message, facts: Facts) -> str:
    """Return the address under ``url`` (``…/v2/alerts``) that an event is sent to: recovery closes its alert."""
    if message.event not in _OVER:
        return url
    return f"{url.rstrip('/')}/{_thread(message, facts)}/close?identifierType=alias"


def _thread(message: Message, facts: Facts) -> str:
    """Return what messages about one alert or incident have in common."""
    return facts.alert_id or str(_part(message.data, "incident").get("id") or message.id)


def _links(facts: Facts) -> list[tuple[str, str]]:
    return [(text, url) for text, url in (("View run", facts.run_url), ("View check", facts.page_url)) if url]


def _address(url: str) -> str:
    """Return the host of a URL when it is an IP address: names are not looked up again."""
    host = urllib.parse.urlsplit(url).hostname or ""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return ""


def _listed(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, Sequence) and not isinstance(value, str) else []


def _part(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = data.get(name)
    return part if isinstance(part, Mapping) else {}


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

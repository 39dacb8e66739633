"""What a message says, as the words that notifiers put into their own form."""

import ipaddress
import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from outrider_engine.domain.alerts import AlertEvent
from outrider_engine.domain.durations import in_words
from outrider_engine.domain.notifications import Message

Visibility = Literal["public", "private"]
HIDDEN = "[hidden]"
_STATUS = {
    AlertEvent.OPENED: "DOWN",
    AlertEvent.ESCALATED: "DOWN",
    AlertEvent.RESOLVED: "UP",
    AlertEvent.CHECK_PAUSED: "PAUSED",
    AlertEvent.TEST: "TEST",
}
_PATHS = {"monitor": "monitors", "api_monitor": "api-monitors", "journey": "journeys"}
_IP4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)")
_IP6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}(?![\w:])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The words of one message; what is not known is an empty text.

    Attributes:
        status: ``DOWN``, ``UP``, ``PAUSED`` or ``TEST``; empty for events of another kind.
        failures: runs in a row that the target has failed, as digits.
        duration: for how long it has been broken, or was, in words.
        monitor_url: the address that is watched, without what follows ``?``.
        page_url: the check in Outrider, when the installation knows its public address.
        run_url: the run that showed it, likewise.
    """

    title: str
    text: str
    status: str = ""
    monitor_id: str = ""
    monitor_name: str = ""
    monitor_url: str = ""
    page_url: str = ""
    run_url: str = ""
    error: str = ""
    location: str = ""
    failures: str = ""
    severity: str = ""
    alert_id: str = ""
    since: datetime | None = None
    duration: str = ""
    occurred_at: datetime

    def listed(self) -> Mapping[str, str]:
        """Return what is known beside title and error, by the name to show it under."""
        count = f" ({self.failures} failures in a row)" if self.failures not in {"", "0", "1"} else ""
        shown = {
            "Monitor": self.monitor_name,
            "Status": self.status + count,
            "Location": self.location,
            "Duration": self.duration,
            "Severity": self.severity,
            "Address": self.monitor_url,
        }
        return {name: value for name, value in shown.items() if value}

    def values(self) -> Mapping[str, str]:
        """Return the values of the placeholders of templates."""
        return {
            "monitorName": self.monitor_name,
            "status": self.status,
            "incidentDuration": self.duration,
            "monitorUrl": self.monitor_url or self.page_url,
            "runUrl": self.run_url,
            "error": self.error,
            "location": self.location,
            "failures": self.failures,
            "severity": self.severity,
            "title": self.title,
            "text": self.text,
            "occurredAt": self.occurred_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
        }


def facts_of(message: Message, *, public_url: str | None = None, visibility: Visibility = "private") -> Facts:
    """Return the facts of a message; to the public neither addresses nor what went wrong inside is told."""
    data = message.data
    check, alert, run, failing = (_part(data, name) for name in ("check", "alert", "run", "failing"))
    incident = _part(data, "incident")
    since = _moment(failing.get("since")) or _moment(alert.get("triggered_at")) or _moment(incident.get("started_at"))
    channel = _part(data, "channel")
    locations = failing.get("regions")
    facts = Facts(
        title=message.title,
        text=message.text,
        status=_STATUS.get(message.event, ""),
        monitor_id=_text(check.get("id")),
        monitor_name=_text(check.get("name") or channel.get("name")),
        monitor_url=_watched(_text(check.get("url"))),
        page_url=_link(public_url, _PATHS.get(_text(check.get("family")), ""), check.get("id")),
        run_url=_link(public_url, "runs", run.get("id")),
        error=_text(run.get("error") or alert.get("message") if _STATUS.get(message.event) == "DOWN" else ""),
        location=", ".join(map(str, locations)) if isinstance(locations, list | tuple) else _text(run.get("location")),
        failures=_text(failing.get("failures")),
        severity=_text(alert.get("severity") or incident.get("severity")),
        alert_id=_text(alert.get("id")),
        since=since,
        duration=in_words(message.occurred_at - since) if since is not None else "",
        occurred_at=message.occurred_at,
    )
    return _public(facts) if visibility == "public" else facts


def without_addresses(text: str) -> str:
    """Return a text in which IP addresses are hidden."""
    for pattern in (_IP6, _IP4):
        text = pattern.sub(lambda match: HIDDEN if _is_address(match[0]) else match[0], text)
    return text


def _public(facts: Facts) -> Facts:
    host = urllib.parse.urlsplit(facts.monitor_url).hostname or ""
    is_known = "." in host and not _is_address(host)
    name = without_addresses(facts.monitor_name)
    how_long = f" after {facts.duration}" if facts.status == "UP" and facts.duration else ""
    is_about_a_check = facts.status in {"DOWN", "UP"}
    return replace(
        facts,
        title=without_addresses(facts.title),
        text=f"{name} is {facts.status}{how_long}." if is_about_a_check else without_addresses(facts.text),
        monitor_name=name,
        monitor_url=facts.monitor_url if is_known else "",
        page_url="",
        run_url="",
        error="",
        location="",
        failures="",
    )


def _part(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = data.get(name)
    return part if isinstance(part, Mapping) else {}


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else None


def _link(public_url: str | None, path: str, id: object) -> str:
    return f"{public_url.rstrip('/')}/api/v1/{path}/{id}" if public_url and path and id else ""


def _watched(url: str) -> str:
    """Return an address without user information and query, which may be secret; anything else is no address."""
    try:
        parts = urllib.parse.urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc:
        return ""
    return urllib.parse.urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True

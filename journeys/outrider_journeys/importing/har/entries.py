"""The entries of a HAR: which are the visitor's, and which belong together as redirects."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus, urljoin, urlsplit

from outrider_journeys.importing.json_reading import Fields

_OF_PAGES = frozenset({"document", "xhr", "fetch"})
_STATIC = ("image/", "font/", "video/", "audio/", "text/css", "javascript", "wasm", "application/font", "text/ping")
_STATIC_SUFFIXES = (
    *(".js", ".mjs", ".css", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".woff", ".woff2", ".ttf"),
    *(".mp4", ".webm", ".map", ".avif"),
)
_REDIRECTS = (301, 302, 303, 307, 308)
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_LONGEST_BODY = 2_000_000


@dataclass(slots=True)
class Entry:
    """A request with its answer.

    Attributes:
        status: of the last answer, when redirects were followed.
        type: ``document``, ``xhr``, … as Chrome notes it; empty otherwise.
        text: the answer's body, as far as it is text.
        cookies: names of the cookies that the answer set.
        sent_cookies: names of the cookies that the request sent.
        started: when it was sent; ``None`` when that is not told.
    """

    where: str
    method: str
    url: str
    status: int
    type: str
    mime: str
    headers: list[tuple[str, str]]
    post: Fields
    text: str
    answer_headers: list[tuple[str, str]]
    location: str
    cookies: list[str] = field(default_factory=list)
    sent_cookies: list[str] = field(default_factory=list)
    started: datetime | None = None
    redirects: int = 0

    @property
    def host(self) -> str:
        """The host of the address."""
        return host_of(self.url)


def host_of(url: str) -> str:
    """Return the host of an address, with its port; empty when there is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.netloc.rpartition("@")[2].lower() if parts.scheme in ("http", "https") else ""


def entry_of(fields: Fields) -> Entry:
    """Return an entry of the log.

    Raises:
        ImportProblem: a field is not what it has to be.
    """
    request, response = fields.part("request"), fields.part("response")
    content = response.part("content")
    answer_headers = _pairs(response, "headers")
    return Entry(
        where=fields.path,
        method=request.text("method").upper(),
        url=_address(request),
        status=_status(response),
        type=str(fields.value.get("_resourceType") or "").lower(),
        mime=str(content.value.get("mimeType") or "").lower(),
        headers=_pairs(request, "headers"),
        post=request.part("postData"),
        text=_text(content),
        answer_headers=answer_headers,
        location=next((value for name, value in answer_headers if name.lower() == "location"), "")
        or str(response.value.get("redirectURL") or ""),
        cookies=[
            line.partition("=")[0].strip()
            for name, value in answer_headers
            if name.lower() == "set-cookie"
            for line in value.split("\n")
        ]
        + [name for name, _ in _pairs(response, "cookies")],
        sent_cookies=[name for name, _ in _pairs(request, "cookies")],
        started=_time(fields.value.get("startedDateTime")),
    )


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries in the order in which they were sent, which browsers do not always write them in."""
    if any(entry.started is None for entry in entries):
        return list(entries)
    return sorted(entries, key=lambda entry: entry.started or datetime.min.replace(tzinfo=UTC))


def why_not(entry: Entry, hosts: Sequence[str]) -> str | None:
    """Return why an entry is not taken, ``None`` when it is."""
    if not entry.host or entry.status <= 0:
        return "it got no answer" if entry.host else "it is not an http address"
    if not any(entry.host == host or entry.host.endswith(f".{host}") for host in hosts):
        return f"of the host {entry.host}"
    if entry.method in ("OPTIONS", "CONNECT"):
        return "the browser asks by itself"
    if entry.type:
        return None if entry.type in _OF_PAGES else f"a part of the page: {entry.type}"
    path = urlsplit(entry.url).path.lower()
    if entry.method == "GET" and (any(kind in entry.mime for kind in _STATIC) or path.endswith(_STATIC_SUFFIXES)):
        return "a part of the page"
    return None


def collapsed(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries in which each chain of redirects is one request, with the status of its last answer."""
    followed: set[int] = set()
    kept = []
    for position, entry in enumerate(entries):
        if position in followed:
            continue
        last, at = entry, position
        while last.status in _REDIRECTS and last.location and entry.redirects < 20:
            target = urljoin(last.url, last.location)
            found = next(
                (
                    index
                    for index in range(at + 1, min(at + 30, len(entries)))
                    if index not in followed and entries[index].url.partition("#")[0] == target.partition("#")[0]
                ),
                None,
            )
            if found is None:
                break
            followed.add(found)
            last, at = entries[found], found
            entry.redirects += 1
            entry.cookies += last.cookies
        entry.status, entry.text, entry.mime = last.status, last.text, last.mime
        kept.append(entry)
    return kept


def _pairs(fields: Fields, name: str) -> list[tuple[str, str]]:
    found = []
    for each in fields.objects(name):
        key, value = each.value.get("name"), each.value.get("value")
        if isinstance(key, str) and isinstance(value, str | int | float):
            found.append((key, str(value)))
    return found


def _address(request: Fields) -> str:
    """Return the address with its parameters, which some tools only list beside it."""
    url = request.text("url")
    before, mark, fragment = url.partition("#")
    listed = _pairs(request, "queryString")
    if "?" in before or not listed:
        return url
    query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in listed)
    return f"{before}?{query}{mark}{fragment}"


def _quoted(text: str) -> str:
    """Return a part of a query; what is percent-encoded already stays."""
    return text if _ENCODED.search(text) else quote_plus(text)


def _status(response: Fields) -> int:
    """Return the status; 0 for a request without an answer, which some tools note as -1 or as nothing at all."""
    given = response.value.get("status")
    if isinstance(given, str) and given.isdigit():
        return int(given)
    return 0 if given is None else int(response.number("status"))


def _time(given: Any) -> datetime | None:
    try:
        time = datetime.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        return None
    return time.replace(tzinfo=UTC) if time is not None and time.tzinfo is None else time


def _text(content: Fields) -> str:
    text: Any = content.value.get("text")
    if not isinstance(text, str) or len(text) > _LONGEST_BODY:
        return ""
    if content.value.get("encoding") != "base64":
        return text
    try:
        return base64.b64decode(text).decode("utf-8", errors="replace")
    except (binascii.Error, ValueError):
        return ""

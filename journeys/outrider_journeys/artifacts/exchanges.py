"""Requests and answers as HAR describes them, without secrets and without what stands for them.

Playwright's traces describe them in the same words, with bodies in files of their own.
"""

import base64
import binascii
from typing import Any
from urllib.parse import parse_qsl, quote

from outrider_engine.domain.redaction import MASK, Redactor

from .contents import without_secrets

_IN_HEADERS = "***"
"""The mask in headers and the like, where only ASCII is safe: the trace viewer makes real answers of them."""
CREDENTIALS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
"""Headers that open doors by themselves: a session that began with a secret is worth as much as the secret."""


def clean_entry(entry: dict[str, Any], redactor: Redactor) -> dict[str, Any]:
    """Return one exchange without secrets, and without the values of cookies and of headers that open doors."""
    bodies = _bodies(entry)
    cleaned = redactor.tree(entry)
    if not isinstance(cleaned, dict):
        raise TypeError("an exchange is an object")
    for side in ("request", "response"):
        part = cleaned.get(side)
        if isinstance(part, dict):
            _mask_credentials(part)
            _parse_anew(part)
        if isinstance(part, dict) and "url" in part:
            part["url"] = address_of(str(part["url"]))
    for body, clean in zip(bodies, _bodies(cleaned), strict=True):
        _clean_encoded(body, clean, redactor)
    return cleaned


def _bodies(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what holds the body of the answer, if it is given in base64."""
    response = entry.get("response")
    content = response.get("content") if isinstance(response, dict) else None
    return [content] if isinstance(content, dict) and content.get("encoding") == "base64" else []


def _clean_encoded(body: dict[str, Any], clean: dict[str, Any], redactor: Redactor) -> None:
    media_type = str(body.get("mimeType", ""))
    extension = media_type.partition(";")[0].rpartition("/")[2].rpartition("+")[2].replace("javascript", "js")
    try:
        content = base64.b64decode(str(body.get("text", "")), validate=True)
    except binascii.Error:
        content = b"\0"
    kept = without_secrets(content, redactor, extension=extension, charset=charset_of(media_type))
    if kept is None:
        clean.pop("text", None)
        clean.pop("encoding", None)
        clean["comment"] = "left out: it can't be searched for secrets"
    else:
        clean["text"] = base64.b64encode(kept).decode()


def _parse_anew(part: dict[str, Any]) -> None:
    """Take query and form from the cleaned texts: parsing may have cut a secret into pieces that nobody knows."""
    if "queryString" in part:
        query = str(part.get("url", "")).partition("#")[0].partition("?")[2]
        pairs = parse_qsl(query, keep_blank_values=True)
        part["queryString"] = [{"name": name, "value": value} for name, value in pairs]
    sent = part.get("postData")
    if isinstance(sent, dict):
        sent.pop("params", None)


def address_of(text: str) -> str:
    """Return a cleaned text as an address, so that it is the same as what a browser makes of a cleaned link."""
    return text.replace(MASK, quote(MASK))


def charset_of(media_type: str) -> str:
    """Return the encoding that a media type names, or nothing."""
    return media_type.lower().partition("charset=")[2].partition(";")[0].strip(" \"'")


def _mask_credentials(part: dict[str, Any]) -> None:
    if "statusText" in part:
        part["statusText"] = str(part["statusText"]).replace(MASK, _IN_HEADERS)
    for header in part.get("headers") or ():
        if not isinstance(header, dict):
            continue
        name, value = (str(header.get(each, "")).replace(MASK, _IN_HEADERS) for each in ("name", "value"))
        is_credential = name.lower() in CREDENTIALS and value
        header.update(name=name, value=_IN_HEADERS if is_credential else value)
    for cookie in part.get("cookies") or ():
        if isinstance(cookie, dict) and cookie.get("value"):
            cookie["value"] = MASK

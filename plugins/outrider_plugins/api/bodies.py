"""What a step sends: JSON, a form, a text or a multipart form, told by its shape."""

import base64
import binascii
import json
import re
import urllib.parse
from collections.abc import Mapping, Sequence
from typing import Any

from outrider_engine.domain.json_values import JsonValue
from outrider_engine.errors import InvalidInput

KINDS = ("json", "form", "raw", "multipart")
_FILE_KEYS = ("type", "filename", "content", "content_base64", "content_type")
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(\s*;.*)?")
_ESCAPES = {'"': "%22", "\r": "%0D", "\n": "%0A"}


def kind_of(body: JsonValue) -> str | None:
    """Return the kind that a body says it has: ``{type, content}`` with a known type; anything else is bare."""
    if isinstance(body, Mapping) and set(body) == {"type", "content"} and body["type"] in KINDS:
        return str(body["type"])
    return None


def check(body: JsonValue) -> None:
    """Refuse a body that can't be sent.

    Raises:
        InvalidInput: names the part of the body.
    """
    kind = kind_of(body)
    content = body["content"] if isinstance(body, Mapping) and kind is not None else None
    if kind == "raw" and not isinstance(content, str):
        raise InvalidInput("must be a text", field="content")
    if kind in {"form", "multipart"} and not isinstance(content, Mapping):
        raise InvalidInput("must be an object of fields", field="content")
    if not isinstance(content, Mapping) or kind not in {"form", "multipart"}:
        return
    for name, value in content.items():
        for index, item in enumerate(_values(value)):
            where = f"content.{name}[{index}]" if isinstance(value, list) else f"content.{name}"
            if kind == "multipart" and isinstance(item, Mapping):
                _check_file(item, where)
            elif item is None or isinstance(item, Mapping | list):
                raise InvalidInput("must be a text, a number, true or false, or a list of them", field=where)


def encoded(body: JsonValue, boundary: str) -> tuple[bytes | None, str | None]:
    """Return a rendered body as it is sent, and its content type; ``boundary`` parts multipart forms."""
    kind = kind_of(body)
    content: Any = body["content"] if isinstance(body, Mapping) and kind is not None else body
    if kind is None and (body is None or isinstance(body, str)):
        return (body.encode() if body is not None else None), None
    if kind == "raw":
        return content.encode(), None
    if kind == "form":
        pairs = [(name, _text(item)) for name, value in content.items() for item in _values(value)]
        return urllib.parse.urlencode(pairs).encode(), "application/x-www-form-urlencoded"
    if kind == "multipart":
        parts = [_part(name, item) for name, value in content.items() for item in _values(value)]
        marked = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), part) for part in parts)
        return marked + b"--%s--\r\n" % boundary.encode(), f"multipart/form-data; boundary={boundary}"
    return json.dumps(content, ensure_ascii=False).encode(), "application/json"


def _check_file(given: Mapping[str, Any], where: str) -> None:
    if given.get("type") != "file":
        raise InvalidInput("must be file", field=f"{where}.type", allowed=["file"])
    if "path" in given:
        problem = "files of the machine that runs the check are never sent; give their content here"
        raise InvalidInput(problem, field=f"{where}.path", allowed=["content", "content_base64"])
    for name, value in given.items():
        if name not in _FILE_KEYS:
            raise InvalidInput("is not a known field", field=f"{where}.{name}", allowed=_FILE_KEYS, given=name)
        if not isinstance(value, str):
            raise InvalidInput("must be a text", field=f"{where}.{name}")
    if ("content" in given) is ("content_base64" in given):
        raise InvalidInput("needs either content or content_base64", field=where)
    if not _MEDIA_TYPE.fullmatch(given.get("content_type", "a/b")):
        raise InvalidInput("is not a media type", field=f"{where}.content_type")
    try:
        base64.b64decode(given.get("content_base64", ""), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidInput("is not Base64", field=f"{where}.content_base64") from None


def _part(name: str, value: Any) -> bytes:
    if not isinstance(value, Mapping):
        head = f'Content-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n'
        return head.encode() + _text(value).encode()
    filename = _quoted(value.get("filename", name))
    head = (
        f'Content-Disposition: form-data; name="{_quoted(name)}"; filename="{filename}"\r\n'
        f"Content-Type: {value.get('content_type', 'application/octet-stream')}\r\n\r\n"
    )
    inline = value.get("content")
    return head.encode() + (inline.encode() if inline is not None else base64.b64decode(value["content_base64"]))


def _values(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else [value]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _quoted(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in text)

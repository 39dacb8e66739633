"""``ETag`` on what can be changed: unchanged answers are not sent twice, and nobody overwrites what they have not read.

A tag has a part for the definition and, where an answer also tells what was observed (fields marked ``OBSERVED``), a
second one for that. ``If-None-Match`` compares both; ``If-Match`` the first only, or every run would void it.

A compressed answer has other bytes, so its strong tag is another one (RFC 9110, 8.8.1): the same with a suffix, as
Apache has it. A weak one, as nginx has it, would never be good enough for ``If-Match``. Either is understood.
"""

import json
import re
from collections.abc import Callable
from hashlib import blake2s
from typing import Annotated, Any, TypeVar

from fastapi import Depends, FastAPI, Header, Request, Response
from pydantic import BaseModel
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from outrider_engine.errors import PreconditionFailed, WrongParameter
from outrider_engine.services.expecting import Expecting

OBSERVED = "observed"
"""Marks (by ``Annotated``) a field of an answer that changes without anybody changing the definition."""

ANY = "*"
_PACKED = '-gzip"'
_TAG = r'(?:W/)?"[!#-~\x80-\xff]*"'
_TAGS = re.compile(rf"{_TAG}(?:[ \t]*,[ \t]*{_TAG})*")
_PATTERN = {"pattern": r"^(\*|(W/)?\"[!#-~]*\"([ \t]*,[ \t]*(W/)?\"[!#-~]*\")*)$"}

ShownT = TypeVar("ShownT", bound=BaseModel)
ThingT = TypeVar("ThingT")

_IfNoneMatch = Annotated[
    str | None,
    Header(
        alias="If-None-Match",
        description="`ETag`s of answers that you have: 304 when nothing has changed.",
        json_schema_extra=_PATTERN,
    ),
]
_IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The `ETag` that you read: 412 when it was changed since.",
        json_schema_extra=_PATTERN,
    ),
]


def of_plain(tag: str) -> str:
    """Return the tag that the answer with this one has when nothing compresses it, without a sign of weakness."""
    strong = tag.removeprefix("W/")
    return f'{strong.removesuffix(_PACKED)}"' if strong.endswith(_PACKED) else strong


def of_packed(tag: str) -> str:
    """Return the tag that an answer with this one has when it is compressed."""
    return f"{tag[:-1]}{_PACKED}"


def same_kind(tag: str, known: str) -> str:
    """Return the tag of an answer in the form in which the client knows it."""
    return of_packed(tag) if known.endswith(_PACKED) else tag


class PackedTags:
    """Gives answers that were compressed a tag of their own; it stands around what compresses."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_tagged(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                tag = headers.get("etag", "W/")
                if not tag.startswith("W/") and headers.get("content-encoding") == "gzip":
                    headers["ETag"] = of_packed(tag)
                    message["headers"] = headers.raw
            await send(message)

        await self._app(scope, receive, send_tagged)


class NotModified(Exception):
    """The client has the answer already; carries its tag."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        super().__init__(tag)


class Seen:
    """Tags what is read."""

    def __init__(self, response: Response, known: tuple[str, ...]) -> None:
        self._response = response
        self._known = known

    def __call__(self, shown: ShownT) -> ShownT:
        """Return what is shown, with its tag in the answer's headers.

        Raises:
            NotModified: the client has it.
        """
        tag = tag_of(shown)
        for known in self._known:
            if known == ANY or of_plain(known) == tag:
                raise NotModified(same_kind(tag, known))
        self._response.headers["ETag"] = tag
        return shown


class Match:
    """What a client read before it changes something, and the tag of what came of it."""

    def __init__(self, response: Response, read: tuple[str, ...]) -> None:
        self._response = response
        self._read = {_definition_of(tag) for tag in read}

    def on(self, show: Callable[[ThingT], BaseModel]) -> Expecting[ThingT]:
        """Return what the client expects of a thing that its dialect shows by ``show``."""

        def expecting(current: ThingT) -> None:
            if self._read and ANY not in self._read:
                tag = tag_of(show(current))
                if _definition_of(tag) not in self._read:
                    raise PreconditionFailed(tag)

        return expecting

    def changed(self, shown: ShownT) -> ShownT:
        """Return what is shown after a change, with its tag in the answer's headers."""
        self._response.headers["ETag"] = tag_of(shown)
        return shown


def tag_of(shown: BaseModel) -> str:
    """Return the tag of an answer's data."""
    fields = shown.model_dump(mode="json")
    observed = {
        name: fields.pop(name)
        for name, field in type(shown).model_fields.items()
        if OBSERVED in field.metadata and name in fields
    }
    return f'"{_digest(fields)}-{_digest(observed)}"' if observed else f'"{_digest(fields)}"'


def _digest(fields: dict[str, Any]) -> str:
    return blake2s(json.dumps(fields, sort_keys=True).encode(), digest_size=9).hexdigest()


def _definition_of(tag: str) -> str:
    """Return the part of a tag that is about the definition; a weak tag has none that matches."""
    return tag.strip('"').partition("-")[0] if not tag.startswith("W/") else tag


async def seen(request: Request, response: Response, if_none_match: _IfNoneMatch = None) -> Seen:
    """Return what tags the answer to a request that reads."""
    return Seen(response, () if if_none_match is None else _tags(request, "If-None-Match"))


async def match(request: Request, response: Response, if_match: _IfMatch = None) -> Match:
    """Return what the sender of a change expects."""
    return Match(response, () if if_match is None else _tags(request, "If-Match"))


def _tags(request: Request, name: str) -> tuple[str, ...]:
    """Return the tags in a header, which may come in several lines.

    Raises:
        WrongParameter: it is malformed.
    """
    given = ",".join(line.strip() for line in request.headers.getlist(name))
    if given == ANY:
        return (ANY,)
    if _TAGS.fullmatch(given) is None:
        raise WrongParameter("must be * or ETags in quotation marks, with commas between them", field=name)
    return tuple(re.findall(_TAG, given))


def install(app: FastAPI) -> None:
    """Answer readers who have everything already."""
    app.add_exception_handler(NotModified, _unchanged)


async def _unchanged(_request: Request, error: Exception) -> Response:
    assert isinstance(error, NotModified)
    return Response(status_code=304, headers={"ETag": error.tag})


Reading = Annotated[Seen, Depends(seen)]
Changing = Annotated[Match, Depends(match)]

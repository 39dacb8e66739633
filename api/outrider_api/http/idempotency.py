"""``Idempotency-Key`` on every POST: whoever sends a request again gets its first answer, and nothing is made twice.

The middleware holds the request's body and, once the caller is known to be allowed (``begin_once``), its claim; it
keeps the answer before sending it. Refused requests are forgotten, so that they can be sent again, corrected.
"""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from fastapi import FastAPI, Request, Response
from starlette.datastructures import Headers, QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from outrider_engine.domain.idempotency import CURRENT, RequestClaim, StoredAnswer
from outrider_engine.errors import StorageError

from .bodies import LARGEST_BODY
from .services import Services

log = structlog.get_logger(__name__)

REPLAYED = "Idempotency-Replayed"


class AlreadyAnswered(Exception):
    """The request was carried out before; carries its answer."""

    def __init__(self, answer: StoredAnswer) -> None:
        self.answer = answer
        super().__init__("answered before")


def install(app: FastAPI) -> None:
    """Answer requests that were carried out before."""
    app.add_exception_handler(AlreadyAnswered, _repeat)


def begin_once(request: Request, services: Services, organization_id: str) -> None:
    """Claim a request that carries an ``Idempotency-Key``, on behalf of a caller who may send it.

    Raises:
        AlreadyAnswered: it was carried out before.
        OutriderError: the key is wrong, belongs to another request, or that one is still in progress.
    """
    claim: RequestClaim | None = getattr(request.state, "idempotent", None)
    if claim is None or claim.token:
        return
    answer = services.idempotency.claim(claim, organization_id)
    if answer is not None:
        raise AlreadyAnswered(answer)


async def _repeat(_request: Request, error: Exception) -> Response:
    assert isinstance(error, AlreadyAnswered)
    answer = error.answer
    return Response(answer.body, answer.status, {REPLAYED: "true"}, media_type=answer.content_type)


class AnsweredOnce:
    """Keeps the answers to POST requests that carry an ``Idempotency-Key``."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        key = Headers(scope=scope).get("idempotency-key") if scope["type"] == "http" else None
        if key is None or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        messages, is_whole = await _read(receive)
        if not is_whole:  # too large, or cut off: the route refuses it
            await self._app(scope, _repeated(messages, receive), send)
            return
        claim = RequestClaim(key=key, route=scope["path"], body_digest=_digest(scope, messages))
        scope.setdefault("state", {})["idempotent"] = claim
        answer = _Held()
        token = CURRENT.set(claim)
        try:
            await self._app(scope, _repeated(messages, receive), answer.take)
        finally:
            CURRENT.reset(token)
            if claim.token:
                await asyncio.to_thread(_settle, scope["app"].state.services, claim, answer.kept())
        for message in answer.messages:
            await send(message)


class _Held:
    """An answer that is not sent yet."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def take(self, message: Message) -> None:
        self.messages.append(message)

    def kept(self) -> StoredAnswer | None:
        """Return the answer to keep; ``None`` when the request was refused or came to nothing."""
        if not self.messages or not 200 <= self.messages[0]["status"] < 300:
            return None
        headers = Headers(raw=self.messages[0]["headers"])
        body = b"".join(message.get("body", b"") for message in self.messages[1:])
        return StoredAnswer(status=self.messages[0]["status"], content_type=headers["content-type"], body=body.decode())


def _settle(services: Services, claim: RequestClaim, answer: StoredAnswer | None) -> None:
    """Keep the answer to a request, or forget one that changed nothing. What can't be stored runs out by itself."""
    try:
        if answer is None:
            services.idempotency.release(claim)
        else:
            services.idempotency.complete(claim, answer)
    except StorageError as error:
        log.warning("the answer to a request with an Idempotency-Key is not kept", error=str(error))


async def _read(receive: Receive) -> tuple[list[Message], bool]:
    """Return the messages that make up a request, and whether its body is whole and not too large."""
    messages: list[Message] = []
    size = 0
    while True:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        if message["type"] != "http.request" or size > LARGEST_BODY:
            return messages, False
        if not message.get("more_body", False):
            return messages, True


def _repeated(messages: list[Message], receive: Receive) -> Callable[[], Awaitable[Message]]:
    waiting = iter(messages)

    async def again() -> Message:
        for message in waiting:
            return message
        return await receive()

    return again


def _digest(scope: Scope, messages: list[Message]) -> str:
    """Return what stands for a request: its JSON value, however it is written, its parameters and its ``If-Match``."""
    body = b"".join(message["body"] for message in messages)
    with suppress(ValueError, RecursionError):
        body = json.dumps(json.loads(body), sort_keys=True).encode()
    parameters = sorted(pair for pair in QueryParams(scope["query_string"]).multi_items() if pair[0] != "api_key")
    parameters += [("If-Match", each) for each in Headers(scope=scope).getlist("if-match")]
    return hashlib.sha256(json.dumps(parameters).encode() + b"\n" + body).hexdigest()

"""How large a request's address and headers may be, and how long its body may take."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .dialects.errors import in_words_of
from .errors import CODES, envelope

LONGEST_TARGET = 8_192
"""Bytes of path and query."""
MOST_HEADERS = 100
LARGEST_HEADERS = 16_384
"""Bytes of all names and values."""
BODY_WITHIN_S = 60.0
"""Seconds that a whole body may take."""


class Bounded:
    """Refuses requests whose head is too large, and gives up on bodies that do not come to an end."""

    def __init__(self, app: ASGIApp, *, body_within_s: float = BODY_WITHIN_S) -> None:
        self._app = app
        self._body_within_s = body_within_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            _refuse_large_head(scope)
            await self._app(scope, self._in_time(receive), send)
        except HTTPException as error:  # raised here, or while a middleware within read the body
            request_id = scope.get("state", {}).get("request_id")
            native = envelope(
                error.status_code,
                CODES[error.status_code],
                error.detail,
                request_id=request_id,
                headers={"Connection": "close"},
            )
            await in_words_of(scope["path"], native)(scope, receive, send)

    def _in_time(self, receive: Receive) -> Receive:
        deadline = asyncio.get_running_loop().time() + self._body_within_s
        whole = False

        async def receive_in_time() -> Message:
            nonlocal whole
            if whole:
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                problem = f"the body must arrive within {self._body_within_s:g} s"
                raise HTTPException(408, problem, {"Connection": "close"}) from None
            whole = message["type"] != "http.request" or not message.get("more_body", False)
            return message

        return receive_in_time


def _refuse_large_head(scope: Scope) -> None:
    target = len(scope.get("raw_path") or scope["path"].encode()) + len(scope["query_string"])
    if target > LONGEST_TARGET:
        raise HTTPException(414, f"path and query are longer than {LONGEST_TARGET} bytes")
    headers = scope["headers"]
    if len(headers) > MOST_HEADERS:
        raise HTTPException(431, f"there are more than {MOST_HEADERS} headers")
    if sum(len(name) + len(value) for name, value in headers) > LARGEST_HEADERS:
        raise HTTPException(431, f"the headers have more than {LARGEST_HEADERS} bytes")

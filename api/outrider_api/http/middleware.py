"""Around every request: its id, one log line, and an answer even to what nobody expected."""

import re
import secrets
import time

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from outrider_engine.domain.audit import request_from

from .dialects.brily import errors as brily
from .dialects.errors import in_words_of
from .errors import envelope
from .usage_headers import tell_allowance, tell_usage

GIVEN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
"""What an id of the client's must look like to be taken over; others are replaced."""

log = structlog.get_logger(__name__)

_SECRET_PART = re.compile(r"^(/api/v1/invitations/|/+invitations/|/+hb/|/+traces/)[^/]+")


class RequestFrame:
    """Gives each request an id (its own if it has one), logs its answer, and turns unexpected exceptions into a 500.

    The path is logged without its query, which may hold a key, and without the token of an invitation, a heartbeat or
    a trace.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _given_id(scope) or f"req_{secrets.token_hex(12)}"
        scope.setdefault("state", {})["request_id"] = request_id
        began = time.perf_counter()
        status: int | None = None

        async def send_framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                if "call_usage" in scope["state"]:
                    tell_usage(headers, scope["state"]["call_usage"])
                if scope["state"].get("allowance") is not None:
                    now_s = int(time.time()) if scope["path"].startswith(brily.PREFIX) else 0
                    tell_allowance(headers, scope["state"]["allowance"], now_s=now_s)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        address = scope["client"][0] if scope.get("client") else None
        with structlog.contextvars.bound_contextvars(request_id=request_id), request_from(address):
            try:
                await self._app(scope, receive, send_framed)
            except Exception:
                log.exception("request raised", method=scope["method"], path=loggable(scope["path"]))
                if status is not None:
                    raise
                native = envelope(500, "internal", "internal error", request_id=request_id)
                answer = in_words_of(scope["path"], native)
                await answer(scope, receive, send_framed)
            finally:
                elapsed = round((time.perf_counter() - began) * 1000, 1)
                log.info("request", method=scope["method"], path=loggable(scope["path"]), status=status, ms=elapsed)


def loggable(path: str) -> str:
    """Return a path without the secret that some of them have."""
    return _SECRET_PART.sub(r"\1…", path)


def _given_id(scope: Scope) -> str | None:
    given = Headers(scope=scope).get("x-request-id", "")
    return given if GIVEN_ID.fullmatch(given) else None

"""Every error as one JSON envelope, which holds the keys that clients of both ``/api/v1`` dialects read."""

import re
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.routing import Match

from outrider_engine.errors import (
    Conflict,
    EgressDenied,
    Forbidden,
    ForgedRequest,
    IdempotencyKeyReused,
    InvalidInput,
    LimitReached,
    NotFound,
    NotRunnable,
    OutriderError,
    PlanLimitReached,
    PreconditionFailed,
    StillInProgress,
    StorageError,
    Unauthenticated,
    WrongParameter,
    did_you_mean,
)

from .dialects.errors import in_words_of

log = structlog.get_logger(__name__)

Answering = Callable[[Request, Exception], Awaitable[JSONResponse]]

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

LONGEST_ECHO = 300
"""Characters of what was sent that an error repeats at most."""

STATUS_OF: dict[type[OutriderError], tuple[int, str]] = {
    NotRunnable: (400, "not_runnable"),
    InvalidInput: (400, "invalid_input"),
    EgressDenied: (400, "egress_denied"),
    Unauthenticated: (401, "unauthenticated"),
    ForgedRequest: (403, "csrf_failed"),
    Forbidden: (403, "forbidden"),
    PlanLimitReached: (403, "plan_limit_reached"),
    NotFound: (404, "not_found"),
    StillInProgress: (409, "idempotency_in_progress"),
    IdempotencyKeyReused: (422, "idempotency_key_reused"),
    Conflict: (409, "conflict"),
    PreconditionFailed: (412, "precondition_failed"),
    LimitReached: (429, "limit_reached"),
    StorageError: (503, "storage_unavailable"),
}
"""The answer to each error of the engine; the first that fits."""

CODES = {
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    413: "too_large",
    414: "uri_too_long",
    431: "headers_too_large",
}
"""The words for what is wrong with a request as a whole, by status."""


class ErrorData(BaseModel):
    """What is wrong, for programs."""

    reason: str = Field(description="What is wrong, as a sentence.")
    field: str | None = Field(default=None, description="Path of the field that is wrong, as `steps[2].url`.")
    allowed: list[str] | None = Field(default=None, description="What would be accepted, when it can be listed.")
    retry_after: int | None = Field(default=None, description="Seconds to wait, when there were too many calls.")


class ErrorAnswer(BaseModel):
    """The answer to a request that was not carried out."""

    success: bool = Field(default=False, description="Always false.")
    error: str = Field(description="What is wrong, as a sentence.")
    message: str = Field(description="The same sentence.")
    code: str = Field(description="What is wrong, as a word for programs.", examples=["invalid_input"])
    status_code: int = Field(alias="statusCode", description="The HTTP status.")
    status_message: str = Field(alias="statusMessage", description="The name of the HTTP status.")
    request_id: str | None = Field(default=None, description="The value of `X-Request-Id`.")
    data: ErrorData


def envelope(
    status: int,
    code: str,
    text: str,
    *,
    request_id: str | None,
    data: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """Return an error as an answer."""
    short = text if len(text) <= LONGEST_ECHO * 3 else text[: LONGEST_ECHO * 3] + "…"
    content = {
        "success": False,
        "error": short,
        "message": short,
        "code": code,
        "statusCode": status,
        "statusMessage": HTTPStatus(status).phrase,
        "request_id": request_id,
        "data": {"reason": short, **(data or {})},
    }
    return JSONResponse(content, status, headers)


def install(app: FastAPI) -> None:
    """Answer every error that the application can raise."""
    app.add_exception_handler(OutriderError, _spoken(_on_engine_error))
    app.add_exception_handler(RequestValidationError, _spoken(_on_bad_parameter))
    app.add_exception_handler(HTTPException, _spoken(_on_http_exception))


def after_refusal(request: Request, action: Callable[[str], None], about: str) -> None:
    """Let something be done once a request has been refused, so that the time of the answer says nothing about it."""
    request.state.after_refusal = BackgroundTask(action, about)


def _spoken(answer: Answering) -> Answering:
    """Return an exception handler that answers in the words of the dialect that was asked."""

    async def answered(request: Request, error: Exception) -> JSONResponse:
        native = await answer(request, error)
        spoken = in_words_of(request.url.path, native, is_of_body=_is_of_body(request, error))
        spoken.background = getattr(request.state, "after_refusal", None)
        return spoken

    return answered


def _is_of_body(request: Request, error: Exception) -> bool:
    """Whether an error names a field of the body: not a parameter, not the JSON as a whole."""
    named = isinstance(error, InvalidInput) and not isinstance(error, WrongParameter) and error.field is not None
    return named and request.method in ("POST", "PATCH", "PUT")


async def _on_engine_error(request: Request, error: Exception) -> JSONResponse:
    status, code = next((found for kind, found in STATUS_OF.items() if isinstance(error, kind)), (500, "internal"))
    if status >= 500:
        log.error("request failed", error=type(error).__name__, detail=str(error))
    text = "internal error" if status == 500 else str(error)
    if status == 503:
        text = "the database does not answer; try again"
    headers = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "2"}}.get(status)
    data: dict[str, Any] = {}
    if isinstance(error, LimitReached):
        code, headers = error.code, {"Retry-After": str(error.retry_after_s)}
        data["retry_after"] = error.retry_after_s
    elif isinstance(error, StillInProgress):
        headers = {"Retry-After": str(error.retry_after_s)}
    if isinstance(error, InvalidInput):
        data = {
            "field": _short(error.field) if error.field else None,
            "allowed": list(error.allowed) if error.allowed is not None else None,
        }
    elif isinstance(error, PlanLimitReached | Conflict) and error.field:
        data = {"field": error.field}
    return envelope(status, code, text, request_id=_request_id(request), data=data, headers=headers)


async def _on_bad_parameter(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    problem = error.errors()[0]
    field = ".".join(part for part in problem["loc"][1:] if isinstance(part, str)) or str(problem["loc"][0])
    said = problem["msg"].removeprefix("Value error, ")
    allowed = _choices(problem)
    text = f"{field}: {said[:1].lower()}{said[1:]}{did_you_mean(problem.get('input'), allowed or ())}"
    data = {"field": _short(field), "allowed": allowed}
    return envelope(400, "invalid_input", text, request_id=_request_id(request), data=data)


async def _on_http_exception(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = CODES.get(error.status_code, "invalid_input")
    text = str(error.detail)
    if error.status_code == 404 and error.detail == HTTPStatus.NOT_FOUND.phrase:
        text = "there is nothing at this address"
    headers = dict(error.headers) if error.headers else {}
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_methods_at(request))
    return envelope(error.status_code, code, text, request_id=_request_id(request), headers=headers)


def _methods_at(request: Request) -> list[str]:
    """Return all methods of an address; starlette by itself names those of one of its routes."""
    scopes = {method: {**request.scope, "method": method} for method in _METHODS}
    routes = request.app.router.routes
    return [name for name, scope in scopes.items() if any(one.matches(scope)[0] is Match.FULL for one in routes)]


def _request_id(request: Request) -> str | None:
    return getattr(request.state, "request_id", None)


def _choices(problem: Mapping[str, Any]) -> list[str] | None:
    """Return the values that pydantic's sentence lists (``'open' or 'resolved'``), when it lists some."""
    listed = problem.get("ctx", {}).get("expected") if problem["type"] in ("enum", "literal_error") else None
    return re.findall(r"'([^']*)'", listed) if listed else None


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_ECHO else text[:LONGEST_ECHO] + "…"

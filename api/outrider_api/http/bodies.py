"""Reading request bodies: JSON objects only, of a bounded size, without anything that can't be stored."""

import json
import math
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request

from outrider_engine.domain.json_values import JsonObject
from outrider_engine.errors import InvalidInput
from outrider_engine.services.validation import refuse_unstorable

LARGEST_BODY = 5_000_000
"""Bytes."""


async def optional_json_object(request: Request) -> JsonObject:
    """Return the JSON object in a request's body, an empty one when there is no body.

    Raises:
        InvalidInput: the body is not a JSON object.
        HTTPException: 413, the body is too large.
    """
    raw = await whole_body(request)
    return parsed_object(raw) if raw.strip() else {}


async def json_object(request: Request) -> JsonObject:
    """Return the JSON object in a request's body; as ``optional_json_object``, but there must be one."""
    return parsed_object(await whole_body(request))


JsonBody = Annotated[JsonObject, Depends(json_object)]
OptionalJsonBody = Annotated[JsonObject, Depends(optional_json_object)]


async def whole_body(request: Request) -> bytes:
    """Return a request's body.

    Raises:
        HTTPException: 413, it is too large.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and len(declared) < 20 and int(declared) > LARGEST_BODY:
        raise _too_large()
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > LARGEST_BODY:
            raise _too_large()
    return bytes(raw)


def parsed_object(raw: bytes) -> JsonObject:
    """Return the JSON object of a text.

    Raises:
        InvalidInput: it is none.
    """
    try:
        body = json.loads(raw.decode("utf-8"), parse_constant=_no_constant, parse_float=_finite)
    except UnicodeDecodeError:
        raise InvalidInput("the body is not valid UTF-8") from None
    except RecursionError:
        raise InvalidInput("the body is nested too deep") from None
    except ValueError as error:
        raise InvalidInput(f"the body is not valid JSON: {error}") from None
    if not isinstance(body, dict):
        raise InvalidInput("the body must be a JSON object")
    refuse_unstorable(body)
    return body


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number is too large")
    return value


def _too_large() -> HTTPException:
    return HTTPException(413, f"the body is larger than {LARGEST_BODY} bytes")

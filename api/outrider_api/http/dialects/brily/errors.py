"""brily's errors: one object with a code, a sentence, the field that is wrong and the request's id."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

PREFIX = "/v0/"
WRONG_FIELD = 422
"""The status when a field of the body is wrong; for the rest of a request it is 400."""

_CODES = {
    "invalid_input": "validation_failed",
    "not_runnable": "validation_failed",
    "egress_denied": "validation_failed",
    "unauthenticated": "unauthorized",
    "storage_unavailable": "unavailable",
}
"""This dialect's words for the native codes; the others are the same."""


class Problem(BaseModel):
    """What is wrong."""

    code: str = Field(description="As a word for programs.", examples=["validation_failed"])
    message: str = Field(description="As a sentence.")
    field: str | None = Field(description="The field or query parameter that is wrong.")
    request_id: str
    retry_after: int | None = Field(default=None, description="Seconds to wait; only when calls came too fast.")


class ProblemAnswer(BaseModel):
    """The answer to a request that was not carried out."""

    error: Problem


def respelled(native: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a native error in this dialect's shape."""
    error = {
        "code": _CODES.get(native["code"], native["code"]),
        "message": native["message"],
        "field": native["data"].get("field"),
        "request_id": native["request_id"],
    }
    if "retry_after" in native["data"]:
        error["retry_after"] = native["data"]["retry_after"]
    return {"error": error}

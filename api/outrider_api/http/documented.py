"""What the OpenAPI document says about requests and errors, where FastAPI can't tell by itself."""

from typing import Any

from pydantic import BaseModel

from .errors import ErrorAnswer

_SAID = {
    400: "Something in the request is wrong: `data.field` says where, `data.allowed` what would be accepted.",
    401: "No API key, or one that is not valid.",
    403: "The key's role or scopes are not enough.",
    404: "There is no such object in this organization.",
    405: "The address exists, but not with this method.",
    409: "It clashes with what is already there.",
    413: "The body is too large.",
    422: "The `Idempotency-Key` came with another body before.",
    429: "Too many calls: `Retry-After` says after how many seconds to come back.",
    503: "The database does not answer.",
}


def errors_as(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """Return the errors that every route can answer, in the shape of a dialect."""
    return {status: {"model": model, "description": said} for status, said in _SAID.items()}


ERRORS = errors_as(ErrorAnswer)
"""The errors that every route can answer."""


def accepts(schema: str, *, required: bool = True) -> dict[str, Any]:
    """Return the documentation of a JSON body that is described by a component of the document."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"requestBody": {"required": required, "content": content}}

"""Errors in the words of each dialect: below a dialect's prefix, the native envelope is respelled."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from fastapi.responses import JSONResponse

from .brily import errors as brily
from .xuptimemonitor import errors as xuptimemonitor

Shape = Callable[[Mapping[str, Any]], dict[str, Any]]

SHAPES: Mapping[str, Shape] = {
    brily.PREFIX: brily.respelled,
    xuptimemonitor.PREFIX: xuptimemonitor.respelled,
}
"""By the beginning of the path; each is given the content of the native error."""


def in_words_of(path: str, native: JSONResponse, *, is_of_body: bool = False) -> JSONResponse:
    """Return an error as the dialect says it to which a path belongs; headers stay.

    Args:
        path: where the request went.
        native: the answer in the native shape.
        is_of_body: whether a field of the request's body is wrong; brily has a status of its own for that.
    """
    shape = next((shape for prefix, shape in SHAPES.items() if f"{path}/".startswith(prefix)), None)
    if shape is None:
        return native
    kept = {name: value for name, value in native.headers.items() if name not in ("content-length", "content-type")}
    status = brily.WRONG_FIELD if is_of_body and path.startswith(brily.PREFIX) else native.status_code
    return JSONResponse(shape(json.loads(bytes(native.body))), status, kept)

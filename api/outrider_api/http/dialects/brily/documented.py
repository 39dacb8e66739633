"""What the OpenAPI document says of this dialect's errors."""

from typing import Any

from outrider_api.http.documented import ERRORS

from .errors import ProblemAnswer

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": ProblemAnswer, "description": said["description"]} for status, said in ERRORS.items()
}
"""The errors that every route can answer."""

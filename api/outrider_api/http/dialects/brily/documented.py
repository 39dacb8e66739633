"""What the OpenAPI document says of this dialect's errors."""

from outrider_api.http.documented import errors_as

from .errors import ProblemAnswer

PROBLEMS = errors_as(ProblemAnswer)
"""The errors that every route can answer."""

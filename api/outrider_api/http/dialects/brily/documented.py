"""What the OpenAPI document says of this dialect's errors."""

from outrider_api.http.documented import errors_as

from .errors import ProblemAnswer

_SAID = {
    400: "The body is no JSON object, or a query parameter or a header is wrong.",
    422: "A field of the body is wrong: `field` says which; or the `Idempotency-Key` came with another body before.",
}

PROBLEMS = errors_as(ProblemAnswer) | {
    status: {"model": ProblemAnswer, "description": said} for status, said in _SAID.items()
}
"""The errors that every route can answer."""

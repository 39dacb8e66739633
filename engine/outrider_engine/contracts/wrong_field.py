"""How a settings model says which part of a value is wrong, deeper than pydantic itself can tell."""

from pydantic_core import PydanticCustomError

from outrider_engine.errors import InvalidInput

WRONG_FIELD = "wrong_field"


def wrong_field(error: InvalidInput) -> PydanticCustomError:
    """Return what a validator raises so that its users read the whole path and what is allowed there.

    ``error.field`` is the path within the value that is validated: a validator of ``steps[1].body`` that finds
    ``content.avatar`` wrong makes users read ``steps[1].body.content.avatar``.
    """
    allowed = list(error.allowed) if error.allowed is not None else None
    context = {"problem": error.problem, "field": error.field or "", "allowed": allowed}
    return PydanticCustomError(WRONG_FIELD, "{problem}", context)

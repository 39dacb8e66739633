"""Changes by clients that fetch an object, modify it and send it back whole."""

from pydantic import BaseModel

from outrider_engine.domain.json_values import JsonObject, JsonValue
from outrider_engine.errors import InvalidInput


def without_fixed(body: JsonObject, shown: BaseModel, changes: type[BaseModel]) -> dict[str, JsonValue]:
    """Return a change without the fields that only the server sets, and that say what they said before.

    Args:
        body: what was sent.
        shown: the object as the client can have read it.
        changes: what can be changed of it.

    Raises:
        InvalidInput: such a field says something else.
    """
    read = shown.model_dump(mode="json", by_alias=True)
    fixed = read.keys() - changes.model_fields.keys()
    for name in fixed & body.keys():
        if body[name] != read[name]:
            raise InvalidInput("can't be changed", field=name)
    return {name: value for name, value in body.items() if name not in fixed}

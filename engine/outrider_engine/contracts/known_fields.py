"""Which fields a settings model knows at a place where one was met that it does not know."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

_UNIONS = ("anyOf", "oneOf", "allOf")


def fields_at(model: type[BaseModel], location: Sequence[int | str]) -> list[str]:
    """Return the names that are known beside the last part of ``location``, as pydantic's errors give it.

    Empty when any name is allowed there, or none can be told.
    """
    schema = _schema(model)
    node: Mapping[str, Any] = schema
    for part in location[:-1]:
        node = _inner(node, part, schema)
    return list(dict.fromkeys(name for each in _alternatives(node, schema) for name in each.get("properties", ())))


@lru_cache(maxsize=32)
def _schema(model: type[BaseModel]) -> Mapping[str, Any]:
    """Return the schema of a model; that of journeys takes half a second to be made."""
    return model.model_json_schema()


def _inner(node: Mapping[str, Any], part: int | str, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what is at a part of a location: an item, a field, a value by its key, or a member of a union."""
    alternatives = list(_alternatives(node, schema))
    if isinstance(part, int):
        return next((each["items"] for each in alternatives if isinstance(each.get("items"), Mapping)), {})
    tagged = _member(node, part, schema) or next((each for each in alternatives if each.get("title") == part), None)
    if tagged is not None and not any(part in each.get("properties", {}) for each in alternatives):
        return tagged
    for each in alternatives:
        if (field := each.get("properties", {}).get(part)) is not None:
            found: Mapping[str, Any] = field
            return found
    values = (each.get("additionalProperties") for each in alternatives)
    return next((each for each in values if isinstance(each, Mapping)), node)


def _member(node: Mapping[str, Any], tag: str, schema: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the member of a union with a tag: as its mapping says, or the one with a field that has no other value."""
    for each in _unions(node, schema):
        named = each.get("discriminator", {}).get("mapping", {}).get(tag)
        if named is not None:
            return {"$ref": named}
        for member in _members(each):
            fields = _resolved(member, schema).get("properties", {}).values()
            if any(field.get("const") == tag for field in fields):
                return member
    return None


def _alternatives(node: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what a value may be: the node, or the members of a union, however deep they are."""
    resolved = _resolved(node, schema)
    yield resolved
    for member in _members(resolved):
        yield from _alternatives(member, schema)


def _unions(node: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (each for each in _alternatives(node, schema) if any(name in each for name in _UNIONS))


def _members(node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [member for name in _UNIONS for member in node.get(name, ())]


def _resolved(node: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].rpartition("/")[2]]
    return node

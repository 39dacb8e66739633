"""Journeys that call others: which ones they name, and what becomes part of them when they are run."""

from collections.abc import Iterator, Mapping

from .checks import CheckDefinition
from .json_values import JsonObject, JsonValue

MOST_CALLED = 50
"""Journeys that one may call, those that they call among them."""
_KEPT = ("base_url", "variables", "secrets", "defaults", "setup", "steps", "teardown")
"""Settings of a journey that hold when another calls it; its browser and its artifacts are the caller's."""


def journeys_called(config: JsonObject) -> set[str]:
    """Return the names and ids of the journeys that a journey's settings call and do not hold themselves."""
    held = config.get("journeys")
    return set(_calls(config)) - set(held if isinstance(held, Mapping) else ())


def as_called(definition: CheckDefinition) -> JsonObject:
    """Return a journey as far as others can call it."""
    kept = {name: definition.config[name] for name in _KEPT if name in definition.config}
    given = kept.get("variables")
    variables = {**(given if isinstance(given, Mapping) else {}), **definition.variables}
    return {**kept, "name": definition.name, **({"variables": variables} if variables else {})}


def with_journeys(config: JsonObject, called: Mapping[str, JsonObject]) -> JsonObject:
    """Return settings that hold the journeys that they call; what is a secret to those is a secret here, too."""
    held = config.get("journeys")
    variables = config.get("variables")
    plain = set(variables if isinstance(variables, Mapping) else ())
    secrets = [name for each in (config, *called.values()) for name in _names(each.get("secrets")) if name not in plain]
    whole = {**config, "journeys": {**(held if isinstance(held, Mapping) else {}), **called}}
    return {**whole, "secrets": list(dict.fromkeys(secrets))} if secrets else whole


def _calls(tree: JsonValue) -> Iterator[str]:
    if isinstance(tree, Mapping):
        name = tree.get("journey") if tree.get("action") == "call" else None
        if isinstance(name, str):
            yield name
        for key, value in tree.items():
            if key != "imported_from":
                yield from _calls(value)
    elif isinstance(tree, list | tuple):
        for value in tree:
            yield from _calls(value)


def _names(tree: JsonValue) -> list[str]:
    return [name for name in tree if isinstance(name, str)] if isinstance(tree, list | tuple) else []

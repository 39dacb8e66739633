"""``{{name}}`` in settings: replaced by the text of a variable and nothing else; there is nothing to escape from."""

import re
from collections.abc import Mapping

from outrider_engine.errors import UnknownVariable

from .json_values import JsonValue

_NAME = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*\}\}")


def names_in(text: str) -> set[str]:
    """Return the variables that a text names."""
    return set(_NAME.findall(text))


def names_in_tree(tree: JsonValue) -> set[str]:
    """Return the variables that the texts of a JSON value name (the keys of its objects name none)."""
    if isinstance(tree, str):
        return names_in(tree)
    if isinstance(tree, Mapping):
        return {name for value in tree.values() for name in names_in_tree(value)}
    if isinstance(tree, list | tuple):
        return {name for value in tree for name in names_in_tree(value)}
    return set()


def render(text: str, variables: Mapping[str, str]) -> str:
    """Return ``text`` with every ``{{name}}`` replaced, once: what a value contains is not looked at again.

    Raises:
        UnknownVariable: a name that is not among ``variables``.
    """

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name not in variables:
            raise UnknownVariable(name, sorted(variables))
        return variables[name]

    return _NAME.sub(value, text)


def render_tree(tree: JsonValue, variables: Mapping[str, str]) -> JsonValue:
    """Return a JSON value with ``render`` applied to every text in it (not to the keys of objects)."""
    if isinstance(tree, str):
        return render(tree, variables)
    if isinstance(tree, Mapping):
        return {key: render_tree(value, variables) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [render_tree(value, variables) for value in tree]
    return tree

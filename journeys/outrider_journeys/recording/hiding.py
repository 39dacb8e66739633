"""Keeping what was typed into fields for secrets out of the journey, wherever else it turned up."""

import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from outrider_journeys.importing.credentials import kind_of_secret

from .moments import Moment

_SHORTEST_WITHIN = 4
"""Characters of a secret that is looked for within other texts; shorter ones would be found everywhere."""
_REFERENCE = re.compile(r"\{\{([A-Z][A-Z0-9_]*)\}\}")
_VALUES = ("text", "value")


class Hidden:
    """Stands in for secrets while steps are made: each value is a word that nobody could have typed."""

    def __init__(self, moments: Iterable[Moment]) -> None:
        self._values: dict[str, str] = {}
        for moment in moments:
            value = value_of(moment)
            if moment.secret and value:
                self._values.setdefault(value, f"x{secrets.token_hex(12)}")
        words = {form: word for value, word in self._values.items() for form in _forms(value)}
        longest_first = sorted(words, key=len, reverse=True)
        self._words = words
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if words else None

    def action(self, moment: Moment) -> dict[str, Any]:
        """Return an action without secrets."""
        action: dict[str, Any] = self.without(dict(moment.action))
        value = value_of(moment)
        if moment.secret and value:
            action |= {name: self._values[value] for name in _VALUES if name in action}
        return action

    def without(self, tree: Any) -> Any:
        """Return plain data without secrets, in values."""
        if self._pattern is None:
            return tree
        if isinstance(tree, str):
            return self._pattern.sub(lambda match: self._words[match[0]], tree)
        if isinstance(tree, dict):
            return {key: self.without(value) for key, value in tree.items()}
        return [self.without(value) for value in tree] if isinstance(tree, list | tuple) else tree

    def named(
        self, definition: Mapping[str, Any], made_of: Iterable[tuple[Mapping[str, Any], Moment]]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the journey with names in place of secrets, and the values by these names.

        Args:
            definition: the journey; some values have a name already, because of what their fields are called.
            made_of: its steps, each with what it was made of.
        """
        taken = [*definition.get("secrets", ())]
        values: dict[str, str] = {}
        references: dict[str, str] = {}
        for step, moment in made_of:
            value, written = value_of(moment), step.get("value")
            found = _REFERENCE.fullmatch(written) if isinstance(written, str) else None
            if value and found and found[1] in taken:
                values[found[1]] = value
            elif value and moment.secret and self._values[value] not in references:
                name = _free(kind_of_secret(moment.selector or "") or "PASSWORD", taken)
                taken.append(name)
                values[name] = value
                references[self._values[value]] = f"{{{{{name}}}}}"
        named: dict[str, Any] = _replaced(dict(definition), references)
        return {**named, **({"secrets": taken} if taken else {})}, values


def value_of(moment: Moment) -> str:
    """Return what was typed, or what was compared with."""
    return next((value for name in _VALUES if isinstance(value := moment.action.get(name), str)), "")


def _forms(value: str) -> set[str]:
    return {value, quote(value, safe=""), quote_plus(value)} if len(value) >= _SHORTEST_WITHIN else set()


def _replaced(tree: Any, references: Mapping[str, str]) -> Any:
    if isinstance(tree, str):
        for word, reference in references.items():
            tree = tree.replace(word, reference)
        return tree
    if isinstance(tree, dict):
        return {key: _replaced(value, references) for key, value in tree.items()}
    return [_replaced(value, references) for value in tree] if isinstance(tree, list | tuple) else tree


def _free(kind: str, taken: Iterable[str]) -> str:
    names = set(taken)
    return next(
        name
        for number in range(1, len(names) + 2)
        if (name := kind if number == 1 else f"{kind}_{number}") not in names
    )

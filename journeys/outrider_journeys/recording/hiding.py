"""Keeping what was typed into fields for secrets out of the journey, wherever else it turned up."""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import quote, quote_plus

from outrider_journeys.importing.credentials import kind_of_secret

from .moments import Moment

_SHORTEST_WITHIN = 4
"""Characters of a secret that is looked for within other texts; shorter ones would be found everywhere."""
_REFERENCE = re.compile(r"\{\{([A-Z][A-Z0-9_]*)\}\}")
_VALUES = ("text", "value")
_WORDS = ("name", "key", "button")
"""Parts of actions that are words of the recorder, whatever somebody has chosen as a password."""


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
        action = {name: each if name in _WORDS else self.without(each) for name, each in moment.action.items()}
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

    def named(self, made_of: Iterable[tuple[Mapping[str, Any], Moment]], taken: Iterable[str]) -> "Names":
        """Return a name for each secret.

        Args:
            made_of: steps, each with what it was made of.
            taken: names that values have already, because of what their fields are called.
        """
        names = Names([*taken])
        for step, moment in made_of:
            value, written = value_of(moment), step.get("value")
            found = _REFERENCE.fullmatch(written) if isinstance(written, str) else None
            if value and found and found[1] in names.secrets:
                names.keep(value, self._values.get(value), found[1])
            elif value and moment.secret:
                names.add(value, self._values[value], kind_of_secret(moment.selector or "") or "PASSWORD")
        return names


@dataclass(frozen=True, slots=True)
class Names:
    """The secrets of a journey: all names, values by name, and what stands for them in texts."""

    secrets: list[str]
    values: dict[str, str] = field(default_factory=dict, repr=False)
    _references: dict[str, str] = field(default_factory=dict)

    def add(self, value: str, word: str, kind: str) -> None:
        """Name a value for which a word stands so far."""
        if word in self._references:
            return
        names = (kind if number == 1 else f"{kind}_{number}" for number in count(1))
        name = next(name for name in names if name not in self.secrets)
        self.secrets.append(name)
        self.keep(value, word, name)

    def keep(self, value: str, word: str | None, name: str) -> None:
        """Take in the name of a value, and of the word that stands for it, if one does."""
        self.values[name] = value
        if word is not None:
            self._references.setdefault(word, f"{{{{{name}}}}}")

    def written(self, tree: Any) -> Any:
        """Return plain data with names in place of the words."""
        if isinstance(tree, str):
            for word, reference in self._references.items():
                tree = tree.replace(word, reference)
            return tree
        if isinstance(tree, dict):
            return {key: self.written(value) for key, value in tree.items()}
        return [self.written(value) for value in tree] if isinstance(tree, list | tuple) else tree


def value_of(moment: Moment) -> str:
    """Return what was typed, or what was compared with."""
    return next((value for name in _VALUES if isinstance(value := moment.action.get(name), str)), "")


def _forms(value: str) -> set[str]:
    return {value, quote(value, safe=""), quote_plus(value)} if len(value) >= _SHORTEST_WITHIN else set()

"""Keeping secrets out of everything that leaves a run: logs, errors, step details, facts."""

import base64
import html
import json
import re
import urllib.parse
from collections.abc import Iterable

from .json_values import JsonValue

MASK = "•••"
SHORTEST = 3
"""Shorter values are not searched for: masking every ``a`` would hide nothing and destroy the text."""


class Redactor:
    """Replaces secret values, in the encodings in which they travel, by a mask."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = frozenset(secrets)
        forms = {form for secret in self._secrets if len(secret) >= SHORTEST for form in _forms(secret)}
        longest_first = sorted(forms, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def also(self, secrets: Iterable[str]) -> "Redactor":
        """Return a redactor that knows further secrets."""
        more = frozenset(secrets) - self._secrets
        return Redactor(self._secrets | more) if more else self

    def text(self, text: str) -> str:
        """Return ``text`` without secrets."""
        return self._pattern.sub(MASK, text) if self._pattern else text

    def tree(self, value: JsonValue) -> JsonValue:
        """Return a JSON value without secrets, in keys and values."""
        if self._pattern is None:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(key): self.tree(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.tree(item) for item in value]
        return value


def _forms(secret: str) -> set[str]:
    quoted = json.dumps(secret)[1:-1]
    return {
        secret,
        quoted,
        json.dumps(secret, ensure_ascii=False)[1:-1],
        urllib.parse.quote(secret, safe=""),
        urllib.parse.quote(secret),
        urllib.parse.quote_plus(secret),
        html.escape(secret),
        base64.b64encode(secret.encode()).decode().rstrip("="),
    }

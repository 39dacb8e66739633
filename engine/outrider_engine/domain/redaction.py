"""Keeping secrets out of everything that leaves a run: logs, errors, step details, facts, files."""

import base64
import html.entities
import re
from collections.abc import Iterable, Iterator

from .json_values import JsonValue

MASK = "•••"
SHORTEST = 3
"""Shorter values are not searched for: masking every ``a`` would hide nothing and destroy the text."""

_SURE_OF_PIECES = 6
"""Characters of base64 from which a piece out of the middle is taken for the secret and not for chance."""
_NEVER_ENCODED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
_BY_LETTER = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}
_ESCAPE = r"(?:\\|%(?:25)*5c)+"
"""Backslashes, themselves perhaps escaped or percent-encoded."""
_OF_BASE64 = {"+": r"(?:[+-]|%(?:25)*2[Bb])", "/": r"(?:\\*/|_|%(?:25)*2[Ff])"}


class Redactor:
    """Replaces secret values, in the encodings in which they travel, by a mask.

    Found are, in any mixture and nested as often as they may be: the value itself, percent-encoding, escapes of JSON,
    JavaScript and CSS, entities of HTML, and base64 (its URL-safe form too) wherever in the encoded text it stood.

    Args:
        secrets: the values.
        beginnings: whether to replace the greater part of a longer secret as well, if it begins like it: what a page
            says while it is typed, and what is left where a text was cut.
    """

    def __init__(self, secrets: Iterable[str], *, beginnings: bool = False) -> None:
        self._secrets = frozenset(secrets)
        self._beginnings = beginnings
        sought = [secret for secret in self._secrets if len(secret) >= SHORTEST]
        pieces = {piece for secret in sought for piece in _base64_pieces(secret)}
        heads = {secret: secret[: _telling(secret) if beginnings else len(secret)] for secret in sought}
        patterns = {_written(head, secret[len(head) :]) for secret, head in heads.items()}
        patterns |= {_in_base64(piece) for piece in pieces}
        longest_first = sorted(patterns, key=lambda pattern: (-len(pattern), pattern))
        self._pattern = re.compile("|".join(longest_first)) if longest_first else None
        self._anchors = _anchors({*heads.values(), *pieces})
        self.is_ascii = all(secret.isascii() for secret in sought)

    def __bool__(self) -> bool:
        """Whether there is anything to look for."""
        return self._pattern is not None

    def also(self, secrets: Iterable[str]) -> "Redactor":
        """Return a redactor that knows further secrets."""
        more = frozenset(secrets) - self._secrets
        return Redactor(self._secrets | more, beginnings=self._beginnings) if more else self

    def may_find(self, text: str) -> bool:
        """Whether a look is worth its time: quick, and never wrong when it says no."""
        return self._pattern is not None and (self._anchors is None or any(one in text for one in self._anchors))

    def finds(self, text: str) -> bool:
        """Whether a text holds a secret."""
        return self._pattern is not None and self.may_find(text) and self._pattern.search(text) is not None

    def text(self, text: str) -> str:
        """Return ``text`` without secrets."""
        return self._pattern.sub(MASK, text) if self._pattern is not None and self.may_find(text) else text

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


def _telling(secret: str) -> int:
    """Return how many characters of a secret give it away."""
    return max(min(len(secret), 6), -(-len(secret) * 3 // 5))


def _written(head: str, rest: str) -> str:
    """Return a pattern for a text and as much as there is of what follows it."""
    pattern = ""
    for character in reversed(rest):
        pattern = f"(?:{_character(character)}{pattern})?"
    return "".join(map(_character, head)) + pattern


def _character(character: str) -> str:
    """Return a pattern for all the ways in which a character of a secret may be written."""
    if character in _NEVER_ENCODED:
        return character
    utf16 = character.encode("utf-16-be", "surrogatepass")
    units = [f"{utf16[at] << 8 | utf16[at + 1]:04x}" for at in range(0, len(utf16), 2)]
    code = ord(character)
    percent = "".join(f"%(?:25)*{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
    ways = [
        re.escape(character),
        percent,
        "".join(f"{_ESCAPE}u{unit}" for unit in units),
        rf"&(?:amp;)*#(?:0*{code}|x0*{code:x});?",
    ]
    ways += [f"{_ESCAPE}0{{0,5}}{code:x} ?"]  # CSS
    ways += [f"{_ESCAPE}x{code:02x}"] if code < 256 else []
    ways += [rf"&(?:amp;)*{name};" for name in _entities(code)]
    ways += [f"{_ESCAPE}{_BY_LETTER[character]}"] if character in _BY_LETTER else []
    ways += [f"{_ESCAPE}(?:{re.escape(character)}|{percent})"] if character in "\"'/" else []
    ways += [_ESCAPE] if character == "\\" else []
    ways += [r"\+"] if character == " " else [" "] if character == "+" else []
    return f"(?i:{'|'.join(sorted(ways, key=len, reverse=True))})"


def _entities(code: int) -> Iterator[str]:
    if code in html.entities.codepoint2name:
        yield html.entities.codepoint2name[code]
    if code == ord("'"):
        yield "apos"


def _base64_pieces(secret: str) -> Iterator[str]:
    """Return what a secret looks like inside of a longer text in base64, for each place where a group may begin."""
    content = secret.encode("utf-8", "surrogatepass")
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + content).decode()
        first = (before * 8 + 5) // 6  # the characters before share bits with what is in front
        last = (before + len(content)) * 8 // 6  # and those after with what follows
        piece = encoded[first:last]
        if before == 0 or len(piece) >= _SURE_OF_PIECES:
            yield piece


def _in_base64(piece: str) -> str:
    return "".join(_OF_BASE64.get(character, character) for character in piece)


def _anchors(sought: Iterable[str]) -> frozenset[str] | None:
    """Return a text for each of those sought that is in it whatever its encoding; ``None`` when one has none."""
    anchors = {max(re.findall("[A-Za-z0-9]+", each), key=len, default="") for each in sought}
    return None if "" in anchors else frozenset(anchors)

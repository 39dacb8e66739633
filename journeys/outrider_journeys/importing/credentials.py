"""Values that must not be kept in clear: found by what they are for, taken out, and referred to by a name."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from .contract import ImportProblem
from .receipt import Outcome, ReceiptBook

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+|\d+")
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "PASSWORD",
        re.compile(
            r"pass ?wor[dt]|passwd|passphrase|passcode|kennwort|contrase|senha|parola|mot ?de ?passe"
            r"|wachtwoord|l[oö]senord|adgangskode|salasana|heslo|jelsz|şifre|sifre|has[lł]o|парол|密码|密碼|パスワード|비밀번호"
            r"|\bpass\b|\bpwd\b|\bpw\b|\bpsw\b"
        ),
    ),
    ("API_KEY", re.compile(r"api ?key|\bx ?api\b|access ?key|subscription ?key|auth ?key")),
    ("CLIENT_SECRET", re.compile(r"secret(?!ar)")),
    ("CSRF_TOKEN", re.compile(r"csrf|xsrf|authenticity ?token|verification ?token")),
    ("TOKEN", re.compile(r"token|\bjwt\b|bearer|\bsid\b|session ?id|\bsession\b|jsessionid|phpsessid")),
    ("ONE_TIME_CODE", re.compile(r"\botp\b|\btotp\b|one ?time ?(?:code|pass)|\bmfa\b|\b2fa\b")),
    ("CARD_CODE", re.compile(r"\bcvv2?\b|\bcvc2?\b|card ?code|security ?code")),
    ("CARD_NUMBER", re.compile(r"(?:card|cc) ?(?:number|num|no)\b")),
    ("PIN", re.compile(r"\bpin\b|pin ?code")),
    ("SIGNATURE", re.compile(r"\bsignature\b|\bsig\b")),
)
_MOST = 200
"""Secrets that a journey may have."""
_SHORTEST_WITHIN = 6
"""Characters of a secret that is looked for within other texts; shorter ones are replaced where they are the text."""
_STRUCTURE = frozenset(
    {"action", "role", "button", "page", "state", "format", "type", "operator", "method", "variable"}
)
_STRUCTURE_ALSO = frozenset({"id", "as", "source", "wait_until", "load", "modifiers", "from", "key"})
_LOCATORS = frozenset({"locator", "locators", "to", "frame"})
"""What finds elements: a word there is one of the page, not the password that happens to be the same word."""
_NAMING = ("type", "name", "key", "field", "id")
_VALUES = frozenset({"value", "val", "content"})
_NAMED_VALUES = re.compile(
    r"""(?P<json>["']?\b(?P<json_name>[\w-]{1,80})\\?["']?\s*:\s*\\?["'])(?P<json_value>(?:[^"'\\\n]|\\[^"'])+)"""
    r"""|(?P<form>(?:^|&)(?P<form_name>[\w.\[\]-]{1,80})=)(?P<form_value>[^&\s]+)"""
    r"""|(?P<tag><(?P<tag_name>[\w:.-]{1,80})(?:\s[^<>]{0,200})?>)(?P<tag_value>[^<>]+)(?=</)"""
    r"""|(?P<part>\bname="(?P<part_name>[^"\n]{1,80})"\r?\n\r?\n)(?P<part_value>[^\r\n]+)"""
)
"""Values with their names in texts of no format that is read: members, fields of forms, elements, parts."""
_PLACEHOLDER = re.compile(r"\s*(?:\$?\{\{?[^{}]*\}?\}|<[^<>]*>|\*+|•+|x{3,}|\[?redacted\]?)\s*", re.IGNORECASE)


def kind_of_secret(hint: str) -> str | None:
    """Return what kind of secret a field, header or parameter holds, judged by its name; ``None`` for a plain one."""
    words = " ".join(word.lower() for word in _WORD.findall(hint))
    return next((kind for kind, pattern in _KINDS if pattern.search(words)), None)


def hint_within(mapping: Mapping[str, Any], key: str) -> str:
    """Return what tells what a member of an object holds: its own name, or of ``{type: …, value: …}`` what it is of."""
    if key.lower() in _VALUES:
        named = (mapping.get(name) for name in _NAMING)
        return next((name for name in named if isinstance(name, str) and kind_of_secret(name) is not None), key)
    return key


class Credentials:
    """The secrets of one source: each different value gets a name, and the receipt a line."""

    def __init__(self, book: ReceiptBook) -> None:
        self._book = book
        self._names: dict[str, str] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The names in the order in which they were given."""
        return tuple(self._names.values())

    def reference(self, value: str, kind: str, where: str, what: str) -> str:
        """Return what stands in place of a value: ``{{PASSWORD}}``; an empty value and a placeholder stay."""
        if not value or _PLACEHOLDER.fullmatch(value):
            return value
        if value not in self._names:
            if len(self._names) >= _MOST:
                raise ImportProblem(f"has more than {_MOST} different secrets", field=where)
            self._names[value] = self._free(kind)
            name = self._names[value]
            self._book.add(Outcome.SECRET, where, what, f"its value was taken out: set the secret {name}")
        return f"{{{{{self._names[value]}}}}}"

    def within(self, text: str, where: str) -> str:
        """Return a text of any format without the values in it that are named like secrets."""

        def said(match: re.Match[str]) -> str:
            kind = next(each for each in ("json", "form", "tag", "part") if match[each])
            secret = kind_of_secret(match[f"{kind}_name"])
            if secret is None:
                return match[0]
            return match[kind] + self.reference(match[f"{kind}_value"], secret, where, match[f"{kind}_name"])

        return _NAMED_VALUES.sub(said, text)

    def reserve(self, name: str) -> str:
        """Return the reference of a secret whose value the source does not hold."""
        self._names.setdefault(f"\0{name}", name)
        return f"{{{{{name}}}}}"

    def keep(self, value: str, name: str, where: str) -> None:
        """Take a value out under the name that the source gives it."""
        self._names[value] = name
        self._book.add(Outcome.SECRET, where, name, f"its value was taken out: set the secret {name}")

    def without(self, tree: Any) -> Any:
        """Return plain data in which no value of a secret is left, wherever it was repeated."""
        values = {value: name for value, name in self._names.items() if not value.startswith("\0")}
        return _replaced(tree, values, _pattern(values), "") if values else tree

    def _free(self, kind: str) -> str:
        taken, number, name = set(self._names.values()), 1, kind
        while name in taken:
            number += 1
            name = f"{kind}_{number}"
        return name


def _pattern(values: Mapping[str, str]) -> re.Pattern[str] | None:
    telling = (value for value in values if len(value) >= _SHORTEST_WITHIN and not _is_word(value))
    spellings = {spelling for value in telling for spelling in _spellings(value)}
    if not spellings:
        return None
    alternatives = "|".join(re.escape(one) for one in sorted(spellings, key=len, reverse=True))
    return re.compile(rf"(?<!\{{\{{)(?:{alternatives})")


def _is_word(value: str) -> bool:
    """Whether a value is a word that pages are full of, such as ``password`` or ``admin``."""
    return value.isalpha() and (len(value) < _SHORTEST_WITHIN or kind_of_secret(value) is not None)


def _spellings(value: str) -> tuple[str, ...]:
    return (value, quote(value, safe=""), quote_plus(value))


def _replaced(tree: Any, values: Mapping[str, str], pattern: re.Pattern[str] | None, key: str) -> Any:
    if key in _LOCATORS:
        values = {value: name for value, name in values.items() if not _is_word(value)}
    if isinstance(tree, dict):
        return {name: _replaced(value, values, pattern, str(name)) for name, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [_replaced(value, values, pattern, key) for value in tree]
    if not isinstance(tree, str) or key in _STRUCTURE:
        return tree
    if tree in values:
        return f"{{{{{values[tree]}}}}}"
    return pattern.sub(lambda match: f"{{{{{_name_of(match[0], values)}}}}}", tree) if pattern else tree


def _name_of(found: str, values: Mapping[str, str]) -> str:
    return next(name for value, name in values.items() if found in _spellings(value))

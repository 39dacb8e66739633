"""Common lines of scripts as assertions, extractions and variables; all others are told as dropped."""

import re
from dataclasses import dataclass, field
from typing import Any

from outrider_journeys.importing.credentials import kind_of_secret

from .chains import HEADER, Expectations, Unknown
from .constants import NOTHING, constant, extended
from .script_pieces import Piece, statements
from .variables import name_of

_TEST = re.compile(
    r"(?:pm\.test|postman\.test)\(\s*(?:\"[^\"]*\"|'[^']*'|`[^`]*`)\s*,\s*(?:async\s*)?(?:\(\w*\)|\w+)\s*=>\s*(?P<body>.+)\)"
)
_OLD_TEST = re.compile(r"tests\[[^\]]*\]\s*=\s*(.+)")
_BODY = re.compile(r"(?:pm\.response\.json\(\)|JSON\.parse\((?:responseBody|pm\.response\.text\(\))\))")
_ASSIGNED = re.compile(r"(?:(?:const|let|var)\s+)?(\w+)\s*=\s*(?:await\s+)?([^=].*)")
_CHANGED = re.compile(r"(?:(?:const|let|var)\s+)?(\w+)\s*(?:[-+*/|&?]*=|\+\+|--)")
_SET = re.compile(
    r"(?:pm\.(?:environment|collectionVariables|globals|variables)\.set|postman\.set(?:Environment|Global)Variable)"
    r"\(\s*[\"'`]([^\"'`]+)[\"'`]\s*,\s*(.+?)\s*\)"
)
_SILENT = re.compile(r"console\.\w+\(.*|[\"']use strict[\"']|return|[(){}\[\],\s]*")
_LONGEST = 2000


@dataclass(slots=True)
class Translated:
    """What a script says, as far as it is understood.

    Attributes:
        constants: variables that are set to a constant.
        dropped: statements that are not understood, and why.
    """

    assertions: list[dict[str, Any]] = field(default_factory=list)
    extract: list[dict[str, Any]] = field(default_factory=list)
    constants: dict[str, str] = field(default_factory=dict)
    dropped: list[tuple[Piece, str]] = field(default_factory=list)


def translated(lines: list[str], *, has_answer: bool) -> Translated:
    """Return what a script says.

    Args:
        lines: the script.
        has_answer: whether it runs after the request.
    """
    made = Translated()
    reader = _Script(made, has_answer=has_answer)
    for piece in statements(lines):
        try:
            reader.take(piece)
        except Unknown as problem:
            reader.forget(piece)
            made.dropped.append((piece, str(problem)))
    return made


class _Script:
    """Reads the statements of one script."""

    def __init__(self, made: Translated, *, has_answer: bool) -> None:
        self._made = made
        self._has_answer = has_answer
        self._paths: dict[str, str] = {}
        self._values: dict[str, Any] = {}
        self._expectations = Expectations(self._path)

    def take(self, piece: Piece) -> None:
        """Take a statement.

        Raises:
            Unknown: it is not understood.
        """
        if len(piece.text) > _LONGEST:
            raise Unknown("it is too long to be understood")
        test = _TEST.fullmatch(piece.text)
        text = (test["body"] if test is not None else piece.text).strip()
        if _SILENT.fullmatch(text):
            return
        if piece.is_conditional:
            raise Unknown("it stands under a condition, in a loop or in a function")
        old, stored = _OLD_TEST.fullmatch(text), _SET.fullmatch(text)
        if old is not None:
            self._judge(self._expectations.of_old(old[1].strip()))
        elif stored is not None:
            self._set(stored[1], stored[2].strip())
        elif (assertion := self._expectations.of(text)) is not None:
            self._judge(assertion)
        else:
            self._assigned(text)

    def forget(self, piece: Piece) -> None:
        """Take note that a name may hold something else after a statement that was not understood."""
        changed = _CHANGED.match(piece.text)
        if changed is not None:
            self._values.pop(changed[1], None)
            self._paths.pop(changed[1], None)

    def _path(self, expression: str) -> str | None:
        body = _BODY.match(expression)
        if body is not None:
            return extended("$", expression[body.end() :])
        name = re.match(r"\w+", expression)
        if name is None or name[0] not in self._paths:
            return None
        return extended(self._paths[name[0]], expression[name.end() :])

    def _assigned(self, text: str) -> None:
        found = _ASSIGNED.fullmatch(text)
        if text.startswith("pm.sendRequest"):
            raise Unknown("a script can send no request: make it a step of its own")
        if found is None:
            raise Unknown("it has no counterpart")
        value, path = constant(found[2].strip()), self._path(found[2].strip())
        if value is not NOTHING and not isinstance(value, list | dict):
            self._values[found[1]] = value
        elif path is not None:
            self._paths[found[1]] = path
        else:
            raise Unknown("it has no counterpart")

    def _set(self, variable: str, value: str) -> None:
        name, given = name_of(variable), self._values.get(value, constant(value))
        if given is not NOTHING and not isinstance(given, list | dict):
            self._made.constants[name] = given if isinstance(given, str) else str(given).lower()
            return
        if not self._has_answer:
            raise Unknown("what is computed before the request has no counterpart")
        taken = {"name": name, **self._taken(value)}
        if kind_of_secret(variable) is not None:
            taken["secret"] = True
        self._made.extract.append(taken)

    def _taken(self, value: str) -> dict[str, Any]:
        header, path = HEADER.fullmatch(value), self._path(value)
        if header is not None:
            return {"from": "header", "path": header[1]}
        if path is not None:
            return {"path": path}
        if value in ("pm.response.text()", "responseBody"):
            return {}
        raise Unknown("its value has no counterpart")

    def _judge(self, assertion: dict[str, Any]) -> None:
        if not self._has_answer:
            raise Unknown("there is no answer yet")
        self._made.assertions.append(assertion)

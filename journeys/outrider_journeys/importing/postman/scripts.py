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
_SUCCESS = re.compile(r"(?:pm\.response\.code|responseCode\.code)\s*(?:={2,3}\s*2\d\d|<\s*[34]00)")
_IS_THERE = re.compile(r"\s*!==?\s*(?:undefined|null|['\"]{2})$")
_GUARDED = re.compile(r"if\s*\(([^;]+?)\)\s*((?:pm|postman)\.[a-zA-Z.]*set\w*\(.+)")
_TAKEN_APART = re.compile(r"(?:const|let|var)\s+\{([\w\s,:]+)\}\s*=\s*(.+)")
_AS_TEXT = re.compile(r"(?:JSON\.stringify|String)\((.+)\)")
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
        approximated: statements that are done whatever they depend on.
        dropped: statements that are not understood, and why.
    """

    assertions: list[dict[str, Any]] = field(default_factory=list)
    extract: list[dict[str, Any]] = field(default_factory=list)
    constants: dict[str, str] = field(default_factory=dict)
    approximated: list[tuple[Piece, str]] = field(default_factory=list)
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
        guarded = _GUARDED.fullmatch(text)
        if guarded is not None and not piece.is_conditional:
            self._guarded(piece, guarded[2], (guarded[1],))
            return
        if piece.is_conditional:
            self._guarded(piece, text, piece.guards)
            return
        old, stored = _OLD_TEST.fullmatch(text), _SET.fullmatch(text)
        if old is not None:
            self._judge(self._expectations.of_old(old[1].strip()))
        elif stored is not None:
            self._set(stored[1], stored[2].strip())
        elif (assertion := self._expectations.of(text)) is not None:
            self._judge(assertion)
        else:
            self._assigned(text)

    def _guarded(self, piece: Piece, text: str, guards: tuple[str, ...]) -> None:
        """Take a variable that a script sets if it is in the answer: a step takes it, or fails."""
        stored = _SET.fullmatch(text)
        if not self._has_answer or not guards or (stored is None and self._path(_value_of(text)) is None):
            raise Unknown("it stands under a condition, in a loop or in a function")
        if stored is None:
            self._assigned(text)
            return
        if self._path(stored[2]) is None or not all(self._holds(guard, stored[2]) for guard in guards):
            raise Unknown("it stands under a condition, in a loop or in a function")
        self._set(stored[1], stored[2].strip())
        self._made.approximated.append((piece, "the step fails where the condition does not hold"))

    def _holds(self, guard: str, value: str) -> bool:
        """Whether a condition only asks for success, or whether what is taken is there."""
        whole = self._path(value) or ""
        for term in guard.split("&&"):
            asked = self._path(_IS_THERE.sub("", term.strip().strip("()")).strip())
            is_part = asked is not None and (whole == asked or whole.startswith((f"{asked}.", f"{asked}[")))
            if not is_part and not _SUCCESS.fullmatch(term.strip()):
                return False
        return True

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
            self._taken_apart(text)
            return
        value, path = constant(found[2].strip()), self._path(found[2].strip())
        if value is not NOTHING and not isinstance(value, list | dict):
            self._values[found[1]] = value
        elif path is not None:
            self._paths[found[1]] = path
        else:
            raise Unknown("it has no counterpart")

    def _taken_apart(self, text: str) -> None:
        """Take ``const { id, name: title } = pm.response.json()``."""
        found = _TAKEN_APART.fullmatch(text)
        path = self._path(found[2].strip()) if found is not None else None
        if found is None or path is None:
            raise Unknown("it has no counterpart")
        for member in found[1].split(","):
            name, _, other = (part.strip() for part in member.partition(":"))
            if name:
                self._paths[other or name] = f"{path}.{name}"

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
        value = _AS_TEXT.sub(r"\1", value)
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


def _value_of(text: str) -> str:
    found = _ASSIGNED.fullmatch(text)
    return found[2].strip() if found is not None else ""

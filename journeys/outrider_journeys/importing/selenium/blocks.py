"""Blocks of Selenium IDE: if/elseIf/else, while, times, forEach and do, each up to the command that ends it."""

import re
from typing import Any

from outrider_journeys.importing.contract import ImportProblem

from .command import Command
from .conditions import condition_of
from .targets import name_of, text_of

OPENING = ("if", "while", "times", "forEach", "do")
CLOSING = ("elseIf", "else", "end", "repeatIf")
_MOST = 1000
Steps = list[dict[str, Any]]


class Block:
    """A block that is being read.

    Attributes:
        kind: the command that opened it.
        outer: the steps among which it stands.
        inner: the steps of the part that is being read.
        is_ended: whether the command that ends it has come.
    """

    def __init__(self, command: Command, head: dict[str, Any], outer: Steps) -> None:
        self.kind = command.name
        self.where = command.where
        self.index = command.index
        self.outer = outer
        self.inner: Steps = []
        self.is_ended = False
        self._head = head
        self._branches: list[tuple[dict[str, Any] | None, Steps]] = [(head.get("condition"), self.inner)]

    def go_on(self, command: Command) -> str:
        """Take a command that ends the part that is being read; returns what about it is not exact.

        Raises:
            ImportProblem: it does not belong to this block.
        """
        kind = command.name
        if kind == "end" and self.kind != "do":
            self.is_ended = True
            return ""
        if kind == "repeatIf" and self.kind == "do":
            condition, note = condition_of(command.target)
            self._head |= {"condition": condition, "most": _limit(command.value)}
            self.is_ended = True
            return note
        if kind in ("elseIf", "else") and self.kind == "if" and self._branches[-1][0] is not None:
            self.inner = []
            if kind == "else":
                self._branches.append((None, self.inner))
                return ""
            condition, note = condition_of(command.target)
            self._branches.append((condition, self.inner))
            return note
        raise ImportProblem(f"{kind} does not belong to {self.kind}", field=command.where)

    def step(self) -> dict[str, Any]:
        """Return the step of the whole block."""
        if self.kind == "if":
            return self._if()
        if self.kind == "do":
            leave = {"action": "if", "condition": {"not": self._head["condition"]}, "then": [{"action": "break"}]}
            body = [*self.inner, leave]
            return {
                "action": "while",
                "condition": {"expression": "true"},
                "most": self._head["most"],
                "steps": body,
            }
        return {**self._head, "steps": self.inner}

    def _if(self) -> dict[str, Any]:
        """Return the branches, each further one within the ``else`` of the one before."""
        otherwise: Steps = []
        for condition, steps in reversed(self._branches):
            if condition is None:
                otherwise = steps
                continue
            branch: dict[str, Any] = {"action": "if", "condition": condition, "then": steps}
            if otherwise:
                branch["else"] = otherwise
            otherwise = [branch]
        return otherwise[0]


def opened(command: Command, outer: Steps) -> tuple[Block, str]:
    """Return the block that a command opens, and what about it is not exact.

    Raises:
        ImportProblem: what it repeats over is missing.
    """
    if command.name == "do":
        return Block(command, {}, outer), ""
    if command.name in ("if", "while"):
        condition, note = condition_of(command.target)
        head: dict[str, Any] = {"action": command.name, "condition": condition}
        if command.name == "while":
            head["most"] = _limit(command.value)
        return Block(command, head, outer), note
    if command.name == "times":
        return Block(command, {"action": "times", "count": _count(command)}, outer), ""
    if not command.target.strip() or not command.value.strip():
        raise ImportProblem("needs an array and the name of a variable", field=command.where)
    items = f"{{{{{name_of(command.target)}}}}}"
    return Block(command, {"action": "for_each", "items": items, "as": name_of(command.value)}, outer), ""


def _count(command: Command) -> int | str:
    target = command.target.strip()
    return int(target) if re.fullmatch(r"\d{1,6}", target) else text_of(target)


def _limit(value: str) -> int:
    limit = value.strip()
    return min(int(limit), _MOST) if re.fullmatch(r"[1-9]\d{0,6}", limit) else _MOST

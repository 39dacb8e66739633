"""Scripts taken apart: statements with their lines, and which of them stand under a condition."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LOOK_BACK = 40
"""Characters before a brace that tell what it opens, white space among them."""
_GUARD = re.compile(r"if\s*\((.+)\)")
_QUOTES = "\"'`"


@dataclass(frozen=True, slots=True)
class Piece:
    """A statement.

    Attributes:
        line: its line, from 1.
        is_conditional: whether it only runs sometimes, or several times.
        guards: the conditions under which it runs, when that is all that it depends on: of first branches of ``if``.
    """

    line: int
    text: str
    is_conditional: bool = False
    guards: tuple[str, ...] = ()


def statements(lines: list[str]) -> Iterator[Piece]:
    """Yield the statements of a script; bodies of tests and of functions that are called at once are taken in."""
    yield from _Reader("\n".join(lines)).pieces()


class _Reader:
    """Reads characters, keeping track of texts, comments, brackets and blocks."""

    def __init__(self, script: str) -> None:
        self._script = script
        self._at = 0
        self._line = 1
        self._begun_on = 1
        self._text: list[str] = []
        self._depth = 0
        self._blocks: list[tuple[int, str]] = []

    def pieces(self) -> Iterator[Piece]:
        while self._at < len(self._script):
            character = self._script[self._at]
            if self._skipped_comment():
                continue
            if character in _QUOTES:
                self._quoted(character)
                continue
            if character == "{" and self._opens_block():
                yield from self._enter_block()
            elif character == "}" and self._depth == 0 and self._blocks:
                yield from self._given()
                self._leave_block()
            elif character == ";" or (character == "\n" and self._depth <= 0 and not self._goes_on()):
                yield from self._given()
            else:
                self._depth += (character in "([{") - (character in ")]}")
                self._keep(character)
            self._advance()
        yield from self._given()

    def _keep(self, text: str) -> None:
        if not self._text and text.isspace():
            return
        if not self._text:
            self._begun_on = self._line
        self._text.append(text)

    def _advance(self) -> None:
        if self._at < len(self._script) and self._script[self._at] == "\n":
            self._line += 1
        self._at += 1

    def _skipped_comment(self) -> bool:
        if self._script.startswith("//", self._at) and not (self._text and self._text[-1] in ":\\"):
            end = self._script.find("\n", self._at)
            self._at = len(self._script) if end < 0 else end
            return True
        if self._script.startswith("/*", self._at):
            end = self._script.find("*/", self._at)
            end = len(self._script) if end < 0 else end + 2
            self._line += self._script.count("\n", self._at, end)
            self._at = end
            return True
        return False

    def _quoted(self, quote: str) -> None:
        begin = self._at
        self._at += 1
        while self._at < len(self._script) and self._script[self._at] != quote:
            self._at += 2 if self._script[self._at] == "\\" else 1
        self._at = min(self._at + 1, len(self._script))
        self._keep(self._script[begin : self._at])
        self._line += self._script.count("\n", begin, self._at)

    def _opens_block(self) -> bool:
        before = "".join(self._text[-_LOOK_BACK:]).rstrip()
        return before.endswith((")", "=>", "else", "try", "finally", "do")) or not self._text

    def _enter_block(self) -> Iterator[Piece]:
        """Enter a block; a request of the script's own is a statement, whatever is done with its answer."""
        header = self._taken()
        if header.text.startswith("pm.sendRequest"):
            yield header
        self._blocks.append((self._depth, header.text))
        self._depth = 0

    def _leave_block(self) -> None:
        """Go back to before the block, and drop what closes the call around a function: ``)``, ``);``."""
        self._depth, _ = self._blocks.pop()
        rest = self._at + 1
        while rest < len(self._script) and self._script[rest] in " \t)":
            self._depth -= self._script[rest] == ")"
            rest += 1
        self._depth = max(self._depth, 0)
        self._at = rest - 1

    def _goes_on(self) -> bool:
        rest = self._script[self._at : self._at + 200].lstrip()
        return rest.startswith((".", "&&", "||", "+", "?", ":"))

    def _taken(self) -> Piece:
        text = " ".join("".join(self._text).split())
        text = re.sub(r"(?<=[)\w\]]) \.(?=[a-zA-Z])", ".", text)
        self._text = []
        conditions = [header for _, header in self._blocks if _is_conditional(header)]
        guards = [guard[1] for header in conditions if (guard := _GUARD.fullmatch(header)) is not None]
        is_guarded = len(guards) == len(conditions)
        return Piece(self._begun_on, text, bool(conditions), tuple(guards) if is_guarded else ())

    def _given(self) -> Iterator[Piece]:
        piece = self._taken()
        if piece.text:
            yield piece


def _is_conditional(header: str) -> bool:
    """Whether a block does not just run once: everything but tests and functions that are called at once."""
    return not (header.startswith(("pm.test(", "(function", "(()", "(async")) or not header)

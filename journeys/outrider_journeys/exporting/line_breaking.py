"""Breaking lines of Python that are too long, at brackets and commas, as people do it."""

import io
import keyword
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

MOST_COLUMNS = 100
_INDENT = 4
_OPENING, _CLOSING = ("(", "[", "{"), (")", "]", "}")
_TEXT_BEGINS = getattr(tokenize, "FSTRING_START", None)
_TEXT_ENDS = getattr(tokenize, "FSTRING_END", None)
"""Texts with values in them are a token each before Python 3.12."""
_LONE_TEXT = re.compile(r"""(|\w+=)("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')(,?)""")
_WORD = re.compile(r"(?:\\[^n]|[^\\ ])*(?: +|\\n|$)")
"""Of what is between quotes, up to the next space or end of line; an escaped character is never torn apart."""
_BEFORE_CONDITIONS = ("if", "elif", "while", "assert", "return")


@dataclass(frozen=True, slots=True)
class _Atom:
    """What is never broken: a name, a text, an operator.

    Attributes:
        depth: how many brackets are open around it; brackets themselves are outside of what they enclose.
    """

    text: str
    start: int
    end: int
    depth: int


@dataclass(frozen=True, slots=True)
class _Pair:
    """A pair of brackets: where what is between them begins and ends.

    Attributes:
        is_index: whether it is what follows a value in ``values["name"]``, which is broken last.
    """

    start: int
    end: int
    is_index: bool


def within_columns(source: str) -> str:
    """Return Python code that means the same, and whose lines are no longer than ``MOST_COLUMNS`` where that can be."""
    lines = source.split("\n")
    broken = {row: _broken_line(lines[row]) for row in _rows_of_one_line(source) if len(lines[row]) > MOST_COLUMNS}
    return "\n".join(line for row, own in enumerate(lines) for line in broken.get(row, [own]))


def _rows_of_one_line(source: str) -> Iterator[int]:
    """Return the rows (from 0) that are a statement, or the head of one, of one line."""
    first = None
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NEWLINE:
            if first == token.start[0]:
                yield first - 1
            first = None
        elif first is None and token.type not in (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT):
            first = token.start[0]


def _broken_line(line: str) -> list[str]:
    text = line.lstrip(" ")
    return _broken(text, len(line) - len(text))


def _broken(text: str, indent: int) -> list[str]:
    """Return a statement, or one of the things within brackets, as lines."""
    margin = " " * indent
    if len(margin + text) <= MOST_COLUMNS:
        return [margin + text]
    quoted = _LONE_TEXT.fullmatch(text)
    if quoted is not None:
        before, long_text, after = quoted.groups()
        return [f"{margin}{before}(", *_text_in_pieces(long_text, indent + _INDENT), f"{margin}){after}"]
    atoms = _atoms(text)
    span = _span_of_condition(atoms)
    if span is not None:
        head, body, tail = text[: span[0]] + "(", text[span[0] : span[1]], ")" + text[span[1] :]
        return [margin + head, *_body(body, indent + _INDENT), margin + tail]
    pair = _best(_pairs(atoms), text, indent)
    if pair is None:
        return [margin + text]
    is_collection = text[pair.start - 1] in "[{" and not pair.is_index
    inside = _body(text[pair.start : pair.end].strip(), indent + _INDENT, one_a_line=is_collection)
    return [margin + text[: pair.start], *inside, margin + text[pair.end :]]


def _body(text: str, indent: int, *, one_a_line: bool = False) -> list[str]:
    """Return what is between two brackets as lines: one if that is enough, or one for each part.

    Args:
        text: what is between them.
        indent: of its lines.
        one_a_line: whether parts with commas between them have lines of their own in any case.
    """
    starts, ends_with_comma = _parts(_atoms(text))
    margin = " " * indent
    if len(margin + text) <= MOST_COLUMNS and not (one_a_line and ends_with_comma):
        return [margin + text]
    parts = [text[start:end].strip() for start, end in zip([0, *starts], [*starts, len(text)], strict=True)]
    if len(parts) == 1:
        is_text = _LONE_TEXT.fullmatch(text) is not None and text[0] in "\"'"
        return _text_in_pieces(text, indent) if is_text else _broken(text, indent)
    if not ends_with_comma:
        return [line for part in parts for line in _body(part, indent)]
    return [line for part in parts if part for line in _broken(f"{part.rstrip(',')},", indent)]


def _text_in_pieces(text: str, indent: int) -> list[str]:
    """Return a text in quotes as several that follow each other: a line of it each, or as many words as fit."""
    margin, room = " " * indent, MOST_COLUMNS - indent - 2
    lines, words = [""], _WORD.findall(text[1:-1])
    for word in words:
        if lines[-1] and (lines[-1].endswith("\\n") or len(lines[-1] + word) > room):
            lines.append("")
        lines[-1] += word
    return [f"{margin}{text[0]}{line}{text[0]}" for line in lines]


def _parts(atoms: list[_Atom]) -> tuple[list[int], bool]:
    """Return where the second and further parts begin, and whether they are separated by commas."""
    outer = [atom for atom in atoms if atom.depth == 0]
    names = [atom.text for atom in outer]
    if "lambda" not in names and "for" in names:
        first = names.index("for")
        return [atom.start for atom in outer[first:] if atom.text in ("for", "if") and atom.start > 0], False
    commas, in_parameters = [], False
    for atom in outer:
        if atom.text == "lambda":
            in_parameters = True
        elif atom.text == ":":
            in_parameters = False
        elif atom.text == "," and not in_parameters:
            commas.append(atom.end)
    if commas:
        return commas, True
    if "lambda" in names:
        return [], False
    operator = "or" if "or" in names[1:] else "and"
    return [atom.start for atom in outer[1:] if atom.text == operator], False


def _span_of_condition(atoms: list[_Atom]) -> tuple[int, int] | None:
    """Return where a condition of several parts begins and ends that no brackets are around."""
    outer = [atom for atom in atoms if atom.depth == 0]
    names = [atom.text for atom in outer]
    joint = next((at for at, name in enumerate(names) if name in ("and", "or")), None)
    if joint is None:
        return None
    if "lambda" in names[:joint]:
        before = names.index(":")
    elif names[0] in _BEFORE_CONDITIONS:
        before = 0
    elif "=" in names[:joint]:
        before = names.index("=")
    else:
        return None
    end = next((atom.start for atom in outer[joint:] if atom.text in (",", ":")), outer[-1].end)
    return outer[before + 1].start, end


def _best(pairs: list[_Pair], text: str, indent: int) -> _Pair | None:
    """Return the pair to break at: the last that leaves short lines around it, or the one with the most in it."""
    chosen = [pair for pair in pairs if not pair.is_index] or pairs
    fitting = [
        pair for pair in chosen if indent + pair.start <= MOST_COLUMNS and indent + len(text) - pair.end <= MOST_COLUMNS
    ]
    return fitting[-1] if fitting else max(chosen, key=lambda pair: pair.end - pair.start, default=None)


def _pairs(atoms: list[_Atom]) -> list[_Pair]:
    """Return the outermost brackets that have something between them."""
    pairs, before, opened = [], None, None
    for atom in atoms:
        if atom.depth == 0 and atom.text in _OPENING:
            opened = (atom.end, atom.text == "[" and before is not None and _is_value(before))
        elif atom.depth == 0 and atom.text in _CLOSING and opened is not None:
            if atom.start > opened[0]:
                pairs.append(_Pair(opened[0], atom.start, opened[1]))
            opened = None
        before = atom
    return pairs


def _is_value(atom: _Atom) -> bool:
    return atom.text in _CLOSING or (atom.text.isidentifier() and not keyword.iskeyword(atom.text))


def _atoms(text: str) -> list[_Atom]:
    """Return what a text is made of; a text in quotes with values in it is one."""
    atoms: list[_Atom] = []
    depth, quotes, begun = 0, 0, 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        start, end = token.start[1], token.end[1]
        if token.type == _TEXT_BEGINS:
            begun = start if quotes == 0 else begun
            quotes += 1
        elif token.type == _TEXT_ENDS:
            quotes -= 1
            if quotes == 0:
                atoms.append(_Atom(text[begun:end], begun, end, depth))
        elif quotes == 0 and token.string.strip():
            depth -= token.string in _CLOSING
            atoms.append(_Atom(token.string, start, end, depth))
            depth += token.string in _OPENING
    return atoms

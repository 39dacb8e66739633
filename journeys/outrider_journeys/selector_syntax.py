"""What can be told about CSS and XPath selectors without a browser: only what no browser would accept is refused.

Names of pseudo-classes and XPath functions are left to the browser, which knows its own and Playwright's.
"""

import re
from collections.abc import Iterator, Sequence

from outrider_engine.domain.templates import names_in, render

_CLOSING = {"(": ")", "[": "]"}
_WORD = r"[A-Za-z0-9_-]|[^\x00-\x7f]"
"""A character of names. What is not ASCII is told by what it is not: ranges up to the last character compile slowly."""
_IDENTIFIER = re.compile(r"-?(?:[A-Za-z_]|[^\x00-\x7f]|\\.)|--")
_ATTRIBUTE = re.compile(
    rf"""\s*(?:(?:{_WORD}|\*)*\|(?!=))?(?:{_WORD}|\\.)+\s*
        (?:[~|^$*]?=\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?:{_WORD}|\\.)+)\s*(?:[iIsS]\s*)?)?""",
    re.VERBOSE | re.DOTALL,
)
_COMBINATORS = ">+~"
_SELECTOR_LISTS = (":is", ":where", ":not", ":has")
_HASH = re.compile(rf"{_WORD}|\\")
_FOREIGN = "{}@!$%^&=;?`\"')]"
_LONGEST = 2000
_DEEPEST = 32


def css_problem(selector: str) -> str | None:
    """Return why no browser would accept a CSS selector, ``None`` when one may."""
    text = _filled(selector).strip()
    return _too_long(text) or _unbalanced(text, escapes=True) or _list_problem(text, relative=True)


def xpath_problem(expression: str) -> str | None:
    """Return why no browser would accept an XPath expression, ``None`` when one may."""
    text = _filled(expression).strip()
    problem = _too_long(text) or _unbalanced(text, escapes=False)
    if problem:
        return problem
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", "''", text)
    for pattern, why in _XPATH_FAULTS:
        if re.search(pattern, bare):
            return why
    return None


_XPATH_FAULTS = (
    (r"\[\s*\]", "a predicate [] is empty"),
    (r"(?:[^/]|^)//\s*$|[\w\])*]\s*/\s*$", "it ends with a slash"),
    (r"///", "it has three slashes in a row"),
    (r"@\s*(?![\w*{]|[^\x00-\x7f])", "@ is not followed by the name of an attribute"),
    (r"(?:[\w\])'*.]\s+(?:and|or|div|mod)|[=<>|+])\s*(?:[\])]|$)", "an operator has nothing to its right"),
    (r"::\s*(?![\w*]|[^\x00-\x7f])", ":: is not followed by a node test"),
    (r"/\s*\[|^\s*[\[=<>|)]", "something is missing before a bracket or operator"),
)


def _filled(text: str) -> str:
    return render(text, dict.fromkeys(names_in(text), "x"))


def _too_long(text: str) -> str | None:
    if not text:
        return "it is empty"
    return f"it is longer than {_LONGEST} characters" if len(text) > _LONGEST else None


def _unbalanced(text: str, *, escapes: bool) -> str | None:
    waiting: list[str] = []
    quote = ""
    position = 0
    while position < len(text):
        character = text[position]
        if escapes and character == "\\":
            position += 1
        elif quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in _CLOSING:
            waiting.append(_CLOSING[character])
            if len(waiting) > _DEEPEST:
                return f"more than {_DEEPEST} brackets are nested"
        elif character in _CLOSING.values() and (not waiting or waiting.pop() != character):
            return f"{character} closes nothing"
        position += 1
    if quote:
        return f"the text that begins with {quote} is never closed"
    return f"{waiting[-1]} is missing" if waiting else None


def _list_problem(text: str, *, relative: bool) -> str | None:
    for part in _split(text, ","):
        problem = _complex_problem(part.strip(), relative=relative)
        if problem:
            return problem
    return None


def _complex_problem(text: str, *, relative: bool) -> str | None:
    if not text:
        return "a selector is missing beside a comma"
    compounds = _split(text, _COMBINATORS)
    for number, compound in enumerate(compounds):
        if not compound.strip():
            if number == 0 and relative and len(compounds) > 1:
                continue
            return "a selector is missing beside >, + or ~"
        problem = _compound_problem(compound.strip())
        if problem:
            return problem
    return None


def _compound_problem(text: str) -> str | None:
    if text[0].isdigit():
        return f"{text[0]} is not the name of an element"
    position = 0
    while position < len(text):
        character = text[position]
        end = _end_of(text, position) if character in _CLOSING else position
        problem = _bracket_problem(text, position, end) if end > position else _name_problem(text, position)
        if problem:
            return problem
        position = end + (2 if character in "\\:" else 1)
    return None


def _bracket_problem(text: str, start: int, end: int) -> str | None:
    inside = text[start + 1 : end]
    if text[start] == "[":
        return None if _ATTRIBUTE.fullmatch(inside) else f"[{inside}] is not an attribute selector"
    if text[:start].endswith(_SELECTOR_LISTS):
        return _list_problem(inside.strip(), relative=text[:start].endswith(":has"))
    return None


def _name_problem(text: str, position: int) -> str | None:
    character, rest = text[position], text[position + 1 :]
    if character in "#.:":
        named = _HASH.match(rest) if character == "#" else _IDENTIFIER.match(rest.removeprefix(":"))
        return None if named else f"{character} is not followed by a name"
    return f"{character} does not belong in a CSS selector" if character in _FOREIGN else None


def _end_of(text: str, start: int) -> int:
    depth = 0
    for position, character in _unquoted(text[start:]):
        depth += (character in "([") - (character in ")]")
        if depth == 0:
            return start + position
    return len(text) - 1


def _split(text: str, separators: str) -> Sequence[str]:
    parts, begin, depth = [], 0, 0
    for position, character in _unquoted(text):
        depth += (character in "([") - (character in ")]")
        if depth == 0 and character in separators:
            parts.append(text[begin:position])
            begin = position + 1
    return [*parts, text[begin:]]


def _unquoted(text: str) -> Iterator[tuple[int, str]]:
    quote, escaped = "", False
    for position, character in enumerate(text):
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        else:
            yield position, character

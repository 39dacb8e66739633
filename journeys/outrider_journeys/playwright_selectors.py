"""Selectors of Playwright's own: their parts, and what they say in words."""

import re

_LONGEST = 2000
_ENTER_FRAME = "internal:control=enter-frame"
_ROLE = re.compile(r'internal:role=([\w-]+)(?:.*?\[name=(?:"((?:[^"\\]|\\.)*)"|/(.*)/)[a-z]*\])?.*', re.DOTALL)
_TEXT = re.compile(
    r"(internal:(?:text|label|attr|testid|has-text)|text)=(?:\[[\w-]+=)?"
    r'(?:"((?:[^"\\]|\\.)*)".*|/(.*)/[a-z]*\]?|([^"/\[].*))',
    re.DOTALL,
)
_POSITION = re.compile(r"(?:nth|visible)=.*")
_NESTED = re.compile(r"internal:(?:has|has-not|has-not-text|or|and)=.*", re.DOTALL)


def parts_of(selector: str) -> list[str]:
    """Return the parts that ``>>`` joins, quotes respected."""
    parts, begin, quote, position = [], 0, "", 0
    while position < len(selector):
        character = selector[position]
        if character == "\\":
            position += 1
        elif quote:
            quote = "" if character == quote else quote
        elif character in "\"'`":
            quote = character
        elif selector.startswith(">>", position):
            parts.append(selector[begin:position].strip())
            begin = position + 2
            position += 1
        position += 1
    return [*parts, selector[begin:].strip()]


def in_words(selector: str) -> str:
    """Return a selector in words for people, the element first: ``img in “Master”``; as it is when there are none."""
    if len(selector) > _LONGEST:
        return selector
    said: list[str] = []
    for part in parts_of(selector):
        if part == _ENTER_FRAME:
            said = []
            continue
        text = _TEXT.fullmatch(part)
        if text is not None and text[1] == "internal:has-text" and said:
            said[-1] += f" with {_quoted(text[2], text[3])}"
        elif text is not None and (text[2] or text[3] or text[4]):
            said.append(_quoted(text[2] or text[4], text[3]))
        elif (role := _ROLE.fullmatch(part)) is not None:
            said.append(role[1] + (f" {_quoted(role[2], role[3])}" if role[2] or role[3] else ""))
        elif not _POSITION.fullmatch(part) and not _NESTED.fullmatch(part):
            said.append(part.removeprefix("css=").removeprefix("xpath="))
    return " in ".join(dict.fromkeys([said[-1], said[0]])) if said else selector


def _quoted(text: str | None, pattern: str | None) -> str:
    """Return a text, or what a regular expression spells out, between quotes."""
    if text is None:
        text = (pattern or "").removeprefix("^").removesuffix("$")
    plain = re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)
    return f"“{plain}”"

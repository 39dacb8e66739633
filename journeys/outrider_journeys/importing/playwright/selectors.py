"""Playwright's selectors as locators: in our words where these say exactly the same, else as they are."""

import json
import re
from typing import Any, get_args

from outrider_journeys.playwright_selectors import parts_of
from outrider_journeys.roles import Role
from outrider_journeys.selector_syntax import css_problem, xpath_problem

_ENTER_FRAME = "internal:control=enter-frame"
_ENGINE = re.compile(r"([a-zA-Z_0-9:+*-]+)=")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"([is]?)', re.DOTALL)
_ATTRIBUTE = re.compile(r'\[([\w-]+)=(?:"((?:[^"\\]|\\.)*)"([is]?)|(true|false|\d+))\]', re.DOTALL)
_ROLE = re.compile(r'([\w-]+)((?:\[[\w-]+=(?:"(?:[^"\\]|\\.)*"[is]?|true|false|\d+)\])*)', re.DOTALL)
_ROLES = frozenset(get_args(Role))
_ROLE_FLAGS = {"checked", "pressed", "selected", "expanded", "disabled"}
_ATTRIBUTES = {"placeholder": "placeholder", "alt": "alt", "title": "title"}
_LONGEST = 20_000
Locator = dict[str, Any]


def locator_of(selector: str) -> Locator:
    """Return the locator of a selector; one that our words can't say exactly is kept as ``selector``.

    Args:
        selector: may name variables as ``{{name}}``; what only looks like that has to be made literal before.
    """
    if len(selector) > _LONGEST:
        return {"selector": selector}
    groups: list[list[str]] = [[]]
    for part in parts_of(selector):
        if part == _ENTER_FRAME:
            groups.append([])
        else:
            groups[-1].append(part)
    said = [_said(group) for group in groups]
    if any(one is None for one in said):
        return {"selector": selector}
    *frames, target = [one for one in said if one is not None]
    return {**target, "frame": frames} if frames else target


def unquoted(text: str) -> str:
    """Return what stands between quotes, without its escapes."""
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def _json_text(inside: str) -> str:
    try:
        return str(json.loads(f'"{inside}"', strict=False))
    except ValueError:
        return unquoted(inside)


def _said(parts: list[str]) -> Locator | None:
    if not parts:
        return None
    locator = _base(parts[0])
    if locator is None:
        return None
    stage = 0
    for part in parts[1:]:
        narrowed = _narrowing(part)
        if narrowed is None or narrowed[0] <= stage:
            return None
        stage = narrowed[0]
        locator |= narrowed[1]
    return locator


def _narrowing(part: str) -> tuple[int, Locator] | None:
    """Return what a further part keeps, and when our locators apply it: text, visibility, position, in that order."""
    engine, _, body = part.partition("=")
    text = _QUOTED.fullmatch(body)
    if engine == "internal:has-text" and text and text[2] != "s" and text[1]:
        return 1, {"has_text": _json_text(text[1])}
    if engine == "visible" and body in ("true", "false"):
        return 2, {"visible": body == "true"}
    if engine == "nth" and re.fullmatch(r"-?\d{1,4}", body):
        return 3, {"nth": int(body)}
    return None


def _base(part: str) -> Locator | None:
    named = _ENGINE.match(part)
    engine, body = (named[1], part[named.end() :]) if named else (_unnamed(part), part)
    if engine == "css":
        return {"css": body} if body and css_problem(body) is None else None
    if engine == "xpath":
        return {"xpath": body} if body and xpath_problem(body) is None else None
    if engine == "internal:role":
        return _by_role(body)
    if engine in ("internal:label", "internal:text"):
        return _by_text(engine.removeprefix("internal:"), body)
    if engine in ("internal:testid", "internal:attr"):
        return _by_attribute(engine, body)
    return None


def _unnamed(part: str) -> str:
    if part.startswith(("//", "..", "(//")):
        return "xpath"
    return "text" if part[:1] in ("'", '"') else "css"


def _by_text(engine: str, body: str) -> Locator | None:
    text = _QUOTED.fullmatch(body)
    if text is None or not text[1]:
        return None
    return {engine: _json_text(text[1])} | ({"exact": True} if text[2] == "s" else {})


def _by_attribute(engine: str, body: str) -> Locator | None:
    found = _ATTRIBUTE.fullmatch(body)
    if found is None or not found[2]:
        return None
    name, value, is_exact = found[1], unquoted(found[2]), found[3] == "s"
    if engine == "internal:testid":
        return {"test_id": value} if name == "data-testid" else {"css": f'[{name}="{found[2]}"]'}
    if name not in _ATTRIBUTES:
        return None
    return {_ATTRIBUTES[name]: value} | ({"exact": True} if is_exact else {})


def _by_role(body: str) -> Locator | None:
    found = _ROLE.fullmatch(body)
    if found is None or found[1] not in _ROLES:
        return None
    locator: Locator = {"role": found[1]}
    for name, text, mode, word in _ATTRIBUTE.findall(found[2]):
        if name == "name" and text and not word:
            locator |= {"name": unquoted(text)} | ({"exact": True} if mode == "s" else {})
        elif name in _ROLE_FLAGS and word in ("true", "false"):
            locator[name] = word == "true"
        elif name == "include-hidden" and word in ("true", "false"):
            locator["include_hidden"] = word == "true"
        elif name == "level" and word.isdigit() and 1 <= int(word) <= 9:
            locator["level"] = int(word)
        else:
            return None
    return locator

"""What commands of Selenium IDE are about: locators, texts with ``${variables}``, keys, windows."""

import re
from collections.abc import Sequence
from typing import Any

from outrider_journeys.importing.literal_texts import literal
from outrider_journeys.selector_syntax import css_problem, xpath_problem

_VARIABLE = re.compile(r"\$\{([^{}$]+)\}")
_ESCAPED = re.compile(r"\\([\\nr])")
_ESCAPES = {"\\": "\\", "n": "\n", "r": "\r"}
_SPECIAL = {"nbsp": "\u00a0"}
"""What has the form of a variable and is none."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_LINK = {
    "linkText": "//a[normalize-space()={}]",
    "link": "//a[normalize-space()={}]",
    "partialLinkText": "//a[contains(normalize-space(), {})]",
}
"""How links are found that a screen reader does not take for any: by all of their text."""
_CSS = {
    "css": "VALUE",
    "tagName": "VALUE",
    "id": '[id="QUOTED"]',
    "identifier": '[id="QUOTED"], [name="QUOTED"]',
    "name": '[name="QUOTED"]',
    "class": '[class~="QUOTED"]',
    "className": '[class~="QUOTED"]',
}
_MOST = 8
FRAMES = "iframe, frame"
_KEYS = {
    "ENTER": "Enter",
    "RETURN": "Enter",
    "TAB": "Tab",
    "ESC": "Escape",
    "ESCAPE": "Escape",
    "BACKSPACE": "Backspace",
    "BKSP": "Backspace",
    "DELETE": "Delete",
    "DEL": "Delete",
    "INSERT": "Insert",
    "SPACE": "Space",
    "HOME": "Home",
    "END": "End",
    "PAGE_UP": "PageUp",
    "PGUP": "PageUp",
    "PAGE_DOWN": "PageDown",
    "PGDN": "PageDown",
    "UP": "ArrowUp",
    "DOWN": "ArrowDown",
    "LEFT": "ArrowLeft",
    "RIGHT": "ArrowRight",
    **{f"F{number}": f"F{number}" for number in range(1, 13)},
    **{f"NUM{number}": f"Numpad{number}" for number in range(10)},
    **{f"N{number}": f"Numpad{number}" for number in range(10)},
}
_MODIFIERS = {
    **dict.fromkeys(("CONTROL", "CTRL"), "Control"),
    "SHIFT": "Shift",
    "ALT": "Alt",
    **dict.fromkeys(("META", "COMMAND"), "Meta"),
}


def name_of(variable: str) -> str:
    """Return a variable's name as ours may be called; ``env:NAME`` is one of the environment."""
    name = variable.strip().removeprefix("env:")
    if _NAME.fullmatch(name):
        return name
    readable = re.sub(r"[^A-Za-z0-9_.-]", "_", name)[:99] or "variable"
    return readable if _NAME.fullmatch(readable) else f"_{readable[:98]}"


def text_of(value: str) -> str:
    r"""Return a text as Selenium IDE reads it, with its ``${variables}`` as ours.

    White space around it does not count; ``\n`` and ``\r`` stand for new lines, two backslashes for one.
    """
    plain = _ESCAPED.sub(lambda match: _ESCAPES[match[1]], literal(value.strip()))
    return _VARIABLE.sub(lambda match: _SPECIAL.get(match[1]) or f"{{{{{name_of(match[1])}}}}}", plain)


def variables_in(value: str) -> list[str]:
    """Return the names of the variables in a text, as ours are called; keys are none."""
    return [name_of(name) for name in _VARIABLE.findall(value) if name not in _SPECIAL and not name.startswith("KEY_")]


def locator_of(target: str) -> dict[str, Any] | None:
    """Return the locator of a target; ``None`` for one that no browser of ours can find.

    Of several elements Selenium takes the first, so all but ids say so.
    """
    engine, separator, rest = target.partition("=")
    if not separator or not re.fullmatch(r"[A-Za-z]+", engine) or target.startswith(("/", "(")):
        engine, rest = ("xpath", target) if target.startswith(("/", "(")) else ("identifier", target)
    value = text_of(rest)
    if not value:
        return None
    if engine in _LINK:
        name = {"role": "link", "name": value, "nth": 0}
        return name if engine == "partialLinkText" else {**name, "exact": True}
    if engine == "xpath":
        return {"xpath": value, "nth": 0} if xpath_problem(value) is None else None
    css = _css_of(engine, value)
    if css is None or css_problem(css) is not None:
        return None
    return {"css": css} if engine == "id" else {"css": css, "nth": 0}


def locators_of(target: str, targets: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the locators of a command: its target, then what the recorder noted besides, if it still belongs to it."""
    noted = [pair[0] for pair in targets if isinstance(pair, list) and pair and isinstance(pair[0], str)]
    others = noted if target in noted else []
    engine, _, text = target.partition("=")
    if engine in _LINK and text:
        others = [*others, f"xpath={_LINK[engine].format(_quoted(text))}"]
    found: list[dict[str, Any]] = []
    for each in [target, *others]:
        locator = locator_of(each)
        if locator is not None and not any(_is_same(locator, other) for other in found):
            found.append(locator)
        elif locator is None and each == target:
            return []
    return found[:_MOST]


def _is_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return {**one, "nth": 0} == {**other, "nth": 0}


def keys_of(value: str) -> list[tuple[str, str]]:
    """Return what is typed in order: ``("text", …)`` and ``("key", "Control+a")``."""
    typed: list[tuple[str, str]] = []
    held: list[str] = []
    for part in re.split(r"(\$\{KEY_[A-Z0-9_]+\})", value):
        key = re.fullmatch(r"\$\{KEY_([A-Z0-9_]+)\}", part)
        if key is None and part:
            letters = part.upper() if "Shift" in held else part
            typed += [("key", "+".join([*held, letter])) for letter in letters] if held else [("text", text_of(part))]
            held = []
        elif key is not None and key[1] in _MODIFIERS:
            held.append(_MODIFIERS[key[1]])
        elif key is not None:
            typed.append(("key", "+".join([*held, _KEYS.get(key[1], key[1].capitalize())])))
            held = []
    return typed


def text_test(value: str, *, negated: bool = False) -> dict[str, str]:
    """Return a test on a text for an expected one, with the prefixes of older versions."""
    no = "not_" if negated else ""
    kind, separator, rest = value.partition(":")
    if separator and kind in ("regexp", "regex"):
        return {f"{no}matches": text_of(rest)}
    if separator and kind == "glob":
        return {f"{no}matches": f"^{re.escape(rest).replace(re.escape('*'), '.*').replace(re.escape('?'), '.')}$"}
    return {f"{no}equals": text_of(rest if separator and kind == "exact" else value)}


def _quoted(text: str) -> str:
    """Return a text as XPath spells it, which knows no escapes."""
    if '"' not in text:
        return f'"{text}"'
    if "'" not in text:
        return f"'{text}'"
    parts = ", '\"', ".join(f'"{part}"' for part in text.split('"'))
    return f"concat({parts})"


def _css_of(engine: str, value: str) -> str | None:
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    if engine == "id" and _IDENTIFIER.fullmatch(value):
        return f"#{value}"
    pattern = _CSS.get(engine)
    return pattern.replace("QUOTED", quoted).replace("VALUE", value) if pattern is not None else None

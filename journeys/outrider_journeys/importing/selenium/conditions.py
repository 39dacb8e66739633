"""Conditions of Selenium IDE: JavaScript with ``${variables}``; the common ones become tests on a variable."""

import re
from typing import Any

from .targets import name_of, text_of

_SIDE = r"""(?:\$\{(?P<name>[^{}$]+)\}|["']\$\{(?P<quoted>[^{}$]+)\}["'])"""
_VALUE = r"""(?:"(?P<double>[^"\\]*)"|'(?P<single>[^'\\]*)'|(?P<bare>-?\d+(?:\.\d+)?|true|false))"""
_COMPARISON = re.compile(rf"\s*{_SIDE}\s*(?P<sign>===?|!==?|<=?|>=?)\s*{_VALUE}\s*;?\s*")
_TRUTH = re.compile(rf"\s*(?P<no>!)?\s*{_SIDE}\s*;?\s*")
_ORDER = {"<": "less_than", "<=": "at_most", ">": "greater_than", ">=": "at_least"}


def condition_of(script: str) -> tuple[dict[str, Any], str]:
    """Return the condition, and what about it is not exact."""
    compared = _COMPARISON.fullmatch(script)
    if compared is not None:
        return _comparison(compared), ""
    truth = _TRUTH.fullmatch(script)
    if truth is not None:
        name = name_of(truth["name"] or truth["quoted"])
        word = "matches" if truth["no"] else "not_matches"
        return {"variable": name, word: "^(?:|false|0|null|undefined|NaN)$"}, ""
    if "${" not in script:
        return {"expression": text_of(script)}, ""
    quoted = re.sub(r"""(["'])\$\{([^{}$]+)\}\1""", r"${\2}", script)
    expression = re.sub(r"\$\{([^{}$]+)\}", lambda match: f'"{{{{{name_of(match[1])}}}}}"', quoted)
    return {"expression": expression}, "variables are put into it as texts: compare numbers with == rather than ==="


def _comparison(found: re.Match[str]) -> dict[str, Any]:
    name = name_of(found["name"] or found["quoted"])
    value = next(each for each in (found["double"], found["single"], found["bare"]) if each is not None)
    sign = found["sign"]
    if sign in _ORDER:
        return {"variable": name, _ORDER[sign]: float(value) if _is_number(value) else value}
    return {"variable": name, "not_equals" if sign.startswith("!") else "equals": value}


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(?:\.\d+)?", text) is not None

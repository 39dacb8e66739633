"""``expect(…).to_…`` in Python, as assertions of journeys."""

import ast
import re
from collections.abc import Callable
from typing import Any

from outrider_journeys.importing.playwright.jsonl_actions import TEXT_NOTE
from outrider_journeys.importing.receipt import Outcome

from .elements import Arguments, Made
from .pages import text_test, url_test
from .values import Pattern, Unreadable

_STATES = {
    "visible": ("visible", "hidden"),
    "hidden": ("hidden", "visible"),
    "enabled": ("enabled", "disabled"),
    "disabled": ("disabled", "enabled"),
    "editable": ("editable", "readonly"),
    "checked": ("checked", "unchecked"),
    "attached": ("attached", "detached"),
    "focused": ("focused", "unfocused"),
    "in_viewport": ("in_viewport", "out_of_viewport"),
}


def assertion(matcher: str, given: Arguments) -> list[Made]:
    """Return the steps of an assertion about an element.

    Args:
        matcher: the method's name, such as ``not_to_have_text``.
        given: its arguments.

    Raises:
        Unreadable: there is no counterpart.
    """
    negated = matcher.startswith("not_")
    name = matcher.removeprefix("not_").removeprefix("to_")
    state = name.removeprefix("be_")
    if state in _STATES:
        holds = given.get(state, default=True) is not False
        return [_made(state=_STATES[state][negated == holds])]
    handler = _MATCHERS.get(name)
    if handler is None:
        raise Unreadable(f"{matcher} has no counterpart")
    return handler(given, negated)


def page_assertion(matcher: str, given: Arguments) -> Made:
    """Return the step of an assertion about a page.

    Raises:
        Unreadable: there is no counterpart.
    """
    negated = matcher.startswith("not_")
    name = matcher.removeprefix("not_").removeprefix("to_")
    if name == "have_title":
        return _made(title=text_test(given.get("title_or_reg_exp", 0), negated=negated))
    if name == "have_url":
        expected = given.get("url_or_reg_exp", 0)
        test = text_test(expected, negated=True) if negated else url_test(expected)
        return _made(url=test | ({"ignore_case": True} if given.get("ignore_case") else {}))
    raise Unreadable(f"{matcher} has no counterpart")


def _made(**tests: Any) -> Made:
    return Made({"action": "assert", **tests})


def _texts(contains: bool) -> Callable[[Arguments, bool], list[Made]]:
    def make(given: Arguments, negated: bool) -> list[Made]:
        expected = given.get("expected", 0)
        given.get("ignore_case")
        given.get("use_inner_text")
        if not isinstance(expected, list):
            return [_text(expected, contains=contains, negated=negated)]
        if negated:
            raise Unreadable("a list of texts that must not be there has no counterpart")
        counted = [] if contains else [_made(count=len(expected))]
        each = [_text(one, contains=contains, negated=False) for one in expected]
        return [*counted, *(Made({**made.step, "nth": n}, made.outcome, made.note) for n, made in enumerate(each))]

    return make


def _text(expected: Any, *, contains: bool, negated: bool) -> Made:
    test = text_test(expected, contains=contains, negated=negated)
    return Made({"action": "assert", "text": {**test, "ignore_case": True}}, Outcome.APPROXIMATED, TEXT_NOTE)


def _value(given: Arguments, negated: bool) -> list[Made]:
    expected = given.get("value", 0)
    if isinstance(expected, str):
        expected = given.typed("value", 0)
    return [_made(value=text_test(expected, negated=negated))]


def _attribute(given: Arguments, negated: bool) -> list[Made]:
    name, expected = given.text("name", 0), given.get("value", 1)
    if expected is None:
        if negated:
            raise Unreadable("that an attribute is absent has no counterpart")
        return [_made(attribute={"name": name})]
    ignore_case = {"ignore_case": True} if given.get("ignore_case") else {}
    return [_made(attribute={"name": name, **text_test(expected, negated=negated), **ignore_case})]


def _class(given: Arguments, negated: bool) -> list[Made]:
    return [_made(attribute={"name": "class", **text_test(given.get("expected", 0), negated=negated)})]


def _contains_class(given: Arguments, negated: bool) -> list[Made]:
    names = given.text("expected", 0).split()
    patterns = [f"(?:^|\\s){re.escape(name)}(?:\\s|$)" for name in names]
    return [_made(attribute={"name": "class", **text_test(Pattern(each), negated=negated)}) for each in patterns]


def _id(given: Arguments, negated: bool) -> list[Made]:
    return [_made(attribute={"name": "id", **text_test(given.get("id", 0), negated=negated)})]


def _css(given: Arguments, negated: bool) -> list[Made]:
    return [_made(css={"name": given.text("name", 0), **text_test(given.get("value", 1), negated=negated)})]


def _property(given: Arguments, negated: bool) -> list[Made]:
    value = given.get("value", 1)
    text = str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, int | float) else value
    return [_made(property={"name": given.text("name", 0), **text_test(text, negated=negated)})]


def _count(given: Arguments, negated: bool) -> list[Made]:
    count = given.get("count", 0)
    if not isinstance(count, int) or isinstance(count, bool) or (negated and count != 0):
        raise Unreadable("this number of elements has no counterpart")
    return [_made(count={"at_least": 1} if negated else count)]


def _empty(_given: Arguments, negated: bool) -> list[Made]:
    return [_made(value={"not_equals": ""} if negated else {"equals": ""})]


def _snapshot(given: Arguments, negated: bool) -> list[Made]:
    if negated:
        raise Unreadable("a snapshot that must not match has no counterpart")
    return [_made(aria={"snapshot": dedented(given.text("expected", 0))})]


def dedented(text: str) -> str:
    """Return a text without the indentation that all its lines share."""
    lines = [line for line in text.strip("\n").split("\n") if line.strip()]
    indent = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    return "\n".join(line[indent:].rstrip() for line in lines)


def matcher_of(call: ast.Call) -> tuple[ast.expr, str] | None:
    """Return what is expected of and by which matcher, for ``expect(x).to_be_visible()``; else ``None``."""
    function = call.func
    if not isinstance(function, ast.Attribute) or not function.attr.startswith(("to_", "not_to_")):
        return None
    inner = function.value
    if not isinstance(inner, ast.Call) or not inner.args:
        return None
    is_expect = isinstance(inner.func, ast.Name) and inner.func.id == "expect"
    return (inner.args[0], function.attr) if is_expect else None


_MATCHERS: dict[str, Callable[[Arguments, bool], list[Made]]] = {
    "have_text": _texts(contains=False),
    "contain_text": _texts(contains=True),
    "have_value": _value,
    "have_attribute": _attribute,
    "have_class": _class,
    "contain_class": _contains_class,
    "have_id": _id,
    "have_css": _css,
    "have_js_property": _property,
    "have_count": _count,
    "be_empty": _empty,
    "match_aria_snapshot": _snapshot,
}

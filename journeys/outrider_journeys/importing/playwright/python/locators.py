"""Locator expressions in Python as selectors of Playwright, by the rules of its own client."""

import ast
import json
import re
from dataclasses import dataclass
from typing import Any

from .values import Pattern, Unreadable, Values, dotted, short

_BY_TEXT = {"get_by_label": "label", "get_by_text": "text"}
_BY_ATTRIBUTE = {"get_by_placeholder": "placeholder", "get_by_alt_text": "alt", "get_by_title": "title"}
_ROLE_FLAGS = ("checked", "disabled", "expanded", "level", "pressed", "selected")
_ENTER_FRAME = " >> internal:control=enter-frame"
_NESTED = {"has": "internal:has", "has_not": "internal:has-not"}
_TEXTS = {"has_text": "internal:has-text", "has_not_text": "internal:has-not-text"}
_POSITIONS = {"first": "nth=0", "last": "nth=-1"}
_QUOTES = re.compile(r"(^|[^\\])(\\\\)*([\"'`])")


@dataclass(frozen=True, slots=True)
class Located:
    """A selector and the alias of the page that it is about; an empty selector is the page itself."""

    page: str
    selector: str = ""


class Locators:
    """Reads locator expressions.

    Attributes:
        pages: aliases of pages by the names of the variables that hold them.
        kept: locators by the names of the variables that hold them.
    """

    def __init__(self, values: Values) -> None:
        self._values = values
        self.pages: dict[str, str] = {}
        self.kept: dict[str, Located] = {}

    def of(self, node: ast.expr) -> Located:
        """Return what an expression locates.

        Raises:
            Unreadable: it is no locator.
        """
        links: list[ast.expr] = []
        while isinstance(node, ast.Call | ast.Attribute):
            if dotted(node) in self.kept or dotted(node) in self.pages:
                break
            links.append(node)
            node = _owner(node)
        name = dotted(node)
        if name in self.kept:
            located = self.kept[name]
        elif name in self.pages:
            located = Located(self.pages[name])
        else:
            raise Unreadable(f"it is not known which page {short(node)} is")
        for link in reversed(links):
            located = self._linked(located, link)
        return located

    def is_one(self, node: ast.expr) -> bool:
        """Whether an expression can be read as a locator of an element."""
        try:
            return bool(self.of(node).selector)
        except Unreadable:
            return False

    def _linked(self, base: Located, link: ast.expr) -> Located:
        if isinstance(link, ast.Attribute):
            if link.attr == "content_frame":
                return Located(base.page, base.selector + _ENTER_FRAME)
            if link.attr not in _POSITIONS:
                raise Unreadable(f"{link.attr} is not understood")
            return _joined(base, _POSITIONS[link.attr])
        assert isinstance(link, ast.Call)
        assert isinstance(link.func, ast.Attribute)
        return self._called(base, link.func.attr, link)

    def _called(self, base: Located, method: str, call: ast.Call) -> Located:
        options = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        if method == "filter":
            return self._narrowed(base, options)
        given = [*call.args, *options.values()]
        if not given:
            raise Unreadable(f"{method} needs an argument")
        if method == "locator":
            return self._narrowed(self._within(base, given[0]), options)
        if method == "frame_locator":
            return Located(base.page, _joined(base, self._values.text(given[0])).selector + _ENTER_FRAME)
        return _joined(base, self._step(method, given[0], options))

    def _step(self, method: str, node: ast.expr, options: dict[str, ast.expr]) -> str:
        if method == "get_by_role":
            return self._by_role(node, options)
        if method in (*_BY_TEXT, *_BY_ATTRIBUTE, "get_by_test_id"):
            return self._by_words(method, node, options)
        if method in ("and_", "or_"):
            other = json.dumps(self.of(node).selector, ensure_ascii=False)
            return f"internal:{method.rstrip('_')}={other}"
        index = self._values.of(node) if method == "nth" else None
        if isinstance(index, int) and not isinstance(index, bool):
            return f"nth={index}"
        raise Unreadable(f"{method} is not understood")

    def _within(self, base: Located, node: ast.expr) -> Located:
        if self.is_one(node):
            inner = json.dumps(self.of(node).selector, ensure_ascii=False)
            return _joined(base, f"internal:chain={inner}")
        return _joined(base, self._values.text(node))

    def _narrowed(self, located: Located, options: dict[str, ast.expr]) -> Located:
        for option, node in options.items():
            if option in _TEXTS:
                located = _joined(located, f"{_TEXTS[option]}={_text(self._values.of(node), is_exact=False)}")
            elif option in _NESTED:
                inner = json.dumps(self.of(node).selector, ensure_ascii=False)
                located = _joined(located, f"{_NESTED[option]}={inner}")
            elif option == "visible":
                located = _joined(located, f"visible={'true' if self._values.of(node) else 'false'}")
            elif option != "selector":
                raise Unreadable(f"{option} is not understood")
        return located

    def _by_words(self, method: str, node: ast.expr, options: dict[str, ast.expr]) -> str:
        words = self._values.of(node)
        is_exact = "exact" in options and bool(self._values.of(options["exact"]))
        if method in _BY_TEXT:
            return f"internal:{_BY_TEXT[method]}={_text(words, is_exact=is_exact)}"
        if method == "get_by_test_id":
            return f"internal:testid=[data-testid={_text(words, is_exact=True, in_attribute=True)}]"
        return f"internal:attr=[{_BY_ATTRIBUTE[method]}={_text(words, is_exact=is_exact, in_attribute=True)}]"

    def _by_role(self, node: ast.expr, options: dict[str, ast.expr]) -> str:
        role = self._values.text(node)
        is_exact = "exact" in options and bool(self._values.of(options["exact"]))
        said = ""
        for name in sorted(set(_ROLE_FLAGS) & set(options)):
            said += f"[{name}={_word(self._values.of(options[name]))}]"
        if "include_hidden" in options:
            said += f"[include-hidden={_word(self._values.of(options['include_hidden']))}]"
        for name in ("name", "description"):
            if name in options:
                said += f"[{name}={_text(self._values.of(options[name]), is_exact=is_exact, in_attribute=True)}]"
        return f"internal:role={role}{said}"


def _owner(node: ast.expr) -> ast.expr:
    """Return what a method is called on, or what an attribute is of."""
    function = node.func if isinstance(node, ast.Call) else node
    if isinstance(function, ast.Attribute):
        return function.value
    raise Unreadable(f"{short(node)} is not understood")


def _joined(base: Located, step: str) -> Located:
    return Located(base.page, f"{base.selector} >> {step}" if base.selector else step)


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | str):
        return str(value)
    raise Unreadable("an option of a role is true, false or a number")


def _text(value: Any, *, is_exact: bool, in_attribute: bool = False) -> str:
    """Return a text or pattern as a selector spells it."""
    if isinstance(value, Pattern):
        source = _QUOTES.sub(r"\1\2\\\3", value.source).replace(">>", "\\>\\>")
        slashes = re.sub(r"(?<!\\)/", r"\\/", source)
        return f"/{slashes}/{value.flags}"
    if not isinstance(value, str):
        raise Unreadable("a locator takes a text or a pattern")
    mode = "s" if is_exact else "i"
    if in_attribute:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"{mode}'
    return json.dumps(value, ensure_ascii=False) + mode

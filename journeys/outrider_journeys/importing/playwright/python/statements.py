"""Statements of a test in Python, one after the other, as steps of a journey."""

import ast
from collections.abc import Sequence
from typing import Any

from outrider_journeys.importing.playwright.selectors import locator_of
from outrider_journeys.importing.receipt import Outcome

from .assertions import assertion, matcher_of, page_assertion
from .elements import ELEMENTS, Made
from .functions import Functions
from .locators import Located
from .names import MAIN, Function
from .navigations import navigations_within
from .pages import CLOCK, CONTEXTS, PAGES
from .values import Unreadable, dotted, short

_SILENT = frozenset(
    {
        *("close", "launch", "new_context", "storage_state", "stop", "start", "pause", "save_as", "path"),
    }
)
_LEGACY = frozenset(
    {
        *("click", "dblclick", "tap", "hover", "check", "uncheck", "fill", "type", "press", "select_option"),
        *("set_input_files", "focus", "dispatch_event", "wait_for_selector", "set_checked"),
    }
)
"""Methods of pages that take a selector first."""
_ANY_LIMIT = "set_default_timeout"
_LIMITS = {_ANY_LIMIT: "timeout", "set_default_navigation_timeout": "navigation_timeout"}
_EXPECTED = {"expect_popup": "popup", "expect_download": "download", "expect_navigation": "navigation"}
_MOST_ROUNDS = 50
_STATES = {f"is_{state}": state for state in ("visible", "hidden", "enabled", "disabled", "checked", "editable")}


class Statements(Functions):
    """Reads the statements of one test."""

    def read(self, body: Sequence[ast.stmt]) -> None:
        """Make steps of statements; what is not understood is told in the receipt."""
        for statement in body:
            self._line = statement.lineno
            try:
                self._statement(statement)
            except Unreadable as problem:
                self._draft.book.add(Outcome.DROPPED, self._where, short(statement), str(problem))
                self._forget(statement)

    def _forget(self, statement: ast.stmt) -> None:
        """Take note that what a statement would have assigned is not known."""
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id not in self.locators.pages:
                self._values.forget(node.id)

    def _statement(self, statement: ast.stmt) -> None:
        for call, function in navigations_within(statement, self.locators.pages):
            self._method(call, function)
        if isinstance(statement, ast.Expr):
            self._expression(_awaited(statement.value))
        elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            self._assigned(statement.targets[0], _awaited(statement.value))
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            self._assigned(statement.target, _awaited(statement.value))
        elif isinstance(statement, ast.Assert):
            self._asserted(statement.test)
        elif not isinstance(statement, ast.Pass | ast.Import | ast.ImportFrom | ast.Return | ast.Global):
            self._compound(statement)

    def _compound(self, statement: ast.stmt) -> None:
        """Take a statement that holds others."""
        if isinstance(statement, Function):
            self._functions[statement.name] = statement
        elif isinstance(statement, ast.With | ast.AsyncWith):
            self._within(statement)
        elif isinstance(statement, ast.Try):
            self._draft.book.add(Outcome.APPROXIMATED, self._where, "try", "what it does after an error is left out")
            self.read([*statement.body, *statement.orelse, *statement.finalbody])
        elif isinstance(statement, ast.If) and is_main_guard(statement):
            self.read(statement.body)
        elif isinstance(statement, ast.If):
            self._if(statement)
        elif isinstance(statement, ast.For):
            self._for(statement)
        else:
            raise Unreadable("only statements in a row are understood")

    def _expression(self, node: ast.expr) -> None:
        if isinstance(node, ast.Constant):
            return
        if not isinstance(node, ast.Call):
            raise Unreadable("it does nothing that is understood")
        expected = matcher_of(node)
        if expected is not None:
            self._expectation(node, *expected)
            return
        name = dotted(node.func)
        if name in CLOCK:
            self._add(CLOCK[name](self._arguments(node)), node)
        elif name in self._functions:
            self._inline(node, self._functions[name])
        elif name == "print" or name.startswith(("logging.", "logger.", "log.")):
            return
        elif isinstance(node.func, ast.Attribute):
            self._method(node, node.func)
        else:
            raise Unreadable("a function of its own is not followed")

    def _if(self, statement: ast.If) -> None:
        """Take ``if locator.is_visible():`` and the like."""
        negated = isinstance(statement.test, ast.UnaryOp) and isinstance(statement.test.op, ast.Not)
        test = statement.test.operand if isinstance(statement.test, ast.UnaryOp) else statement.test
        call = _awaited(test)
        located, method = self._asked(call)
        if located is None or method not in ("is_visible", "is_hidden"):
            raise Unreadable("only whether an element is visible can decide")
        word = "visible" if (method == "is_visible") != negated else "hidden"
        step: dict[str, Any] = {"action": "if", "condition": {word: locator_of(located.selector)}}
        before = len(self._draft.steps)
        self._draft.add(step, where=self._where, what="if", line=self._line)
        step = self._draft.steps[before]
        step["then"] = self._block(statement.body)
        if statement.orelse:
            step["else"] = self._block(statement.orelse)

    def _for(self, statement: ast.For) -> None:
        """Take ``for _ in range(3):``, ``for name in ["a", "b"]:`` and ``for name, value in (("a", 1), …):``."""
        names = _names_in(statement.target)
        uses = {node.id for each in statement.body for node in ast.walk(each) if isinstance(node, ast.Name)}
        call = statement.iter
        if isinstance(call, ast.Call):
            numbers = self._range(call)
            if uses & set(names):
                self._unrolled(statement, names, [ast.Constant(number) for number in numbers[: _MOST_ROUNDS + 1]])
                return
            self._draft.add({"action": "times", "count": len(numbers)}, where=self._where, what="for", line=self._line)
            step = self._draft.steps[-1]
            step["steps"] = self._block(statement.body)
            return
        if isinstance(call, ast.List | ast.Tuple) and not _all_texts(call):
            self._unrolled(statement, names, call.elts)
            return
        items = self._values.of(call)
        if not isinstance(items, list):
            raise Unreadable("only what is constant can be gone through")
        if isinstance(statement.target, ast.Name) and all(isinstance(item, str) for item in items):
            self._for_each(statement, names[0], items)
        else:
            self._unrolled(statement, names, [_source(item) for item in items])

    def _range(self, call: ast.Call) -> range:
        limits = [self._values.of(each) for each in call.args]
        if dotted(call.func) != "range" or not limits or not all(type(limit) is int for limit in limits):
            raise Unreadable("only a number of times can be repeated")
        try:
            return range(*limits)
        except (TypeError, ValueError):
            raise Unreadable("only a number of times can be repeated") from None

    def _unrolled(self, statement: ast.For, names: list[str], items: Sequence[ast.expr]) -> None:
        """Read the body for each item: its steps differ in more than a text."""
        if len(items) > _MOST_ROUNDS:
            raise Unreadable(f"more than {_MOST_ROUNDS} rounds are not written out")
        if any(isinstance(node, ast.Break | ast.Continue) for node in ast.walk(statement)):
            raise Unreadable("only rounds that go to their end are written out")
        several = isinstance(statement.target, ast.Tuple)
        for item in items:
            given = (item.elts if isinstance(item, ast.List | ast.Tuple) else []) if several else [item]
            if len(given) != len(names):
                raise Unreadable("its items do not fit the names")
            for name, node in zip(names, given, strict=True):
                self._bound(name, node)
            self.read(statement.body)
        for name in names:
            self._values.constants.pop(name, None)

    def _for_each(self, statement: ast.For, name: str, items: list[str]) -> None:
        step: dict[str, Any] = {"action": "for_each", "items": items, "as": name}
        self._draft.add(step, where=self._where, what="for", line=self._line)
        step = self._draft.steps[-1]
        self._values.taken.add(name)
        step["steps"] = self._block(statement.body)
        self._values.taken.discard(name)

    def _block(self, body: Sequence[ast.stmt]) -> list[dict[str, Any]]:
        outer, line = self._draft.steps, self._line
        self._draft.steps = []
        self.read(body)
        inner, self._draft.steps, self._line = self._draft.steps, outer, line
        return inner

    def _asked(self, node: ast.expr) -> tuple[Located | None, str]:
        """Return the element that a call asks about, and what it asks."""
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and self.locators.is_one(node.func.value)
        ):
            return self.locators.of(node.func.value), node.func.attr
        return None, ""

    def _method(self, call: ast.Call, function: ast.Attribute) -> None:
        owner, method = function.value, function.attr
        holder = dotted(owner)
        if holder in self.locators.pages:
            if method in ("once", "on"):
                self._dialog(call, self.locators.pages[holder], method)
            else:
                self._on_page(call, self.locators.pages[holder], method)
        elif holder.rpartition(".")[0] in self.locators.pages and f"{holder.rpartition('.')[2]}.{method}" in PAGES:
            page, _, device = holder.rpartition(".")
            made = PAGES[f"{device}.{method}"](self._arguments(call))
            self._add(made, call, page=self.locators.pages[page])
        elif holder in self._contexts or holder.endswith(".context"):
            self._on_context(call, method)
        elif self.locators.is_one(owner):
            self._on_element(call, self.locators.of(owner), method)
        elif method not in _SILENT:
            raise Unreadable(f"it is not known what {short(owner)} is")

    def _on_page(self, call: ast.Call, page: str, method: str) -> None:
        if method in _LEGACY:
            arguments = list(call.args)
            if not arguments:
                raise Unreadable("a selector is missing")
            located = Located(page, self._values.text(arguments[0]))
            rest = ast.Call(func=call.func, args=arguments[1:], keywords=call.keywords)
            self._on_element(rest, located, "wait_for" if method == "wait_for_selector" else method)
        elif method == "drag_and_drop":
            source, target = (self._values.text(node) for node in call.args[:2])
            self._add(Made({"action": "drag", "to": locator_of(target)}), call, located=Located(page, source))
        elif method == "screenshot":
            self._add(ELEMENTS["screenshot"](self._arguments(call)), call, page=page)
        elif method in _LIMITS:
            self._limit(call, method)
        elif method == "close" and page == MAIN:
            self._draft.book.add(Outcome.EXACT, self._where, "close", "a journey ends with all pages closed")
        elif method in PAGES:
            self._add(PAGES[method](self._arguments(call)), call, page=page)
        elif method not in _SILENT:
            raise Unreadable(f"{method} of a page has no counterpart")

    def _on_element(self, call: ast.Call, located: Located, method: str) -> None:
        if method == "drag_to" and call.args:
            target = self.locators.of(call.args[0])
            self._add(Made({"action": "drag", "to": locator_of(target.selector)}), call, located=located)
            return
        if method not in ELEMENTS:
            raise Unreadable(f"{method} of an element has no counterpart")
        arguments = self._arguments(call, located.selector)
        self._add(ELEMENTS[method](arguments), call, located=located, arguments=arguments)

    def _limit(self, call: ast.Call, method: str) -> None:
        """Let a time limit hold for all steps."""
        milliseconds = self._arguments(call).get("timeout", 0)
        if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float) or milliseconds <= 0:
            raise Unreadable("it sets no time")
        seconds = min(milliseconds / 1000, 3600)
        self.defaults[_LIMITS[method]] = seconds
        self.defaults.setdefault("navigation_timeout", seconds)
        note = "it holds for all steps of the journey"
        self._draft.book.add(Outcome.APPROXIMATED, self._where, method, note)

    def _on_context(self, call: ast.Call, method: str) -> None:
        if method in _LIMITS:
            self._limit(call, method)
        elif method in CONTEXTS:
            self._add(CONTEXTS[method](self._arguments(call)), call)
        elif method == "new_page":
            self._opened = True
        elif method not in _SILENT:
            raise Unreadable(f"{method} of a context has no counterpart")

    def _dialog(self, call: ast.Call, page: str, method: str) -> None:
        event = self._values.text(call.args[0]) if call.args else ""
        handler = call.args[1] if len(call.args) > 1 else None
        body = handler.body if isinstance(handler, ast.Lambda) else None
        answer = body.func.attr if isinstance(body, ast.Call) and isinstance(body.func, ast.Attribute) else ""
        if event != "dialog" or answer not in ("accept", "dismiss"):
            raise Unreadable(f"a handler of {event or 'events'} has no counterpart")
        step: dict[str, Any] = {"action": "handle_dialogs", "answer": answer}
        if isinstance(body, ast.Call) and body.args:
            step["text"] = self._values.text(body.args[0])
        if method == "once":
            step["times"] = 1
        self._add(Made(step), call, page=page)

    def _expectation(self, call: ast.Call, subject: ast.expr, matcher: str) -> None:
        name = dotted(subject)
        if name in self.locators.pages:
            self._add(page_assertion(matcher, self._arguments(call)), call, page=self.locators.pages[name])
            return
        located = self.locators.of(subject)
        for made in assertion(matcher, self._arguments(call, located.selector)):
            nth = made.step.pop("nth", None)
            each = located if nth is None else Located(located.page, f"{located.selector} >> nth={nth}")
            self._add(made, call, located=each)

    def _within(self, statement: ast.With | ast.AsyncWith) -> None:
        expects: list[dict[str, Any]] = []
        for item in statement.items:
            call = item.context_expr
            name = item.optional_vars.id if isinstance(item.optional_vars, ast.Name) else ""
            method = call.func.attr if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) else ""
            if isinstance(call, ast.Call) and method.startswith("expect_"):
                expects.append(self._expected(call, method, name))
        before = len(self._draft.steps)
        self.read(statement.body)
        if expects and len(self._draft.steps) == before:
            raise Unreadable("nothing in it causes what is expected")
        if expects:
            last = self._draft.steps[-1]
            last["expects"] = [*last.get("expects", ()), *expects]

    def _expected(self, call: ast.Call, method: str, name: str) -> dict[str, Any]:
        kind = _EXPECTED.get(method)
        event = self._values.of(call.args[0]) if call.args else None
        if method == "expect_page":
            kind = "popup"
        if method == "expect_event" and event in ("popup", "download", "page"):
            kind = "download" if event == "download" else "popup"
        alias = name.removesuffix("_info") or (kind or "")
        if kind == "popup":
            alias = (
                alias if alias not in (MAIN, *self.locators.pages.values()) else f"{alias}{len(self.locators.pages)}"
            )
            self._infos[name] = ("popup", alias)
            return {"popup": alias}
        if kind == "download":
            self._infos[name] = ("download", alias)
            return {"download": {"as": alias}}
        if kind == "navigation":
            return {"navigation": {}}
        if method in ("expect_request", "expect_response") and isinstance(event, str):
            return {method.removeprefix("expect_"): {"url": event}}
        raise Unreadable(f"{method} has no counterpart")

    def _asserted(self, test: ast.expr) -> None:
        """Take ``assert page.title() == "…"`` and the like."""
        located, method = self._asked(_awaited(test))
        if located is not None and method in _STATES:
            self._add(Made({"action": "assert", "state": _STATES[method]}), test, located=located)
            return
        if not isinstance(test, ast.Compare) or len(test.ops) != 1:
            raise Unreadable("this assertion has no counterpart")
        left, right, operator = test.left, test.comparators[0], test.ops[0]
        if isinstance(operator, ast.In | ast.NotIn):
            left, right = right, left
        words = {ast.Eq: "equals", ast.NotEq: "not_equals", ast.In: "contains", ast.NotIn: "not_contains"}
        word = words.get(type(operator))
        subject = self._subject(_awaited(left))
        if word is None or subject is None:
            raise Unreadable("this assertion has no counterpart")
        key, located = subject
        step = {"action": "assert", key: {word: self._values.text(right)}}
        self._add(Made(step), test, located=located)

    def _subject(self, node: ast.expr) -> tuple[str, Located] | None:
        if isinstance(node, ast.Attribute) and node.attr == "url" and dotted(node.value) in self.locators.pages:
            return "url", Located(self.locators.pages[dotted(node.value)])
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return None
        owner, method = node.func.value, node.func.attr
        if method == "title" and dotted(owner) in self.locators.pages:
            return "title", Located(self.locators.pages[dotted(owner)])
        if method in ("inner_text", "text_content", "input_value") and self.locators.is_one(owner):
            return "value" if method == "input_value" else "text", self.locators.of(owner)
        return None


def is_main_guard(statement: ast.If) -> bool:
    """Whether it is ``if __name__ == "__main__":``."""
    return isinstance(statement.test, ast.Compare) and dotted(statement.test.left) == "__name__"


def _all_texts(items: ast.List | ast.Tuple) -> bool:
    return all(isinstance(item, ast.Constant) and isinstance(item.value, str) for item in items.elts)


def _source(value: Any) -> ast.expr:
    """Return the source of a constant."""
    if isinstance(value, list):
        return ast.Tuple(elts=[_source(each) for each in value], ctx=ast.Load())
    return ast.Constant(value)


def _names_in(target: ast.expr) -> list[str]:
    parts = target.elts if isinstance(target, ast.Tuple) else [target]
    names = [part.id for part in parts if isinstance(part, ast.Name)]
    if len(names) != len(parts):
        raise Unreadable("only plain names can be gone through with")
    return names


def _awaited(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Await) else node

"""Functions of the same file, read where they are called, and fixtures, read before the tests that ask for them."""

import ast
from collections.abc import Sequence

from .names import MAIN, Function, Named
from .values import Unreadable, dotted

_DEEPEST = 5


class Functions(Named):
    """Follows calls of functions whose source is there."""

    def read(self, body: Sequence[ast.stmt]) -> None:
        """Make steps of statements."""
        raise NotImplementedError

    def prepare(self, function: Function) -> None:
        """Read what a fixture does before the test, and let its name stand for what it hands over."""
        body, handed = _up_to_yield(function.body)
        self.hand(_parameters(function))
        self.read(body)
        self._result(function.name, handed)

    def _inline(self, call: ast.Call, function: Function) -> None:
        """Read the body of a function of the same file where it is called."""
        if function.name in self._within_functions or len(self._within_functions) >= _DEEPEST:
            raise Unreadable("a function that calls itself is not followed")
        names = _parameters(function)
        defaults = function.args.defaults
        given = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))
        given |= dict(zip(names, call.args, strict=False))
        given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        for name, node in given.items():
            self._bound(name, node)
        self._within_functions.append(function.name)
        self.read(function.body)
        self._within_functions.pop()

    def _returned(self, name: str, call: ast.Call) -> bool:
        function = self._functions.get(dotted(call.func))
        if function is None:
            return False
        line = self._line
        self._inline(call, function)
        self._line = line
        last = function.body[-1]
        self._result(name, last.value if isinstance(last, ast.Return) else None)
        return True

    def _result(self, name: str, node: ast.expr | None) -> None:
        """Let a name stand for what a function returned; nothing is known of what is computed."""
        if node is not None and not (isinstance(node, ast.Constant) and node.value is None):
            self._bound(name, node)

    def _bound(self, name: str, node: ast.expr) -> None:
        """Let a parameter of a function stand for what it is handed, as far as that can be told."""
        handed = dotted(node)
        page = self.locators.pages.get(handed)
        located = self.locators.of(node) if page is None and self.locators.is_one(node) else None
        self.locators.pages.pop(name, None)
        self.locators.kept.pop(name, None)
        if page is not None:
            self.locators.pages[name] = page
        elif handed in self._contexts:
            self._contexts.add(name)
        elif located is not None:
            self.locators.kept[name] = located
        elif isinstance(node, ast.Call) and self._made_by(name, node):
            return
        else:
            try:
                self._values.constants[name] = self._hidden(name, self._values.of(node))
            except Unreadable:
                self._values.forget(name)

    def begin_with_page(self) -> None:
        """Let ``page`` be the page that the journey begins with, as for a test of pytest."""
        self.locators.pages["page"] = MAIN


def _parameters(function: Function) -> list[str]:
    return [argument.arg for argument in [*function.args.posonlyargs, *function.args.args]]


def _up_to_yield(body: list[ast.stmt]) -> tuple[list[ast.stmt], ast.expr | None]:
    """Return what a fixture does first, and what it hands over."""
    for position, statement in enumerate(body):
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Yield):
            return body[:position], statement.value.value
        if isinstance(statement, ast.Return):
            return body[:position], statement.value
    return body, None

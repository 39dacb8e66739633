"""Calls that open a page within a statement, as in ``response = page.goto(…)`` and ``assert page.goto(…).ok``."""

import ast
from collections.abc import Collection, Iterator

from .values import dotted

_NAVIGATING = ("goto", "reload", "go_back", "go_forward")


def navigations_within(statement: ast.stmt, pages: Collection[str]) -> Iterator[tuple[ast.Call, ast.Attribute]]:
    """Yield those calls of a simple statement that are not the statement itself, in their order, with what is called.

    Args:
        statement: of whatever kind.
        pages: the names of pages.
    """
    if not isinstance(statement, ast.Expr | ast.Assign | ast.AnnAssign | ast.Assert):
        return
    whole = statement.value if isinstance(statement, ast.Expr) else None
    itself = whole.value if isinstance(whole, ast.Await) else whole
    for node in ast.walk(statement):
        if node is not itself and isinstance(node, ast.Call) and is_navigation(node, pages):
            assert isinstance(node.func, ast.Attribute)
            yield node, node.func


def is_navigation(call: ast.expr, pages: Collection[str]) -> bool:
    """Whether an expression is such a call."""
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    return call.func.attr in _NAVIGATING and dotted(call.func.value) in pages

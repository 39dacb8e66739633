"""Tests of several cases: what ``pytest.mark.parametrize`` hands them, as far as it is constant."""

import ast
from itertools import product
from typing import Any

from outrider_journeys.importing.credentials import kind_of_secret

from .names import Function
from .values import Unreadable, Values, dotted

Case = dict[str, Any]
_MARKS = ("pytest.mark.parametrize", "mark.parametrize")
_MOST = 50


def cases_of(function: Function | None, constants: Case) -> list[Case]:
    """Return the values of the parameters for each case; one without any when they can't be told.

    Args:
        function: the test.
        constants: those of the module.
    """
    marks = [each for each in function.decorator_list if isinstance(each, ast.Call)] if function is not None else []
    try:
        given = [_given(mark, Values(constants=dict(constants))) for mark in marks if dotted(mark.func) in _MARKS]
    except Unreadable:
        return [{}]
    cases = [{name: value for case in chosen for name, value in case.items()} for chosen in product(*given)]
    return cases if 0 < len(cases) <= _MOST else [{}]


def case_name(case: Case) -> str:
    """Return what tells a case from others, without what may be secret."""
    plain = [value for name, value in case.items() if isinstance(value, str | int) and kind_of_secret(name) is None]
    return ", ".join(str(value) for value in plain)[:60]


def _given(mark: ast.Call, values: Values) -> list[Case]:
    named = {keyword.arg: keyword.value for keyword in mark.keywords}
    nodes = [*mark.args, *(named[key] for key in ("argnames", "argvalues") if key in named)]
    if len(nodes) < 2:
        raise Unreadable("it names no values")
    names = values.of(nodes[0])
    words = [word.strip() for word in names.split(",") if word.strip()] if isinstance(names, str) else list(names)
    return [dict(zip(words, _fitting(row, len(words)), strict=True)) for row in _rows(nodes[1], values)]


def _rows(node: ast.expr, values: Values) -> list[Any]:
    """Return the rows; those of ``pytest.param`` by what it is given."""
    if isinstance(node, ast.List | ast.Tuple):
        return [_row(each, values) for each in node.elts]
    rows = values.of(node)
    if not isinstance(rows, list):
        raise Unreadable("its values are no list")
    return rows


def _row(node: ast.expr, values: Values) -> Any:
    if isinstance(node, ast.Call) and dotted(node.func) in ("pytest.param", "param"):
        given = [values.of(each) for each in node.args]
        return given[0] if len(given) == 1 else given
    return values.of(node)


def _fitting(row: Any, count: int) -> list[Any]:
    given = [row] if count == 1 else row
    if not isinstance(given, list) or len(given) != count:
        raise Unreadable("its values do not fit its names")
    return given

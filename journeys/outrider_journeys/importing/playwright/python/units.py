"""What in a module of Python may be a journey: tests with what is set up before them, or a script."""

import ast
from dataclasses import dataclass, field, replace
from typing import Any

from outrider_journeys.importing.credentials import kind_of_secret

from .names import Function
from .values import Unreadable, Values, dotted

_SCRIPTS = ("run", "main", "run_test")
"""Names of functions that are scripts of their own."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What may be a journey: functions that are run one after the other, the test itself last, or statements.

    Attributes:
        constants: those of its class, by the names under which a method finds them.
    """

    name: str
    functions: tuple[Function, ...]
    rest: tuple[ast.stmt, ...] = ()
    constants: dict[str, Any] = field(default_factory=dict)

    @property
    def statements(self) -> list[ast.stmt]:
        """All statements in order, those of fixtures up to their ``yield``."""
        return [*self.rest, *(statement for each in self.functions for statement in _up_to_yield(each.body))]

    @property
    def line(self) -> int:
        """The line of the test."""
        return self.functions[-1].lineno if self.functions else 1


def units_of(module: ast.Module) -> list[Unit]:
    """Return everything in a module that may be a journey."""
    functions = [node for node in module.body if isinstance(node, Function)]
    found = [Unit(each.name, (each,)) for each in functions]
    for node in module.body:
        if isinstance(node, ast.ClassDef):
            found += _tests_of(node)
    prelude = tuple(each for each in functions if _is_setup(each))
    tests = [unit for unit in found if unit.functions[-1].name.startswith("test")]
    chosen = tests or [unit for unit in found if unit.name in _SCRIPTS]
    if chosen:
        return [replace(unit, functions=(*prelude, *unit.functions)) for unit in chosen]
    return [Unit("script", (), tuple(each for each in module.body if not isinstance(each, Function | ast.ClassDef)))]


def _tests_of(holder: ast.ClassDef) -> list[Unit]:
    """Return the tests of a class, each with what the class sets up before it."""
    methods = [node for node in holder.body if isinstance(node, Function)]
    setup = tuple(method for method in methods if _is_setup(method))
    constants: dict[str, Any] = {}
    for node in holder.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                value = Values().of(node.value)
            except Unreadable:
                continue
            if kind_of_secret(node.targets[0].id) is None:
                constants |= {f"{owner}.{node.targets[0].id}": value for owner in ("self", holder.name)}
    tests = [method for method in methods if method.name.startswith("test")]
    return [Unit(f"{holder.name} {test.name}", (*setup, test), constants=constants) for test in tests]


def _is_setup(function: Function) -> bool:
    """Whether pytest runs it before each test: an automatic fixture that is handed the page, or ``setup_method``."""
    if function.name == "setup_method":
        return True
    given = {argument.arg for argument in function.args.args}
    return "page" in given and any(
        isinstance(decorator, ast.Call)
        and dotted(decorator.func) in ("pytest.fixture", "fixture")
        and any(keyword.arg == "autouse" for keyword in decorator.keywords)
        for decorator in function.decorator_list
    )


def _up_to_yield(body: list[ast.stmt]) -> list[ast.stmt]:
    for position, statement in enumerate(body):
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Yield):
            return body[:position]
    return body

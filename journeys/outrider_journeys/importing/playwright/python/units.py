"""What in a module of Python may be a journey: tests with what is set up before them, or a script."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from outrider_journeys.importing.credentials import kind_of_secret

from .names import Function
from .values import Unreadable, Values, dotted

_DEEPEST = 5
SCRIPTS = ("run", "main", "run_test", "script")
"""Names of functions that are scripts of their own."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What may be a journey: a function after others that prepare it, or statements.

    Attributes:
        before: fixtures and the like, in the order in which they are run.
        constants: those of its class, by the names under which a method finds them.
    """

    name: str
    function: Function | None = None
    before: tuple[Function, ...] = ()
    rest: tuple[ast.stmt, ...] = ()
    constants: dict[str, Any] = field(default_factory=dict)

    @property
    def is_test(self) -> bool:
        """Whether pytest runs it."""
        return self.function is not None and self.function.name.startswith("test")

    @property
    def statements(self) -> Sequence[ast.stmt]:
        """What it does after what prepares it."""
        return self.rest if self.function is None else self.function.body

    @property
    def line(self) -> int:
        """The line of the test."""
        return self.function.lineno if self.function is not None else 1


def units_of(module: ast.Module) -> list[Unit]:
    """Return everything in a module that may be a journey."""
    functions = [node for node in module.body if isinstance(node, Function)]
    found = [Unit(each.name, each) for each in functions]
    for node in module.body:
        if isinstance(node, ast.ClassDef):
            found += _tests_of(node)
    tests = [unit for unit in found if unit.is_test]
    chosen = tests or [unit for unit in found if unit.name in SCRIPTS]
    chosen = [unit for unit in chosen if unit.is_test or not _is_called(unit.name, chosen)]
    if not chosen:
        rest = tuple(each for each in module.body if not isinstance(each, Function | ast.ClassDef))
        chosen = [Unit("script", rest=rest), *(Unit(each.name, each) for each in _first_ones(module, functions))]
    fixtures = {each.name: each for each in functions if _is_fixture(each)}
    always = tuple(each for each in functions if _is_setup(each))
    return [replace(unit, before=(*_asked_for(unit, fixtures, always), *unit.before)) for unit in chosen]


def _is_called(name: str, units: Sequence[Unit]) -> bool:
    """Whether another of them calls it, and so reads it: ``main`` calls ``run`` in what is recorded as asynchronous."""
    others = [unit.function for unit in units if unit.function is not None and unit.name != name]
    calls = (node for other in others for node in ast.walk(other) if isinstance(node, ast.Call))
    return any(dotted(call.func) == name for call in calls)


def _first_ones(module: ast.Module, functions: Sequence[Function]) -> list[Function]:
    """Return the functions that drive a page and that nothing in the file calls: where somebody else begins."""
    called = {dotted(node.func) for node in ast.walk(module) if isinstance(node, ast.Call)}
    return [each for each in functions if each.name not in called and not _is_fixture(each) and _drives(each)]


def _drives(function: Function) -> bool:
    given = {argument.arg for argument in function.args.args}
    made = {dotted(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
    return "page" in given or bool(made & {"sync_playwright", "async_playwright"})


def _asked_for(unit: Unit, fixtures: Mapping[str, Function], always: tuple[Function, ...]) -> tuple[Function, ...]:
    """Return the fixtures that run before a test, each after those that it asks for itself."""
    found: dict[str, Function] = {}

    def ask(function: Function, depth: int) -> None:
        for argument in function.args.args:
            fixture = fixtures.get(argument.arg)
            if fixture is not None and fixture.name not in found and depth < _DEEPEST:
                ask(fixture, depth + 1)
                found[fixture.name] = fixture

    for each in (*always, *unit.before, *([unit.function] if unit.function is not None else ())):
        if each in always:
            found.setdefault(each.name, each)
        ask(each, 0)
    return tuple(found.values())


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
    return [Unit(f"{holder.name}.{test.name}", test, setup, constants=constants) for test in tests]


def _is_setup(function: Function) -> bool:
    """Whether pytest runs it before each test: an automatic fixture that is handed the page, or ``setup_method``."""
    if function.name == "setup_method":
        return True
    given = {argument.arg for argument in function.args.args}
    decorators = [each for each in function.decorator_list if isinstance(each, ast.Call)]
    is_automatic = any(keyword.arg == "autouse" for each in decorators for keyword in each.keywords)
    return "page" in given and is_automatic and _is_fixture(function)


def _is_fixture(function: Function) -> bool:
    decorators = [each.func if isinstance(each, ast.Call) else each for each in function.decorator_list]
    return any(dotted(each) in ("pytest.fixture", "fixture", "pytest_asyncio.fixture") for each in decorators)

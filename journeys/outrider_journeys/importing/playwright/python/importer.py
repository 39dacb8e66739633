"""The importer of Python that Playwright's recorder writes (``python``, ``python-async``, ``python-pytest``).

The source is parsed, never run. What is beyond a row of calls (loops, functions of its own) is told as dropped.
"""

import ast
import re
import warnings
from typing import Any
from urllib.parse import urlsplit

from outrider_engine.domain.templates import names_in_tree
from outrider_journeys.importing.contract import LARGEST, Imported, ImportedCheck, ImportOptions, ImportProblem
from outrider_journeys.importing.credentials import Credentials, kind_of_secret
from outrider_journeys.importing.drafting import JourneyDraft, short_name
from outrider_journeys.importing.receipt import Outcome, ReceiptBook

from .cases import Case, case_name, cases_of
from .names import Function
from .statements import Statements
from .units import SCRIPTS, Unit, units_of
from .values import Unreadable, Values

FORMAT = "playwright-python"
_MOST_JOURNEYS = 200
_WORDS = re.compile(r"_|(?<=[a-z0-9])(?=[A-Z])")
_PLAYWRIGHT = re.compile(
    r"^\s*(?:from|import)\s+playwright\b|\bpage\s*:\s*Page\b|\bpage\.(?:goto|get_by_|locator)", re.MULTILINE
)


class PlaywrightPython:
    """Reads tests and scripts in Python."""

    name = FORMAT
    title = "Playwright codegen (python, python-async, python-pytest)"
    largest = LARGEST

    def recognises(self, text: str, file_name: str) -> bool:
        """Whether it looks like Python that drives Playwright."""
        return text.lstrip()[:1] not in ("{", "[", "<") and _PLAYWRIGHT.search(text) is not None

    def read(self, text: str, options: ImportOptions) -> Imported:
        """Make a journey of each test.

        Raises:
            ImportProblem: it is not Python, or there is nothing in it that drives a page.
        """
        return _Reading(_parsed(text), options).imported()


def _parsed(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except SyntaxError as error:
            raise ImportProblem(f"not Python: {error.msg}", line=error.lineno or 1) from None
        except (ValueError, MemoryError):
            raise ImportProblem("not Python that can be read") from None


class _Reading:
    """Reads one module."""

    def __init__(self, module: ast.Module, options: ImportOptions) -> None:
        self._module = module
        self._options = options
        self._book = ReceiptBook()
        self._credentials = Credentials(self._book)
        self._constants: dict[str, Any] = {}
        self._environment: set[str] = set()
        self._unknown: set[str] = set()
        self._functions = {node.name: node for node in module.body if isinstance(node, Function)}

    def imported(self) -> Imported:
        for statement in self._module.body:
            self._constant(statement)
        units = units_of(self._module)
        if len(units) > _MOST_JOURNEYS:
            raise ImportProblem(f"has more than {_MOST_JOURNEYS} tests")
        walks = [(unit, case) for unit in units for case in cases_of(unit.function, self._constants)]
        if len(walks) > _MOST_JOURNEYS:
            raise ImportProblem(f"has more than {_MOST_JOURNEYS} tests and cases")
        checks = []
        for number, (unit, case) in enumerate(walks):
            check = self._journey(unit, case, number, several=len(walks) > 1)
            if check is not None:
                checks.append(check)
        if not checks:
            told = next(self._book.receipt().of(Outcome.DROPPED), None)
            why = f", as far as it is understood: {told}" if told is not None else ""
            raise ImportProblem(f"there is nothing in it that drives a page{why}")
        return Imported(FORMAT, tuple(checks), self._book.receipt(), self._credentials.names)

    def _constant(self, statement: ast.stmt) -> None:
        """Keep a constant of the module, such as an address; one that names a secret is taken out."""
        if not (isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)):
            return
        name = statement.targets[0].id
        values = Values(constants=self._constants)
        try:
            value = values.of(statement.value)
        except Unreadable:
            self._unknown.add(name)
            return
        self._environment |= values.environment
        if isinstance(value, str) and (kind := kind_of_secret(name)) is not None:
            value = self._credentials.reference(value, kind, f"line {statement.lineno}", name)
        self._constants[name] = value

    def _journey(self, unit: Unit, case: Case, number: int, *, several: bool) -> ImportedCheck | None:
        draft = JourneyDraft(FORMAT, self._book, self._credentials)
        constants = self._constants | unit.constants | self._hidden(case, unit)
        statements = Statements(draft, self._credentials, constants, self._functions)
        self._use_fixtures(statements)
        if unit.is_test or (unit.function is not None and "page" in _parameters(unit.function)):
            statements.begin_with_page()
        if unit.function is not None:
            statements.hand(self._unknown)
        for function in unit.before:
            statements.prepare(function)
        if unit.function is not None:
            statements.hand(_parameters(unit.function))
        statements.read(unit.statements)
        if not draft.steps:
            return None
        chosen = self._options.name
        title = _title(unit, case, draft) if chosen is None else f"{chosen} {number + 1}" if several else chosen
        named = names_in_tree(draft.steps)
        for variable in sorted(statements.environment | (self._environment & named)):
            self._from_outside(variable, draft, unit.line, "its value comes from the environment")
        for variable, name in sorted(statements.handed.items()):
            if variable not in named:
                continue
            self._from_outside(variable, draft, unit.line, f"its value comes from {name}")
        origin = {"format": FORMAT, "line": unit.line}
        return draft.check(title, defaults=statements.defaults, imported_from=origin)

    def _hidden(self, case: Case, unit: Unit) -> Case:
        """Return the values of a case without those that are named like secrets."""

        def hidden(name: str, value: Any) -> Any:
            kind = kind_of_secret(name) if isinstance(value, str) else None
            where = f"line {unit.line}"
            return value if kind is None else self._credentials.reference(value, kind, where, name)

        return {name: hidden(name, value) for name, value in case.items()}

    def _from_outside(self, variable: str, draft: JourneyDraft, line: int, note: str) -> None:
        if kind_of_secret(variable) is not None:
            self._credentials.reserve(variable)
            self._book.add(Outcome.SECRET, f"line {line}", variable, f"{note}: set the secret {variable}")
            return
        draft.variables[variable] = ""
        self._book.add(Outcome.CHOICE_NEEDED, f"line {line}", variable, f"{note}: set the variable {variable}")

    def _use_fixtures(self, statements: Statements) -> None:
        for node in self._module.body:
            if not isinstance(node, Function) or node.name != "browser_context_args":
                continue
            returned = next((each.value for each in ast.walk(node) if isinstance(each, ast.Return)), None)
            if not isinstance(returned, ast.Dict):
                continue
            device: object = None
            options: dict[str, Any] = {}
            for key, value in zip(returned.keys, returned.values, strict=True):
                if key is None and isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Constant):
                    device = value.slice.value
                elif isinstance(key, ast.Constant) and isinstance(key.value, str):
                    try:
                        options[key.value] = Values(constants=self._constants).of(value)
                    except Unreadable:
                        self._book.add(Outcome.DROPPED, f"line {node.lineno}", key.value, "it is not a constant")
            statements.use(options, device)


def _parameters(function: Function) -> list[str]:
    return [argument.arg for argument in [*function.args.posonlyargs, *function.args.args]]


def _title(unit: Unit, case: Case, draft: JourneyDraft) -> str:
    """Return what a test is called; a script has no name of its own, so it is called after its site."""
    if unit.name in SCRIPTS and draft.origin is not None:
        return f"Recording of {urlsplit(draft.origin).netloc}"
    holder, _, name = unit.name.rpartition(".")
    parts = [_WORDS.sub(" ", holder.removeprefix("Test")), re.sub(r"^test_?|_", " ", name)]
    told = case_name(case)
    readable = ": ".join(" ".join(part.split()) for part in parts if part.strip()) or "Recording"
    readable = short_name(f"{readable} ({told})" if told else readable)
    return readable[0].upper() + readable[1:]

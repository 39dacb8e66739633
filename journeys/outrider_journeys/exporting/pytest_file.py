"""Journeys as tests for pytest with pytest-playwright, which stand alone."""

import ast
import re
from collections.abc import Iterable, Mapping
from typing import Any

import black

from outrider_journeys.actions.contract import StepAction
from outrider_journeys.model import CalledJourney, Journey
from outrider_journeys.steps import StepModel

from .browser_arguments import context_arguments
from .code import DIALOGS, EVENT, CodeWriter
from .expressions import Expression, literal
from .written_along import WRITTEN, source_of

_FOREIGN = ("jsonpath", "jsonschema_rs", "playwright", "pytest")
_ALWAYS = (
    "import re",
    "import warnings",
    "from collections.abc import Callable",
    "from collections.abc import Iterator",
    "from contextlib import AbstractContextManager",
    "from contextlib import contextmanager",
    "from typing import Any",
    "import pytest",
    "from playwright.sync_api import Error",
    "from playwright.sync_api import Page",
)
_STEP = '''
Step = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def step(values: dict[str, str], record_property: Callable[[str, object], None]) -> Step:
    """A block with a name, which reports tell; one that goes on only warns of what fails in it."""

    @contextmanager
    def named(name: str, goes_on: bool = False) -> Iterator[None]:
        shown = re.sub(r"\\{\\{\\s*([\\w.-]+)\\s*\\}\\}", lambda match: plain(match[1], match[0]), name)
        record_property("step", shown)
        try:
            yield
        except (AssertionError, Error) as error:
            if not goes_on:
                error.add_note(f"in the step {shown!r}")
                raise
            warnings.warn(f"{shown}: {error}", stacklevel=3)

    def plain(name: str, otherwise: str) -> str:
        return otherwise if name in SECRETS else values.get(name, otherwise)

    return named
'''


_FIXTURES = {
    "page": "page: Page",
    "values": "values: dict[str, str]",
    "step": "step: Step",
    "base_url": "base_url: str | None",
}
_FORMAT = black.Mode(line_length=100)
_ARGUMENTS = '''
@pytest.fixture
def browser_context_args({takes}) -> dict[str, Any]:
    """How the browser presents itself{where}."""
    return {{**browser_context_args, {given}}}
'''


def export_python(journey: Journey, actions: Mapping[str, StepAction[Any]]) -> str:
    """Return a journey as a file with one test; see ``PytestFile``."""
    return PytestFile(journey, actions).text()


class PytestFile:
    """One journey as the text of a test file.

    Its steps are blocks of the same names. Values of secrets come from environment variables, the base URL can be
    given to pytest (``--base-url``).

    Attributes:
        dropped: steps that can't be written as code, and why.
    """

    def __init__(self, journey: Journey, actions: Mapping[str, StepAction[Any]]) -> None:
        self.dropped: list[tuple[StepModel, str]] = []
        self._journey = journey
        self._actions = actions
        self._functions = _names([f"do_{_slug(name)}" for name in journey.journeys], list(journey.journeys))
        self._imports = set(_ALWAYS)
        self._helpers: set[str] = set()
        self._stores: set[str] = set()

    def text(self) -> str:
        """Return the file."""
        called_ones = [
            self._function(function, self._journey.journeys[name]) for name, function in self._functions.items()
        ]
        test = self._test()
        fixtures = [*self._arguments(), self._values()]
        secrets = f"SECRETS: list[str] = {literal(list(self._journey.all_secrets))}"
        parts = [self._docstring(), "", secrets, *fixtures, _STEP.strip(), *self._written(), *called_ones, test]
        parts[1] = self._import_lines(_names_in("\n".join(parts[2:])))
        return black.format_str("\n\n\n".join([*["\n\n".join(parts[:3])], *parts[3:]]), mode=_FORMAT)

    def _docstring(self) -> str:
        title = " ".join((self._journey.name or "A journey").replace("\\", "/").replace('"', "'").split())
        return f'"""{title}: run it with pytest and pytest-playwright."""'

    def _import_lines(self, used: set[str]) -> str:
        gathered: dict[str, set[str]] = {}
        imported = [line for line in self._imports if line.split()[-1].partition(".")[0] in used]
        plain = sorted(line for line in imported if line.startswith("import "))
        for line in set(imported) - set(plain):
            module, _, name = line.removeprefix("from ").partition(" import ")
            gathered.setdefault(module, set()).add(name)
        lines = [
            *plain,
            *(f"from {module} import {', '.join(sorted(gathered[module]))}" for module in sorted(gathered)),
        ]
        foreign = [line for line in lines if line.split()[1].partition(".")[0] in _FOREIGN]
        return "\n".join([*(line for line in lines if line not in foreign), "", *foreign])

    def _arguments(self) -> list[str]:
        """Return a fixture of the test's own: those of the session are the same for all files that pytest runs."""
        url = self._journey.base_url
        given = context_arguments(self._journey.browser)
        takes = ["browser_context_args: dict[str, Any]"]
        takes += ["playwright: Any", "values: dict[str, str]"] if given else []
        where = ""
        if url is not None and "{{" not in url:
            takes.append("base_url: str | None")
            where = ", and its site unless ``--base-url`` names another"
            given = ", ".join([f'"base_url": base_url or {literal(url)}', *([given] if given else [])])
        return [_ARGUMENTS.format(takes=", ".join(takes), where=where, given=given).strip()] if given else []

    def _values(self) -> str:
        lines = [f"        {literal(name)}: {literal(value)}," for name, value in self._journey.variables.items()]
        if self._journey.all_secrets:
            self._take(("secret",), ("import os",))
            lines.append("        **{name: secret(os.environ, name) for name in SECRETS},")
        body = "{\n" + "\n".join(lines) + "\n    }" if lines else "{}"
        return (
            "@pytest.fixture\n"
            "def values() -> dict[str, str]:\n"
            '    """Variables by name, and secrets from environment variables."""\n'
            f"    return {body}"
        )

    def _written(self) -> list[str]:
        return [source_of(name).strip() for name in sorted(self._helpers)]

    def _function(self, name: str, journey: CalledJourney) -> str:
        code = self._writer(journey, is_called=True)
        with code.block(
            f"def {name}(page: Page, pages: dict[str, Page], values: dict[str, str], kept: dict[str, Any], step: Step,"
            " base_url: str | None, given: dict[str, str]) -> Page:"
        ):
            code.line("before = {name: values[name] for name in given if name in values}")
            code.line(f"values.update({{**{literal(journey.variables)}, **values, **given}})")
            with code.block("try:"):
                self._body(code, journey)
                code.line("return page")
            with code.block("finally:"):
                code.line("values.update(before)")
        return self._finished(code)

    def _test(self) -> str:
        code = self._writer(self._journey, is_called=False)
        with code.block("if True:"):
            self._body(code, self._journey)
        body = self._finished(code).partition("\n")[2]
        defaults, used = self._journey.defaults, _names_in(f"if True:\n{body}")
        lines = [
            f"page.context.set_default_timeout({round(defaults.timeout * 1000)})",
            f"page.context.set_default_navigation_timeout({round(defaults.navigation_timeout * 1000)})",
        ]
        if "pages" in used:
            lines.append('pages = {"main": page}')
        if "kept" in used:
            lines += self._kept()
        takes = [given for name, given in _FIXTURES.items() if name in used]
        header = f"def test_{_slug(self._journey.name)}({', '.join(takes)}) -> None:"
        return "\n".join([header, *(f"    {line}" for line in lines), body])

    def _kept(self) -> list[str]:
        """Return the lines that make what the test keeps, and have events kept from its start."""
        stores = sorted(self._stores)
        kept = literal({name: _empty(name) for name in stores})
        return [f"kept: dict[str, Any] = {kept}", *(_listening(name) for name in stores if name.startswith(EVENT))]

    def _body(self, code: CodeWriter, journey: CalledJourney) -> None:
        if not journey.teardown:
            code.steps((*journey.setup, *journey.steps))
            return
        with code.block("try:"):
            code.steps((*journey.setup, *journey.steps))
        with code.block("finally:"), code.going_on():
            code.steps(journey.teardown)

    def _writer(self, journey: CalledJourney, *, is_called: bool) -> CodeWriter:
        base_url = journey.base_url or self._journey.base_url
        return CodeWriter(
            self._actions, journey.defaults, functions=self._functions, base_url=base_url, is_called=is_called
        )

    def _finished(self, code: CodeWriter) -> str:
        self._take(code.helpers, code.imports)
        self._stores |= code.stores
        self.dropped += code.dropped
        return "\n".join(code.lines)

    def _take(self, helpers: Iterable[str], imports: Iterable[str]) -> None:
        self._imports.update(imports)
        for name in set(helpers) - self._helpers:
            self._helpers.add(name)
            self._take(WRITTEN[name].others, WRITTEN[name].needs)


def _empty(store: str) -> Any:
    if store == DIALOGS:
        return Expression("Dialogs(page.context)")
    return [] if store.startswith(EVENT) else {}


def _names_in(source: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)} | {"page"}


def _listening(store: str) -> str:
    event = store.removeprefix(EVENT)
    owner = "page" if event == "download" else "page.context"
    return f"{owner}.on({literal(event)}, lambda each: kept[{literal(store)}].append(each))"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "journey"


def _names(wanted: list[str], keys: list[str]) -> dict[str, str]:
    """Return a name for each key, all different."""
    found: dict[str, str] = {}
    for key, name in zip(keys, wanted, strict=True):
        taken = set(found.values())
        found[key] = next(
            each for each in (name, *(f"{name}_{number}" for number in range(2, 1000))) if each not in taken
        )
    return found

"""The importer of projects of Selenium IDE (``.side``)."""

from typing import Any

from outrider_journeys.importing.contract import (
    LARGEST,
    MOST_STEPS,
    Imported,
    ImportedCheck,
    ImportOptions,
    ImportProblem,
)
from outrider_journeys.importing.credentials import Credentials, kind_of_secret
from outrider_journeys.importing.drafting import JourneyDraft, origin_of
from outrider_journeys.importing.json_reading import Fields, looks_like_json, read_json, without_nothing
from outrider_journeys.importing.receipt import Outcome, ReceiptBook

from .command import Command, command_of
from .reading import FORMAT, TestReader, hidden_value

_MOST_TESTS = 500
_GENERATED = ("code", "dependencies")
"""What older versions wrote beside the tests: the same tests as programs."""


class SeleniumIde:
    """Reads projects: each test becomes a journey, a suite whose tests share a session becomes one."""

    name = FORMAT
    title = "Selenium IDE project (.side)"
    largest = LARGEST

    def recognises(self, text: str, file_name: str) -> bool:
        """Whether it has tests with commands."""
        is_named = file_name.endswith(".side") and text.lstrip("\ufeff \t\r\n").startswith("{")
        return is_named or looks_like_json(text, "tests", "commands", "command")

    def read(self, text: str, options: ImportOptions) -> Imported:
        """Make journeys of a project.

        Raises:
            ImportProblem: it is no project, or damaged.
        """
        return _Project(Fields(read_json(text), ""), options).imported()


class _Project:
    """Reads one project."""

    def __init__(self, project: Fields, options: ImportOptions) -> None:
        self._project = project
        self._options = options
        self._book = ReceiptBook()
        self._credentials = Credentials(self._book)
        self._url = project.text("url", "")
        self._names: dict[str, str] = {}
        self._tests: dict[str, list[Command]] = {}
        self._suites: dict[str, list[str]] = {}

    def imported(self) -> Imported:
        self._read_tests()
        together = self._read_suites()
        within = {name for names in together.values() for name in names}
        plans = [(suite, names) for suite, names in together.items()]
        plans += [(name, [name]) for name in self._tests if name not in within]
        checks = [check for title, names in plans if (check := self._journey(title, names)) is not None]
        if not checks:
            raise ImportProblem("there is no test with commands in it", field="tests")
        plugins = self._project.items("plugins")
        if plugins:
            self._book.add(Outcome.DROPPED, "plugins", f"{len(plugins)} plugins", "their commands are not known here")
        return Imported(FORMAT, tuple(checks), self._book.receipt(), self._credentials.names)

    def _read_tests(self) -> None:
        tests = self._project.objects("tests", required=True)
        if len(tests) > _MOST_TESTS:
            raise ImportProblem(f"has more than {_MOST_TESTS} tests", field="tests")
        total = 0
        for test in tests:
            name = test.text("name", "") or "Test"
            while name in self._tests:
                name += " again"
            self._names[test.text("id", name)] = name
            self._tests[name] = [
                self._without_secret(command_of(each, index)) for index, each in enumerate(test.objects("commands"))
            ]
            total += len(self._tests[name])
        if total > MOST_STEPS:
            raise ImportProblem(f"has more than {MOST_STEPS:,} commands", field="tests")

    def _without_secret(self, command: Command) -> Command:
        """Take out the value that ``store`` keeps under a name such as ``password``."""
        kind = hidden_value(command)
        if kind is not None:
            self._credentials.reference(command.target, kind, command.where, "store")
        return command

    def _read_suites(self) -> dict[str, list[str]]:
        """Return the suites whose tests share a session, with their tests."""
        together: dict[str, list[str]] = {}
        for suite in self._project.objects("suites"):
            title = suite.text("name", "") or "Suite"
            ids = [id for id in suite.items("tests") if isinstance(id, str)]
            names = [self._names[id] for id in ids if id in self._names]
            for name in names:
                self._suites.setdefault(name, []).append(title)
            if suite.flag("persistSession", default=False) and len(names) > 1:
                together[title] = names
                note = "its tests share a session: they are one journey, a group each"
                self._book.add(Outcome.EXACT, suite.path, f"suite {title}", note)
        return together

    def _journey(self, title: str, names: list[str]) -> ImportedCheck | None:
        draft = JourneyDraft(FORMAT, self._book, self._credentials)
        draft.origin = self._origin(names)
        reader = TestReader(draft, self._tests, self._url)
        for name in names:
            if len(names) == 1:
                reader.read(name)
                continue
            steps, draft.steps = draft.steps, []
            reader.read(name)
            group = draft.sourced({"action": "group", "name": name[:200], "steps": draft.steps})
            draft.steps = [*steps, *([group] if draft.steps else [])]
        if not draft.steps:
            return None
        self._variables(reader, draft, title)
        draft.given = reader.given
        tags = sorted({suite[:100] for name in names for suite in self._suites.get(name, ()) if suite.strip()})
        called = f"{self._options.name} {title}" if self._options.name else title
        return draft.check(called, tags=tags, imported_from={"format": FORMAT, **self._raw()})

    def _origin(self, names: list[str]) -> str | None:
        """Return the site of a journey: the project's, unless its tests open pages of another one only."""
        opened = [each.target.strip() for name in names for each in self._tests[name] if each.name == "open"]
        first = origin_of(opened[0]) if opened else None
        is_elsewhere = first is not None and all(origin_of(target) is not None for target in opened)
        return first if is_elsewhere else origin_of(self._url)

    def _variables(self, reader: TestReader, draft: JourneyDraft, title: str) -> None:
        for name in reader.missing():
            if kind_of_secret(name) is not None:
                self._credentials.reserve(name)
                note = f"nothing sets it: set the secret {name}"
                self._book.add(Outcome.SECRET, f"test {title}", f"${{{name}}}", note)
            else:
                draft.variables[name] = ""
                note = f"nothing sets it: set the variable {name}"
                self._book.add(Outcome.CHOICE_NEEDED, f"test {title}", f"${{{name}}}", note)

    def _raw(self) -> dict[str, Any]:
        known = ("id", "version", "name", "url", "urls", "plugins", "tests", "suites", "snapshot", *_GENERATED)
        raw = without_nothing({key: value for key, value in self._project.value.items() if key not in known})
        return {"raw": raw} if raw else {}

"""The importer of what Playwright's recorder writes as lines of JSON.

Its shape has changed with nearly every release and is documented nowhere, so it is told by its fields and not by a
version: pages are named by ``pageAlias``, ``pageGuid`` or both; frames are a ``framePath`` or part of the selector;
signals are in the action or beside it. ``locator`` is never read: it loses parts of chains and regular expressions.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from outrider_journeys.importing.contract import LARGEST, MOST_STEPS, Imported, ImportOptions, ImportProblem
from outrider_journeys.importing.credentials import Credentials
from outrider_journeys.importing.drafting import JourneyDraft
from outrider_journeys.importing.json_reading import Fields, deeper_than, read_json, without_nothing
from outrider_journeys.importing.literal_texts import literal
from outrider_journeys.importing.receipt import Outcome, ReceiptBook

from .contexts import context_options
from .jsonl_actions import ACTIONS, Around
from .pages import MAIN, Pages
from .selectors import locator_of

FORMAT = "playwright-jsonl"
_KNOWN = frozenset(
    {
        *(
            "name",
            "selector",
            "signals",
            "pageAlias",
            "pageGuid",
            "framePath",
            "locator",
            "url",
            "text",
            "key",
            "value",
        ),
        *("button", "modifiers", "clickCount", "position", "options", "files", "substring", "checked", "ariaSnapshot"),
        *("preconditionSelector", "ref", "frame", "startTime", "endTime"),
    }
)
_MODIFIERS = ((1, "Alt"), (2, "Control"), (4, "Meta"), (8, "Shift"))
_EMPTY_PAGES = ("", "about:blank", "chrome://newtab/", "chrome://new-tab-page/")


class PlaywrightJsonl:
    """Reads recordings that were made with ``--target jsonl``."""

    name = FORMAT
    title = "Playwright codegen (jsonl)"
    largest = LARGEST

    def recognises(self, text: str, file_name: str) -> bool:
        """Whether its first line is an object that begins such a recording."""
        lines = [line for line in text.lstrip()[:200_000].split("\n")[:3] if line.strip()]
        first = _object(lines[0]) if lines else None
        second = _object(lines[1]) if len(lines) > 1 else None
        if first is None:
            return False
        return "browserName" in first or _is_action(first) or ("name" not in first and _is_action(second))

    def read(self, text: str, options: ImportOptions) -> Imported:
        """Make a journey of a recording.

        Raises:
            ImportProblem: a line is damaged; names it.
        """
        return _Reading(options).imported(text)


class _Reading:
    """Reads one recording, line by line."""

    def __init__(self, options: ImportOptions) -> None:
        self._book = ReceiptBook()
        self._credentials = Credentials(self._book)
        self._draft = JourneyDraft(FORMAT, self._book, self._credentials)
        self._options = options
        self._pages = Pages()
        self._line = 0
        self._raw_header: dict[str, Any] = {}

    def imported(self, text: str) -> Imported:
        lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        if len(lines) > MOST_STEPS + 1:
            raise ImportProblem(f"has more than {MOST_STEPS:,} lines")
        last = lines[-1][0] if lines else 0
        for number, line in lines:
            self._line = number
            try:
                fields = Fields(read_json(line), "")
                self._take(fields, is_first=number == lines[0][0], is_last=number == last)
            except ImportProblem as problem:
                where = f"{problem.field}: " if problem.field and not problem.field.startswith("line ") else ""
                raise ImportProblem(f"{where}{problem.problem}", line=number) from None
        origin = {"format": FORMAT} | ({"raw": self._raw_header} if self._raw_header else {})
        site = urlsplit(self._draft.origin).netloc if self._draft.origin is not None else ""
        name = self._options.name or (f"Recording of {site}" if site else "Playwright recording")
        check = self._draft.check(name, imported_from=origin)
        return Imported(FORMAT, (check,), self._book.receipt(), self._credentials.names)

    def _take(self, fields: Fields, *, is_first: bool, is_last: bool) -> None:
        if is_first and "name" not in fields.value:
            self._header(fields)
            return
        name = fields.text("name")
        identifier = fields.value.get("pageAlias") or fields.value.get("pageGuid") or MAIN
        if not isinstance(identifier, str):
            raise fields.wrong("pageGuid", "a text")
        known = self._pages.knows(identifier)
        alias = self._pages.alias(identifier)
        if name == "openPage":
            self._open(fields, alias, is_new=not known)
        elif name == "closePage":
            self._close(alias, is_last=is_last)
        elif name in ACTIONS:
            self._act(fields, name, alias)
        else:
            rest = {key: value for key, value in fields.value.items() if key not in ("name", "locator")}
            self._draft.book.add(Outcome.DROPPED, self._where, name, f"there is no such action; it said {sorted(rest)}")

    @property
    def _where(self) -> str:
        return f"line {self._line}"

    def _header(self, fields: Fields) -> None:
        made = context_options(fields.part("contextOptions").value, fields.value.get("deviceName"))
        self._draft.browser |= made.browser
        engine = fields.value.get("browserName")
        if engine in ("firefox", "webkit"):
            self._draft.browser["engine"] = engine
        for note in made.dropped:
            self._book.add(Outcome.DROPPED, self._where, "contextOptions", note)
        if made.login_state is not None:
            self._book.add(Outcome.CHOICE_NEEDED, self._where, "storageState", made.login_state)

    def _open(self, fields: Fields, alias: str, *, is_new: bool) -> None:
        url = fields.text("url", "")
        is_empty = url in _EMPTY_PAGES
        if alias == MAIN:
            if is_empty:
                self._book.add(Outcome.EXACT, self._where, "openPage", "a journey begins with an open page")
                return
            self._add({"action": "goto", "url": self._draft.address(literal(url))}, "openPage", alias)
            return
        if not is_new:
            return
        step = {"action": "open_page", "as": alias}
        if not is_empty:
            step["url"] = self._draft.address(literal(url))
        self._add(step, "openPage", None)

    def _close(self, alias: str, *, is_last: bool) -> None:
        if alias == MAIN and is_last:
            self._book.add(Outcome.EXACT, self._where, "closePage", "a journey ends with all pages closed")
            return
        self._add({"action": "close_page"}, "closePage", alias)

    def _act(self, fields: Fields, name: str, alias: str) -> None:
        around = Around(
            address=self._draft.address,
            secret=lambda value, kind: self._credentials.reference(value, kind, self._where, name),
        )
        step, outcome, note = ACTIONS[name](fields, around)
        raw = without_nothing({key: value for key, value in fields.value.items() if key not in _KNOWN})
        expects, waits = self._expected(fields)
        if expects:
            step = {**step, "expects": expects}
        self._add(step, name, alias, outcome=outcome, note=note, raw=raw)
        for selector in waits:
            seen = {"action": "assert", "locator": locator_of(literal(selector)), "state": "visible"}
            self._add(seen, "signal expect", alias)

    def _add(
        self,
        step: Mapping[str, Any],
        what: str,
        alias: str | None,
        *,
        outcome: Outcome = Outcome.EXACT,
        note: str = "",
        raw: Mapping[str, Any] | None = None,
    ) -> None:
        page = {} if alias is None else {"page": alias}
        self._draft.add(
            {**step, **page}, where=self._where, what=what, outcome=outcome, note=note, line=self._line, raw=raw
        )

    def _expected(self, fields: Fields) -> tuple[list[dict[str, Any]], list[str]]:
        """Return what the action has to cause, and selectors that have to be visible after it."""
        expects: list[dict[str, Any]] = []
        waits: list[str] = []
        for signal in fields.objects("signals"):
            kind = signal.text("name")
            if kind == "popup":
                identifier = signal.value.get("popupAlias") or signal.value.get("popupPageGuid") or "popup"
                expects.append({"popup": self._pages.alias(str(identifier))})
            elif kind == "download":
                expects.append({"download": {"as": f"download{_suffix(signal.value.get('downloadAlias'))}"}})
            elif kind == "dialog":
                expects.append({"dialog": {"answer": "dismiss"}})
                note = (
                    "a recording does not say how it was answered: it is dismissed; change answer to accept if need be"
                )
                self._book.add(Outcome.CHOICE_NEEDED, self._where, "signal dialog", note)
            elif kind == "expect":
                waits.append(signal.text("selector"))
            elif kind != "navigation":
                self._book.add(Outcome.DROPPED, self._where, f"signal {kind}", "there is no such signal")
        return expects[:10], waits


def _object(line: str) -> Mapping[str, Any] | None:
    if not line.lstrip().startswith("{") or len(line) > 100_000 or deeper_than(line, 20):
        return None
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _is_action(line: Mapping[str, Any] | None) -> bool:
    """Whether it is an action of a recording: a name that is known, with where or what it is about."""
    if line is None or line.get("name") not in (*ACTIONS, "openPage", "closePage"):
        return False
    return any(isinstance(line.get(key), str) for key in ("selector", "url", "pageAlias", "pageGuid"))


def _suffix(alias: object) -> str:
    return alias if isinstance(alias, str) and re.fullmatch(r"[A-Za-z0-9_.-]{1,40}", alias) else ""

"""Commands of one test in order: blocks, windows, frames, dialogs, and each other command as steps."""

from collections.abc import Iterator, Mapping
from typing import Any

from outrider_journeys.importing.contract import ImportProblem
from outrider_journeys.importing.credentials import kind_of_secret
from outrider_journeys.importing.drafting import JourneyDraft, short_name
from outrider_journeys.importing.receipt import Outcome
from outrider_journeys.importing.settling import custom_step

from .blocks import CLOSING, OPENING, Block, opened
from .command import Command, Made
from .commands import ACTING, Handler, Unusable
from .dialogs import DIALOGS, Dialogs
from .judging import JUDGING
from .targets import FRAMES, locator_of, locators_of, name_of, text_of, variables_in

FORMAT = "selenium-side"
_HANDLERS: dict[str, Handler] = {**ACTING, **JUDGING}
_SILENT = ("setSpeed", "debugger", "")
_DEEPEST = 10


class TestReader:
    """Makes steps of the commands of a test.

    Attributes:
        asked: variables that commands name.
        given: variables that commands set.
        shown: names of windows that commands do more with than turn to them.
    """

    def __init__(self, draft: JourneyDraft, tests: Mapping[str, list[Command]], base_url: str) -> None:
        self._draft = draft
        self._tests = tests
        self._base_url = base_url
        self._frames: list[dict[str, Any]] = []
        self._pages: dict[str, str] = {"root": "main"}
        self._page = "main"
        self._blocks: list[Block] = []
        self._dialogs = Dialogs()
        self._running: list[str] = []
        self.shown = {
            name
            for commands in tests.values()
            for command in commands
            if command.name != "selectWindow"
            for name in variables_in(f"{command.target} {command.value}")
        }
        self.asked: set[str] = set()
        self.given: set[str] = set()

    def read(self, name: str) -> None:
        """Add the steps of a test to the draft.

        Raises:
            ImportProblem: its blocks do not end where they have to, or it runs itself.
        """
        self._running.append(name)
        depth = len(self._blocks)
        for command in self._tests[name]:
            self._take(command)
        if len(self._blocks) > depth:
            block = self._blocks[-1]
            raise ImportProblem(f"{block.kind} is never ended", field=block.where)
        self._running.pop()

    def _take(self, command: Command) -> None:
        self.asked.update(variables_in(f"{command.target} {command.value}"))
        kind = command.name
        if command.skip and kind in (*OPENING, *CLOSING):
            self._draft.book.add(Outcome.DROPPED, command.where, kind, "it is switched off")
        elif kind in OPENING:
            self._open(command)
        elif kind in CLOSING:
            self._close(command)
        elif kind == "run":
            self._run(command)
        elif kind in DIALOGS:
            self._dialog(command)
        elif kind in ("selectFrame", "selectWindow", "storeWindowHandle", "close"):
            self._elsewhere(command)
        elif kind in _SILENT:
            note = "journeys have no pauses between steps" if kind == "setSpeed" else "there is nothing to do"
            self._draft.book.add(Outcome.DROPPED, command.where, kind or "an empty command", note)
        else:
            self._act(command)

    def _act(self, command: Command) -> None:
        handler = _HANDLERS.get(command.name)
        if handler is None:
            parameters = {"target": text_of(command.target), "value": text_of(command.value)}
            step = custom_step(f"selenium-side.{command.name}", parameters)
            note = "there is no such command; a plugin may offer it"
            self._add(command, Made([step], Outcome.CHOICE_NEEDED, note))
            return
        try:
            made = handler(command, _Place(self, command))
        except Unusable as problem:
            self._draft.book.add(Outcome.DROPPED, command.where, command.name, str(problem))
            return
        if command.name == "open":
            self._frames = []
        if command.name.startswith("verify"):
            made = Made([{**step, "soft": True} for step in made.steps], made.outcome, made.note)
        self._add(command, made)

    def _add(self, command: Command, made: Made) -> None:
        for position, step in enumerate(made.steps):
            self.given.update({str(step["variable"])} if isinstance(step.get("variable"), str) else ())
            kept: dict[str, Any] = {"name": short_name(command.comment)} if command.comment.strip() else {}
            kept = {"action": step["action"], **kept, **step}
            if command.skip:
                kept["skip"] = True
            if position == len(made.steps) - 1 and command.opens is not None:
                self._pages[command.opens] = f"page{len(self._pages)}"
                kept["expects"] = [{"popup": self._pages[command.opens]}]
            if self._page != "main":
                kept["page"] = self._page
            added = self._draft.sourced(kept, index=command.index, raw=command.raw)
            self._draft.steps.append(added)
            self._dialogs.after(added)
        outcome, note = (Outcome.EXACT, "it is switched off") if command.skip else (made.outcome, made.note)
        self._draft.book.add(outcome, command.where, command.name, note)

    def element(self, command: Command, target: str | None = None) -> dict[str, Any]:
        """Return the locator of a command, within the frames that are selected."""
        if target is None:
            found = locators_of(command.target, command.targets)
        else:
            found = [locator] if (locator := locator_of(target)) is not None else []
        if not found:
            raise Unusable(f"no browser accepts the locator {(target or command.target)[:100]}")
        if self._frames:
            found = [{**locator, "frame": list(self._frames)} for locator in found]
        return {"locator": found[0]} if len(found) == 1 else {"locators": found}

    @property
    def base_url(self) -> str:
        """The address of the project, as a prefix of its pages."""
        return self._base_url

    @property
    def draft(self) -> JourneyDraft:
        """The journey in the making."""
        return self._draft

    def _open(self, command: Command) -> None:
        if len(self._blocks) >= _DEEPEST:
            raise ImportProblem(f"blocks are nested deeper than {_DEEPEST} levels", field=command.where)
        block, note = opened(command, self._draft.steps)
        if command.name == "forEach":
            self.given.add(name_of(command.value))
        self._blocks.append(block)
        self._draft.steps = block.inner
        self._dialogs.forget()
        outcome = Outcome.APPROXIMATED if note else Outcome.EXACT
        self._draft.book.add(outcome, command.where, command.name, note)

    def _close(self, command: Command) -> None:
        if not self._blocks:
            raise ImportProblem(f"{command.name} ends nothing", field=command.where)
        block = self._blocks[-1]
        note = block.go_on(command)
        self._dialogs.forget()
        self._draft.book.add(Outcome.APPROXIMATED if note else Outcome.EXACT, command.where, command.name, note)
        if block.is_ended:
            self._blocks.pop()
            block.outer.append(self._draft.sourced(block.step(), index=block.index))
            self._draft.steps = block.outer
        else:
            self._draft.steps = block.inner

    def _run(self, command: Command) -> None:
        name = command.target
        if name not in self._tests:
            self._draft.book.add(Outcome.DROPPED, command.where, "run", f"there is no test {name[:100]!r}")
            return
        if name in self._running:
            raise ImportProblem(f"the test {name[:100]!r} runs itself", field=command.where)
        if len(self._blocks) + len(self._running) > _DEEPEST:
            raise ImportProblem(f"blocks are nested deeper than {_DEEPEST} levels", field=command.where)
        note = "switched off" if command.skip else "its steps stand here as a group"
        self._draft.book.add(Outcome.EXACT, command.where, f"run {name}", note)
        if command.skip:
            return
        outer = self._draft.steps
        inner: list[dict[str, Any]] = []
        self._draft.steps = inner
        self.read(name)
        self._draft.steps = outer
        if inner:
            group = {"action": "group", "name": short_name(name) or "Test", "steps": inner}
            outer.append(self._draft.sourced(group, index=command.index))

    def _dialog(self, command: Command) -> None:
        if command.skip:
            self._draft.book.add(Outcome.DROPPED, command.where, command.name, "it is switched off")
            return
        step = self._dialogs.take(command)
        if step is not None:
            added = self._draft.sourced(step, index=command.index)
            self._draft.steps.append(added)
            self._dialogs.after(added)
        self._draft.steps[:] = self._dialogs.without_unneeded(self._draft.steps)
        self._draft.book.add(Outcome.EXACT, command.where, command.name)

    def _elsewhere(self, command: Command) -> None:
        try:
            note = self._turn(command)
        except Unusable as problem:
            self._draft.book.add(Outcome.CHOICE_NEEDED, command.where, command.name, str(problem))
            return
        self._draft.book.add(Outcome.APPROXIMATED if note else Outcome.EXACT, command.where, command.name, note)

    def _turn(self, command: Command) -> str:
        target = command.target.strip()
        if command.name == "storeWindowHandle":
            self._pages[target] = self._page
            if target not in self.shown:
                return ""
            step = {"action": "set_variable", "variable": name_of(target), "value": self._page}
            self._draft.steps.append(self._draft.sourced(step, index=command.index))
            return "it holds the name of the page"
        if command.name == "close" and self._page == "main":
            return "a journey ends with all pages closed"
        if command.name == "close":
            step = {"action": "close_page", "page": self._page}
            self._draft.steps.append(self._draft.sourced(step, index=command.index))
            self._page = "main"
            return "the first page is the current one then"
        if command.name == "selectWindow":
            return self._window(target)
        return self._frame(target)

    def _window(self, target: str) -> str:
        handle = target.removeprefix("handle=").removeprefix("${").removesuffix("}")
        self._frames = []
        if target in ("name=main", "win_ser_local", "null", "") or handle == "root":
            self._page = "main"
        elif handle in self._pages:
            self._page = self._pages[handle]
        else:
            raise Unusable(f"no command opens the window {target[:80]}: name its page in the steps that follow")
        return ""

    def _frame(self, target: str) -> str:
        if target in ("relative=top", "relative=root"):
            self._frames = []
        elif target == "relative=parent":
            self._frames = self._frames[:-1]
        elif target.startswith("index=") and target[6:].strip().isdigit():
            self._frames = [*self._frames, {"css": FRAMES, "nth": int(target[6:])}]
        else:
            locator = locator_of(target)
            if locator is None:
                raise Unusable(f"no browser accepts the frame {target[:80]}")
            self._frames = [*self._frames, locator]
        return "the frames that are selected inside a block stay selected after it" if self._blocks else ""

    def missing(self) -> Iterator[str]:
        """Yield the variables that are named and never set."""
        yield from sorted(self.asked - self.given - set(self._pages))


class _Place:
    """What a command may ask of the reader."""

    def __init__(self, reader: TestReader, command: Command) -> None:
        self._reader = reader
        self._command = command

    def element(self, command: Command, target: str | None = None) -> dict[str, Any]:
        return self._reader.element(command, target)

    def address(self, url: str) -> str:
        return self._reader.draft.address(url)

    def secret(self, value: str, kind: str) -> str:
        return self._reader.draft.credentials.reference(value, kind, self._command.where, self._command.name)

    @property
    def has_just_selected(self) -> bool:
        steps = self._reader.draft.steps
        return bool(steps) and steps[-1]["action"] == "select_option"

    def size(self, width: int, height: int) -> None:
        browser = self._reader.draft.browser
        if 100 <= width <= 10_000 and 100 <= height <= 10_000:
            browser.setdefault("viewport", {"width": width, "height": height})


def hidden_value(command: Command) -> str | None:
    """Return what kind of secret ``store`` keeps, judged by the name of its variable."""
    return kind_of_secret(command.value) if command.name == "store" else None

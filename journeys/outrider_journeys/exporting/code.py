"""Writes steps as Python for pytest-playwright: what actions need to say how they are done by hand."""

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from outrider_journeys.actions.contract import StepAction
from outrider_journeys.comparing import TextTests
from outrider_journeys.defaults import Defaults
from outrider_journeys.locators import FrameLocator, Locator, Locators
from outrider_journeys.number_tests import NumberTest
from outrider_journeys.operators import on_one_line
from outrider_journeys.steps import OptionalElementStep, StepModel
from outrider_journeys.url_tests import UrlTest, glob_source

from .expressions import NUMBERS, TEXTS, Expression, called, filled_in, literal, pattern
from .wrapping import wrapped

_INDENT = "    "
_LEFT = "is_left"
DIALOGS = "dialogs"
"""The name of the store that is no store: what answers the dialogs."""
EVENT = "on "
"""How the names of stores begin that are lists of events."""


@dataclass(slots=True, kw_only=True)
class _Round:
    """A loop, or the tries of a step, that is being written; ``is_left`` tells that it ends a loop around it."""

    is_loop: bool
    is_left: bool = False


class CodeWriter:
    """Writes the body of a test function.

    In the code that it writes, ``values`` are the variables and secrets by name, ``pages`` the pages by theirs, and
    ``page`` is the current page. What else it uses is asked for with ``needs`` (a line that imports something) and
    ``helper`` (a function that is written into the file, see ``written_along``).

    Attributes:
        lines: what is written so far.
        imports: lines that import something.
        helpers: names of the functions that are written into the file.
        stores: names of what the test keeps.
        functions: names of the functions that are written for called journeys, by the names of those.
        handed_on: what such a function is called with, besides the values of the call.
        dropped: steps that can't be written as code, and why.
    """

    def __init__(
        self,
        actions: Mapping[str, StepAction[Any]],
        defaults: Defaults,
        *,
        functions: Mapping[str, str] | None = None,
        base_url: str | None = None,
        is_called: bool = False,
    ) -> None:
        """Begin to write.

        Args:
            actions: that steps may have.
            defaults: of the journey.
            functions: see above.
            base_url: what relative addresses are joined to unless pytest is given another, which the variable
                ``base_url`` is then. Where it can be, that is left to the browser context.
            is_called: whether it is the body of such a function that is written, and not that of the test.
        """
        self.lines: list[str] = []
        self.imports: set[str] = set()
        self.helpers: set[str] = set()
        self.stores: set[str] = set()
        self.dropped: list[tuple[StepModel, str]] = []
        self.defaults = defaults
        self.functions = functions or {}
        self.base_url = base_url
        self._joins = is_called or (base_url is not None and "{{" in base_url)
        self.handed_on = ("page", "pages", "values", "kept", "step", "base_url")
        self.end = "return page" if is_called else "return"
        self._actions = actions
        self._depth = 0
        self._goes_on = 0
        self._pages = ["page"]
        self._around: list[_Round] = []

    @property
    def page(self) -> str:
        """The expression for the page that the step is about."""
        return self._pages[-1]

    def line(self, text: str) -> None:
        """Write one line at the current depth."""
        self.lines.append(f"{_INDENT * self._depth}{text}" if text else "")

    @contextmanager
    def block(self, header: str) -> Iterator[None]:
        """Write a header such as ``if x:``, and what is written inside one level deeper (``pass`` if nothing is)."""
        self.line(header)
        self._depth += 1
        before = len(self.lines)
        try:
            yield
        finally:
            if len(self.lines) == before:
                self.line("pass")
            self._depth -= 1

    @contextmanager
    def loop(self, header: str) -> Iterator[None]:
        """Write a loop that steps within may leave (``leave_loop``)."""
        self._around.append(_Round(is_loop=True))
        with self.block(header):
            yield
        self._around.pop()

    @contextmanager
    def tries(self, header: str) -> Iterator[None]:
        """Write a loop that tries something again, which is left with the loop around it."""
        begun, margin = len(self.lines), _INDENT * self._depth
        around = _Round(is_loop=False)
        self._around.append(around)
        with self.block(header):
            yield
        self._around.pop()
        if around.is_left:
            self.lines.insert(begun, f"{margin}{_LEFT} = False")
            with self.block(f"if {_LEFT}:"):
                self.line("break")

    def leave_loop(self) -> None:
        """Write that the innermost loop ends, and all tries within it."""
        tries = list(itertools.takewhile(lambda each: not each.is_loop, reversed(self._around)))
        for each in tries:
            each.is_left = True
        if tries:
            self.line(f"{_LEFT} = True")
        self.line("break")

    def needs(self, import_line: str) -> None:
        """Have the file import something."""
        self.imports.add(import_line)

    def helper(self, name: str) -> str:
        """Have a function written into the file; returns its name."""
        self.helpers.add(name)
        return name

    def store(self, name: str) -> str:
        """Return the expression for what the test keeps of a kind, by the names that the journey gives."""
        self.stores.add(name)
        return f"kept[{literal(name)}]"

    def recorded(self, event: str) -> str:
        """Return the expression for the list of all that Playwright has told of an event since the test began.

        Args:
            event: of the browser context (``request``, ``response``, ``console``, ``weberror``), or ``download`` of the
                first page.
        """
        return self.store(f"{EVENT}{event}")

    def dialogs(self) -> str:
        """Return the expression for what answers dialogs, and knows them (``Dialogs``)."""
        self.helper("Dialogs")
        return self.store(DIALOGS)

    def text(self, value: str) -> str:
        """Return the expression for a text in which ``{{NAME}}`` stands for a variable."""
        return filled_in(value)

    def address(self, url: str) -> str:
        """Return the expression for an address, joined to the journey's base URL if it is relative."""
        if self.base_url is None or "://" in url:
            return self.text(url)
        self.needs("from urllib.parse import urljoin")
        return called("urljoin", f"base_url or {self.text(self.base_url)}", self.text(url))

    def loaded_address(self, url: str) -> str:
        """Return the expression for an address that the browser context is asked for, which joins it itself."""
        return self.address(url) if self._joins else self.text(url)

    def pattern(self, expression: str, *, ignore_case: bool = False) -> str:
        """Return the expression for a regular expression in which ``{{NAME}}`` only matches its own text."""
        self.needs("import re")
        return pattern(expression, ignore_case=ignore_case)

    def expression(self, value: str | None) -> Expression | None:
        """Return the expression for a text as an option of a call; ``None`` for none."""
        return None if value is None else Expression(self.text(value))

    def goto(
        self,
        url: str,
        step: StepModel,
        *,
        wait_until: str,
        status: Any = None,
        referer: str | None = None,
    ) -> None:
        """Write that an address is opened on the current page of the step, and its status is judged."""
        address = self.loaded_address(url)
        told = None if referer is None else Expression(self.address(referer))
        self.loads(f"{self.page}.goto", step, address, wait_until=wait_until, status=status, referer=told)

    def loads(
        self, target: str, step: StepModel, *arguments: str, wait_until: str, status: Any, **options: Any
    ) -> None:
        """Write a call that loads a page, and that its status is judged."""
        wait = None if wait_until == "load" else wait_until
        call = called(target, *arguments, wait_until=wait, timeout=self.timeout(step), **options)
        if status == "any":
            self.line(call)
        else:
            self.line(called(self.helper("answered"), call, fine=status))

    def element(self, step: OptionalElementStep) -> str:
        """Return the expression for the element of a step; further locators stand in for the first."""
        return self.one_of(step.ways)

    def one_of(self, ways: Locators) -> str:
        """Return the expression for the element that several locators lead to; further ones stand in for the first."""
        first, *others = [self.locator(way) for way in ways]
        return "".join([first, *(f".or_({other})" for other in others), *([".first"] if others else [])])

    def locator(self, locator: Locator) -> str:
        """Return the expression for one locator."""
        root = self.page
        for frame in locator.frame:
            root = f"{self._within(root, frame)}.content_frame"
        return self._within(root, locator)

    def milliseconds(self, step: StepModel) -> int:
        """Return the time of a step."""
        seconds = step.timeout or (self.defaults.navigation_timeout if step.navigates else self.defaults.timeout)
        return round(seconds * 1000)

    def timeout(self, step: StepModel) -> int | None:
        """Return the time of a step if it is another than that of all."""
        return None if step.timeout is None else round(step.timeout * 1000)

    def call(self, target: str, *arguments: str, **options: Any) -> None:
        """Write a call.

        Args:
            target: what is called, such as ``page.goto``.
            arguments: expressions.
            options: values by name; those that are ``None`` are left out.
        """
        self.line(called(target, *arguments, **options))

    def test_of(self, expression: str, test: TextTests | NumberTest, *, what: str, timeout_ms: int) -> None:
        """Write that a text must come to pass a test; without an expectation, that it is there at all.

        Args:
            expression: what is read, again and again; ``None`` for a text that is not there.
            test: the test.
            what: what it is, in words, for the error.
            timeout_ms: how long it may take.
        """
        self.line(self.awaited_text(expression, test, what=what, timeout_ms=timeout_ms))

    def awaited_text(self, expression: str, test: TextTests | NumberTest, *, what: str, timeout_ms: int) -> str:
        """Return the call that ``test_of`` writes."""
        held = f"lambda text: {self.condition_on('text', test)}"
        waits = self.helper("eventually")
        return called(waits, self.page, f"lambda: {expression}", held, what=what, timeout_ms=timeout_ms)

    def condition_on(self, name: str, test: TextTests | NumberTest) -> str:
        """Return the expression for whether the text that an expression stands for passes a test."""
        ignores_case = isinstance(test, TextTests) and test.ignore_case
        parts = []
        if isinstance(test, UrlTest) and test.glob is not None:
            parts.append(f"{self.pattern(glob_source(test.glob))}.fullmatch({name})")
        for operator, expected in test.expectations().items():
            if operator == "empty":
                parts.append(TEXTS["empty" if expected else "not_empty"].format(text=name))
            elif isinstance(test, NumberTest) or operator not in (*TEXTS, "matches", "not_matches"):
                parts.append(self._number(name, operator, expected))
            elif "matches" in operator:
                found = f"{self.pattern(expected, ignore_case=ignores_case)}.search({name})"
                parts.append(f"not {found}" if operator.startswith("not_") else found)
            else:
                folded = ".casefold()" if ignores_case else ""
                parts.append(TEXTS[operator].format(text=name + folded, expected=self._expected(expected, folded)))
        return " and ".join(parts) or "True"

    def _expected(self, expected: Any, folded: str) -> str:
        if isinstance(expected, tuple):
            return f"[{', '.join(self._expected(each, folded) for each in expected)}]"
        return f"{self.text(on_one_line(expected))}{folded}" if isinstance(expected, str) else literal(expected)

    def _number(self, name: str, operator: str, expected: Any) -> str:
        number = self.helper("number_in")
        limits = [
            f"{number}({self.text(each)})" if isinstance(each, str) else literal(each)
            for each in (expected if isinstance(expected, tuple) else (expected,))
        ]
        return NUMBERS[operator].format(f"{number}({name})", *limits, all=", ".join(limits))

    def steps(self, steps: tuple[StepModel, ...]) -> None:
        """Write steps, one after the other."""
        for step in steps:
            self.step(step)

    def leave_out(self, step: StepModel, why: str) -> None:
        """Note that a part of a step can't be written, and have the test warn of it."""
        self.dropped.append((step, why))
        self.needs("import warnings")
        self.call("warnings.warn", literal(f"{step.display_name}: {why}"), stacklevel=1)

    def refuse(self, step: StepModel, why: str) -> None:
        """Note that a step can't be written, and have the test fail where it comes to it."""
        self.dropped.append((step, why))
        self.line(f"raise AssertionError({literal(why)})")

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Write steps inside so that the test goes on after any of them fails."""
        self._goes_on += 1
        try:
            yield
        finally:
            self._goes_on -= 1

    def goes_on_after(self, step: StepModel) -> bool:
        """Whether the test goes on when a step fails."""
        return self._goes_on > 0 or self.defaults.goes_on_after(step)

    def step(self, step: StepModel) -> None:
        """Write one step, in a block that bears its name."""
        self._pages.append(f"pages[{literal(step.page)}]" if step.page else "page")
        try:
            with wrapped(step, self):
                self._act(step)
        finally:
            self._pages.pop()

    def _act(self, step: StepModel) -> None:
        action = self._actions.get(str(getattr(step, "action", "")))
        export = getattr(action, "export", None)
        if export is None:
            why = f"the action {getattr(step, 'action', '')} can't be written as code"
            self.refuse(step, why)
            return
        export(step, self)

    def _within(self, root: str, locator: FrameLocator) -> str:
        engine = locator.engine
        value = self.text(getattr(locator, engine))
        if engine == "role":
            found = called(f"{root}.get_by_role", value, **self._role_options(locator))
        elif engine in ("css", "xpath"):
            found = called(f"{root}.locator", self.text(f"{engine}={getattr(locator, engine)}"))
        elif engine == "selector":
            found = called(f"{root}.locator", value)
        else:
            method = {"alt": "get_by_alt_text"}.get(engine, f"get_by_{engine}")
            found = called(f"{root}.{method}", value, exact=locator.exact)
        if locator.has_text is not None:
            found = f"{found}.filter(has_text={self.text(locator.has_text)})"
        if locator.visible is not None:
            found = f"{found}.filter(visible={locator.visible})"
        return found if locator.nth is None else f"{found}.nth({locator.nth})"

    def _role_options(self, locator: FrameLocator) -> dict[str, Any]:
        names = ("level", "checked", "pressed", "selected", "expanded", "disabled", "include_hidden", "exact")
        named = {"name": Expression(self.text(locator.name))} if locator.name else {}
        return named | {name: getattr(locator, name) for name in names}

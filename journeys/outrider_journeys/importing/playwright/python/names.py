"""What names in a test stand for, and how its steps are added; the statements build on it."""

import ast
import re
from collections.abc import Iterable, Mapping
from typing import Any

from outrider_journeys.importing.credentials import Credentials, kind_of_secret
from outrider_journeys.importing.drafting import JourneyDraft, address_test
from outrider_journeys.importing.playwright.contexts import context_options
from outrider_journeys.importing.playwright.selectors import locator_of
from outrider_journeys.importing.receipt import Outcome

from .elements import TAKEN, Arguments, Made
from .locators import Located, Locators
from .navigations import is_navigation
from .values import Unreadable, Values, dotted, short

MAIN = "main"
"""The alias of the first page."""
Function = ast.FunctionDef | ast.AsyncFunctionDef
_OF_PLAYWRIGHT = frozenset(
    {*("self", "page", "context", "browser", "browser_type", "playwright", "request", "new_context", "p", "cls")}
)
"""Parameters that are no values."""
_OF_LAUNCHING = frozenset(
    {*("user_data_dir", "headless", "args", "channel", "executable_path", "slow_mo", "downloads_path", "devtools")}
)
"""Options of a browser's start, which are the business of whoever runs the journey."""
_ENGINES = ("chromium", "firefox", "webkit")


class Named:
    """Knows what names stand for: pages, contexts, locators, values.

    Attributes:
        locators: knows the pages and locators by the names of variables.
        defaults: what holds for all steps, such as time limits.
    """

    def __init__(
        self,
        draft: JourneyDraft,
        credentials: Credentials,
        constants: Mapping[str, Any],
        functions: Mapping[str, Function] | None = None,
    ) -> None:
        self._draft = draft
        self._functions = dict(functions or {})
        self._within_functions: list[str] = []
        self._credentials = credentials
        self._values = Values(constants=dict(constants))
        self.locators = Locators(self._values)
        self._contexts: set[str] = {"context"}
        self._infos: dict[str, tuple[str, str]] = {}
        self._opened = False
        self._line = 1
        self.defaults: dict[str, float] = {}

    @property
    def environment(self) -> set[str]:
        """Names of the environment variables that are read."""
        return self._values.environment

    @property
    def handed(self) -> dict[str, str]:
        """What is handed over from outside and was used: names of variables, and what the source calls them."""
        return self._values.asked

    def hand(self, names: Iterable[str]) -> None:
        """Take note of names whose values come from outside, such as fixtures of pytest."""
        known = {*self.locators.pages, *self.locators.kept, *self._contexts, *self._values.constants}
        self._values.parameters.update(set(names) - known - _OF_PLAYWRIGHT)

    @property
    def _where(self) -> str:
        return f"line {self._line}"

    def _assigned(self, target: ast.expr, value: ast.expr) -> None:
        name = dotted(target)
        if not name:
            raise Unreadable("only a plain name can be assigned to")
        if dotted(value) in self.locators.pages:
            self.locators.pages[name] = self.locators.pages[dotted(value)]
            return
        if isinstance(value, ast.Attribute) and value.attr == "value" and dotted(value.value) in self._infos:
            kind, alias = self._infos[dotted(value.value)]
            if kind == "popup":
                self.locators.pages[name] = alias
            return
        if isinstance(value, ast.Call) and (self._made_by(name, value) or self._returned(name, value)):
            return
        if is_navigation(value, self.locators.pages):  # a step already; what it was answered is not known
            self._values.forget(name)
            return
        if self.locators.is_one(value):
            self.locators.kept[name] = self.locators.of(value)
            return
        self._values.constants[name] = self._hidden(name, self._values.of(value))

    def _returned(self, name: str, call: ast.Call) -> bool:
        """Follow a function of the same file whose result a name then holds; return whether it is one."""
        raise NotImplementedError

    def _hidden(self, name: str, value: Any) -> Any:
        if isinstance(value, str) and (kind := kind_of_secret(name)) is not None:
            return self._credentials.reference(value, kind, self._where, name)
        return value

    def _made_by(self, name: str, call: ast.Call) -> bool:
        """Take note of what a call makes and a name then holds; return whether it is understood."""
        call = _without_strip(call)
        function = call.func
        method = function.attr if isinstance(function, ast.Attribute) else dotted(function)
        if method == "launch":
            engine = dotted(function).split(".")[-2:][0]
            if engine in _ENGINES and engine != "chromium":
                self._draft.browser["engine"] = engine
        elif method in ("new_context", "launch_persistent_context"):
            self._contexts.add(name)
            self._context(call)
        elif method == "new_page":
            self._new_page(name, call)
        elif not isinstance(function, ast.Attribute):
            return method == "sync_playwright"
        elif dotted(function) == "logging.getLogger":
            return True
        elif method in TAKEN and self.locators.is_one(function.value):
            self._taken(name, call, self.locators.of(function.value), method)
        elif method == "title" and dotted(function.value) in self.locators.pages:
            self._add(Made({"action": "extract", "variable": name, "source": "title"}), call)
            self._values.taken.add(name)
        else:
            return method == "start"
        return True

    def _taken(self, name: str, call: ast.Call, located: Located, method: str) -> None:
        step: dict[str, Any] = {"action": "extract", "variable": name, **TAKEN[method]}
        if method == "get_attribute":
            step["attribute"] = self._values.text(call.args[0])
        self._add(Made(step), call, located=located)
        self._values.taken.add(name)

    def _new_page(self, name: str, call: ast.Call) -> None:
        if call.keywords:
            self._context(call)
        if not self._opened and MAIN not in self.locators.pages.values():
            self.locators.pages[name] = MAIN
            self._opened = True
            return
        alias = name if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,50}", name) else f"page{len(self.locators.pages)}"
        self.locators.pages[name] = alias
        self._add(Made({"action": "open_page", "as": alias}), call)

    def _context(self, call: ast.Call) -> None:
        options: dict[str, Any] = {}
        device: object = None
        for keyword in call.keywords:
            if keyword.arg is None and isinstance(keyword.value, ast.Subscript):
                device = self._values.of(keyword.value.slice)
            elif keyword.arg is not None and keyword.arg not in _OF_LAUNCHING:
                options[keyword.arg] = self._values.of(keyword.value)
        self.use(options, device)

    def use(self, options: Mapping[str, Any], device: object) -> None:
        """Take over the options of a browser context."""
        made = context_options(options, device)
        self._draft.browser |= made.browser
        base_url = options.get("base_url")
        if isinstance(base_url, str):
            self._draft.address(base_url)
        for note in made.dropped:
            self._draft.book.add(Outcome.DROPPED, self._where, "new_context", note)
        if made.login_state is not None:
            self._draft.book.add(Outcome.CHOICE_NEEDED, self._where, "storage_state", made.login_state)

    def _of_the_site(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """Return a step whose address goes along when the journey is walked on another site."""
        url = step.get("url")
        if isinstance(url, str):
            return {**step, "url": self._draft.address(url)}
        return {**step, "url": address_test(url, self._draft.origin)} if isinstance(url, dict) else dict(step)

    def _arguments(self, call: ast.Call, selector: str = "") -> Arguments:
        def secret(value: str, kind: str) -> str:
            return self._credentials.reference(value, kind, self._where, "fill")

        return Arguments(call, self._values, secret, selector)

    def _add(
        self,
        made: Made,
        source: ast.AST,
        *,
        page: str | None = None,
        located: Located | None = None,
        arguments: Arguments | None = None,
    ) -> None:
        step = self._of_the_site(made.step)
        outcome, note = made.outcome, made.note
        if located is not None and located.selector:
            step = {"action": step.pop("action"), "locator": locator_of(located.selector), **step}
        page = located.page if located is not None else page
        if page is not None and (page != MAIN or len(set(self.locators.pages.values())) > 1):
            step["page"] = page
        if arguments is not None:
            step |= arguments.seconds()
            unused = arguments.unused()
            if unused:
                outcome = Outcome.APPROXIMATED if outcome is Outcome.EXACT else outcome
                note = "; ".join(filter(None, (note, f"not carried over: {', '.join(unused)}")))
        what = short(source) if not isinstance(source, ast.Call) else str(step["action"])
        self._draft.add(step, where=self._where, what=what, outcome=outcome, note=note, line=self._line)


def _without_strip(call: ast.Call) -> ast.Call:
    """Return the call whose result is stripped of white space: what is taken from a page is anyway."""
    function = call.func
    if isinstance(function, ast.Attribute) and function.attr == "strip" and isinstance(function.value, ast.Call):
        return function.value
    return call

"""What Python does with elements, as steps of journeys."""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from outrider_journeys.importing.credentials import kind_of_secret
from outrider_journeys.importing.receipt import Outcome
from outrider_journeys.importing.selector_hints import is_password_field

from .values import Unreadable, Values

_SILENT = frozenset({"no_wait_after", "trial", "strict", "timeout"})


@dataclass(frozen=True, slots=True)
class Made:
    """A step without its element, and how well it does what the source says."""

    step: dict[str, Any]
    outcome: Outcome = Outcome.EXACT
    note: str = ""


class Arguments:
    """The arguments of a call; what is never asked for is told at the end.

    Attributes:
        selector: the selector of the element that the call is about.
    """

    def __init__(self, call: ast.Call, values: Values, secret: Callable[[str, str], str], selector: str = "") -> None:
        self._values = values
        self._secret = secret
        self._positional = list(call.args)
        self._named = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        self._asked: set[str] = set()
        self.selector = selector

    def get(self, name: str, position: int | None = None, default: Any = None) -> Any:
        """Return an argument by name or position, the default when it was not given."""
        node = self.node(name, position)
        return default if node is None else self._values.of(node)

    def node(self, name: str, position: int | None = None) -> ast.expr | None:
        """Return the source of an argument."""
        self._asked.add(name)
        if position is not None and position < len(self._positional):
            return self._positional[position]
        return self._named.get(name)

    def text(self, name: str, position: int | None = None) -> str:
        """Return an argument that has to be a text.

        Raises:
            Unreadable: it is none, or not given.
        """
        value = self.get(name, position)
        if not isinstance(value, str):
            raise Unreadable(f"{name} is not a text")
        return value

    def typed(self, name: str, position: int) -> str:
        """Return a text that is typed, or the secret that stands for it."""
        text = self.text(name, position)
        kind = "PASSWORD" if is_password_field(self.selector) else kind_of_secret(self.selector)
        return text if kind is None else self._secret(text, kind)

    def seconds(self) -> dict[str, float]:
        """Return the time limit of the call as that of a step."""
        timeout = self.get("timeout")
        is_number = isinstance(timeout, int | float) and not isinstance(timeout, bool)
        return {"timeout": timeout / 1000} if is_number and 0 < timeout <= 3_600_000 else {}

    def unused(self) -> list[str]:
        """Return the names of arguments that nobody asked for and that make a difference."""
        return sorted(set(self._named) - self._asked - _SILENT)


def _pointer(action: str) -> Callable[[Arguments], Made]:
    def make(given: Arguments) -> Made:
        step: dict[str, Any] = {"action": action}
        for option in ("button", "modifiers", "position", "force"):
            value = given.get(option)
            if value not in (None, "left", False):
                step[option] = value
        count, delay = given.get("click_count"), given.get("delay")
        if delay:
            step["delay_ms"] = delay
        if isinstance(count, int) and count > 1:
            step["count"] = count
        return Made(step)

    return make


def _plain(action: str, **fields: Any) -> Callable[[Arguments], Made]:
    return lambda _given: Made({"action": action, **fields})


def _set_checked(given: Arguments) -> Made:
    return Made({"action": "check" if given.get("checked", 0, default=True) else "uncheck"})


def _type(given: Arguments) -> Made:
    delay = given.get("delay", 1)
    return Made({"action": "type", "text": given.typed("text", 0)} | ({"delay_ms": delay} if delay else {}))


def _press(given: Arguments) -> Made:
    given.get("delay")
    return Made({"action": "press", "key": given.text("key", 0)})


def _select(given: Arguments) -> Made:
    for option, position in (("value", 0), ("label", None), ("index", None)):
        chosen = given.get(option, position)
        if chosen is None:
            continue
        several = chosen if isinstance(chosen, list) else [chosen]
        if not all(isinstance(one, str | int) for one in several):
            raise Unreadable("the options are not texts or numbers")
        if option == "index":
            return Made({"action": "select_option", "index": several[0] if len(several) == 1 else several})
        return Made({"action": "select_option", option: several})
    raise Unreadable("no option is given")


def _upload(given: Arguments) -> Made:
    files = given.get("files", 0, default=[])
    several = files if isinstance(files, list) else [files]
    made = []
    for file in several:
        name = file.get("name") if isinstance(file, dict) else file
        if not isinstance(name, str):
            raise Unreadable("a file is not named by a text")
        made.append({"name": re.split(r"[/\\]", name)[-1] or "file", "text": ""})
    step = {"action": "upload", "files": made}
    if not made:
        return Made(step)
    names = ", ".join(str(file["name"]) for file in made)
    return Made(step, Outcome.CHOICE_NEEDED, f"files are not read: supply {names}")


def _wait(given: Arguments) -> Made:
    return Made({"action": "wait_for", "state": given.get("state", default="visible")})


def _dispatch(given: Arguments) -> Made:
    if given.text("type", 0) != "click":
        raise Unreadable("only clicks can be dispatched")
    return Made({"action": "click", "by_script": True})


def evaluate(given: Arguments) -> Made:
    """Return the step that runs a script in the page, or on an element."""
    argument = given.get("arg", 1)
    step: dict[str, Any] = {"action": "evaluate", "script": given.text("expression", 0)}
    return Made(step | ({"argument": argument} if argument is not None else {}))


def _screenshot(given: Arguments) -> Made:
    given.get("path", 0)
    given.get("full_page")
    return Made({"action": "screenshot"}, note="it is kept with the run, not in a file of that name")


ELEMENTS: dict[str, Callable[[Arguments], Made]] = {
    "click": _pointer("click"),
    "dblclick": _pointer("double_click"),
    "tap": _pointer("tap"),
    "hover": _pointer("hover"),
    "check": _plain("check"),
    "uncheck": _plain("uncheck"),
    "set_checked": _set_checked,
    "fill": lambda given: Made({"action": "fill", "value": given.typed("value", 0)}),
    "clear": _plain("clear"),
    "type": _type,
    "press_sequentially": _type,
    "press": _press,
    "select_option": _select,
    "set_input_files": _upload,
    "focus": _plain("focus"),
    "blur": _plain("blur"),
    "scroll_into_view_if_needed": _plain("scroll"),
    "wait_for": _wait,
    "dispatch_event": _dispatch,
    "screenshot": _screenshot,
    "evaluate": evaluate,
}
"""What locators do, by method."""
TAKEN: dict[str, dict[str, str]] = {
    "inner_text": {"source": "text"},
    "text_content": {"source": "text"},
    "input_value": {"source": "value"},
    "get_attribute": {"source": "attribute"},
    "count": {"source": "count"},
    "inner_html": {"source": "html"},
}
"""What can be taken from a locator, by method."""

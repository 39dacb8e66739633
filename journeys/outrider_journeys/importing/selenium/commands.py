"""Commands of Selenium IDE that act, as steps of journeys."""

import re
from collections.abc import Callable
from typing import Any, Protocol

from outrider_journeys.importing.credentials import kind_of_secret
from outrider_journeys.importing.drafting import short_name
from outrider_journeys.importing.literal_texts import literal
from outrider_journeys.importing.receipt import Outcome
from outrider_journeys.importing.selector_hints import is_password_field, tag_among

from .command import Command, Made
from .scripts import script_steps
from .targets import keys_of, name_of, text_of


class Place(Protocol):
    """Where a command is carried out: what the reader of a test knows."""

    def element(self, command: Command, target: str | None = None) -> dict[str, Any]:
        """Return the locator of a command's target, or of another target.

        Raises:
            Unusable: no browser of ours could find it.
        """

    def address(self, url: str) -> str:
        """Return an address as a journey names it."""

    def secret(self, value: str, kind: str) -> str:
        """Return what stands for a secret."""

    @property
    def has_just_selected(self) -> bool:
        """Whether the command before chose an option of a list."""

    def size(self, width: int, height: int) -> None:
        """Take note of the size of the window."""


class Unusable(Exception):
    """A command that has no counterpart; the text says why."""


_CHOOSE = (
    "option => { option.selected = true; option.closest('select').dispatchEvent(new Event('change', {bubbles: true})) }"
)
Handler = Callable[[Command, Place], Made]


def _element(action: str, **fields: Any) -> Handler:
    return lambda command, place: Made([{"action": action, **place.element(command), **fields}])


def _click(command: Command, place: Place) -> Made:
    """Click; an option of a list can't be clicked, as it is no part of the page in a browser without a window."""
    noted = [str(pair[0]) for pair in command.targets if isinstance(pair, list) and pair]
    if tag_among([command.target, *noted]) != "option":
        return Made([{"action": "click", **place.element(command)}])
    if place.has_just_selected:
        raise Unusable("the option was chosen by the command before")
    step = {"action": "evaluate", **place.element(command), "script": _CHOOSE}
    return Made([step], Outcome.APPROXIMATED, "the option is chosen by a script, as it can't be clicked by itself")


def _open(command: Command, place: Place) -> Made:
    return Made([{"action": "goto", "url": place.address(text_of(command.target.strip())) or "/"}])


def _window_size(command: Command, place: Place) -> Made:
    size = re.fullmatch(r"\s*(\d{2,5})\s*[xX,]\s*(\d{2,5})\s*", command.target)
    if size is None:
        raise Unusable("its size is not a width and a height")
    width, height = int(size[1]), int(size[2])
    place.size(width, height)
    note = "the size of the page, in Selenium of the whole window"
    return Made([{"action": "set_viewport", "width": width, "height": height}], Outcome.APPROXIMATED, note)


def _at(action: str) -> Handler:
    def make(command: Command, place: Place) -> Made:
        point = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*", command.value)
        step: dict[str, Any] = {"action": action, **place.element(command)}
        if point is not None and float(point[1]) >= 0 and float(point[2]) >= 0:
            step["position"] = {"x": float(point[1]), "y": float(point[2])}
        return _mouse(step)

    return make


def _mouse(step: dict[str, Any]) -> Made:
    if step["action"] not in ("mouse_down", "mouse_up"):
        return Made([step])
    return Made([{**step, "action": "mouse_move"}, {"action": step["action"]}])


def _mouse_out(_command: Command, _place: Place) -> Made:
    return Made([{"action": "mouse_move", "x": 0, "y": 0}], Outcome.APPROXIMATED, "the mouse goes to the corner")


def _drag(command: Command, place: Place) -> Made:
    to = place.element(command, command.value)
    target = to.get("locator") or to["locators"]
    return Made([{"action": "drag", **place.element(command), "to": target}])


def _type(command: Command, place: Place) -> Made:
    if "file" in command.target.lower() and re.search(r"[/\\].+\.\w{1,5}$", command.value):
        name = re.split(r"[/\\]", command.value)[-1]
        step = {"action": "upload", **place.element(command), "files": [{"name": literal(name), "text": ""}]}
        return Made([step], Outcome.CHOICE_NEEDED, f"files are not part of a project: supply {name}")
    return Made([{"action": "fill", **place.element(command), "value": _typed(command, place)}])


def _typed(command: Command, place: Place) -> str:
    hint = " ".join([command.target, *(str(pair[0]) for pair in command.targets if isinstance(pair, list) and pair)])
    kind = "PASSWORD" if is_password_field(hint) else kind_of_secret(hint)
    value = text_of(command.value)
    return value if kind is None else place.secret(value, kind)


def _send_keys(command: Command, place: Place) -> Made:
    element = place.element(command)
    if "${KEY_" not in command.value:
        return Made([{"action": "type", **element, "text": _typed(command, place)}])
    steps: list[dict[str, Any]] = [
        {"action": "type", **element, "text": typed} if kind == "text" else {"action": "press", **element, "key": typed}
        for kind, typed in keys_of(command.value)
    ]
    return Made(steps)


def _edit(command: Command, place: Place) -> Made:
    plain = re.sub(r"<[^>]*>", "", command.value)
    step = {"action": "fill", **place.element(command), "value": text_of(plain)}
    return Made([step], Outcome.APPROXIMATED, "the text is typed without its markup")


def _option(command: Command) -> dict[str, Any]:
    kind, separator, rest = command.value.partition("=")
    if separator and kind in ("label", "value"):
        return {kind: [text_of(rest)]}
    if separator and kind == "index" and rest.strip().isdigit():
        return {"index": int(rest)}
    if separator and kind == "id":
        raise Unusable("an option is chosen by value, label or index")
    return {"label": [text_of(command.value)]}


def _select(command: Command, place: Place) -> Made:
    return Made([{"action": "select_option", **place.element(command), **_option(command)}])


def _selection(keyword: str) -> Handler:
    def make(command: Command, place: Place) -> Made:
        return Made([{"action": "select_option", **place.element(command), **_option(command), keyword: True}])

    return make


def _submit(command: Command, place: Place) -> Made:
    return Made([{"action": "evaluate", **place.element(command), "script": "form => form.requestSubmit()"}])


def _pause(command: Command, _place: Place) -> Made:
    milliseconds = (command.target or command.value).strip()
    if not re.fullmatch(r"\d{1,7}", milliseconds) or not 0 < int(milliseconds) <= 3_600_000:
        raise Unusable("it waits for no number of milliseconds")
    seconds = int(milliseconds) / 1000
    return Made([{"action": "wait_for", "seconds": seconds, "timeout": min(seconds + 10, 3600)}])


def _echo(command: Command, _place: Place) -> Made:
    text = text_of(command.target)
    if not text:
        raise Unusable("it says nothing")
    return Made([{"action": "note", "text": text}])


def _script(command: Command, _place: Place) -> Made:
    variable = name_of(command.value) if command.value.strip() and command.name != "runScript" else None
    is_async = command.name == "executeAsyncScript"
    step, note = script_steps(command.target, variable=variable, is_async=is_async)
    name = {} if command.comment.strip() else {"name": short_name(f"Run {text_of(command.target)}"[:80])}
    return Made([{**name, **step}], Outcome.APPROXIMATED if note else Outcome.EXACT, note)


ACTING: dict[str, Handler] = {
    "open": _open,
    "setWindowSize": _window_size,
    "click": _click,
    "clickAt": _at("click"),
    "doubleClick": _element("double_click"),
    "doubleClickAt": _at("double_click"),
    "mouseDown": _at("mouse_down"),
    "mouseDownAt": _at("mouse_down"),
    "mouseUp": _at("mouse_up"),
    "mouseUpAt": _at("mouse_up"),
    "mouseMove": _at("mouse_move"),
    "mouseMoveAt": _at("mouse_move"),
    "mouseOver": _element("hover"),
    "mouseOut": _mouse_out,
    "dragAndDropToObject": _drag,
    "type": _type,
    "sendKeys": _send_keys,
    "editContent": _edit,
    "check": _element("check"),
    "uncheck": _element("uncheck"),
    "select": _select,
    "addSelection": _selection("add"),
    "removeSelection": _selection("remove"),
    "submit": _submit,
    "pause": _pause,
    "echo": _echo,
    "executeScript": _script,
    "executeAsyncScript": _script,
    "runScript": _script,
}
"""By the names of Selenium IDE."""

"""The actions of Playwright's recorder as steps of journeys."""

import re
from collections.abc import Callable
from typing import Any

from outrider_journeys.importing.json_reading import Fields
from outrider_journeys.importing.literal_texts import literal
from outrider_journeys.importing.receipt import Outcome
from outrider_journeys.importing.step_surroundings import StepSurroundings

from .selectors import locator_of

_MODIFIERS = ((1, "Alt"), (2, "Control"), (4, "Meta"), (8, "Shift"))
TEXT_NOTE = "upper and lower case are not told apart: Playwright compares the text without its style, we as it is shown"


class Around(StepSurroundings):
    """What the step of an action depends on besides the action."""

    __slots__ = ()

    def element(self, fields: Fields) -> dict[str, Any]:
        """Return the locator of an action."""
        path = fields.items("framePath")
        if not all(isinstance(part, str) for part in path):
            raise fields.wrong("framePath", "a list of texts")
        enter = " >> internal:control=enter-frame >> "
        return {"locator": locator_of(literal("".join(f"{part}{enter}" for part in path) + fields.text("selector")))}

    def value(self, fields: Fields, name: str) -> str:
        """Return what is typed, or the secret that stands for it."""
        value = fields.text(name)
        secret = self.secret_of(value, fields.text("selector"))
        return literal(value) if secret is None else secret


Made = tuple[dict[str, Any], Outcome, str]
_EXACT: tuple[Outcome, str] = (Outcome.EXACT, "")


def _click(fields: Fields, around: Around) -> Made:
    modifiers = int(fields.number("modifiers", 0))
    position = fields.part("position")
    count = int(fields.number("clickCount", 1))
    step: dict[str, Any] = {"action": "double_click" if count == 2 else "click", **around.element(fields)}
    if held := [name for bit, name in _MODIFIERS if modifiers & bit]:
        step["modifiers"] = held
    if position.value:
        step["position"] = {"x": position.number("x"), "y": position.number("y")}
    if count > 2:
        step["count"] = count
    button = fields.text("button", "left")
    if button != "left" and count != 2:
        step["button"] = button
    return step, *_EXACT


def _plain(action: str) -> Callable[[Fields, Around], Made]:
    return lambda fields, around: ({"action": action, **around.element(fields)}, *_EXACT)


def _hover(fields: Fields, around: Around) -> Made:
    position = fields.part("position")
    at = {"position": {"x": position.number("x"), "y": position.number("y")}} if position.value else {}
    return {"action": "hover", **around.element(fields), **at}, *_EXACT


def _fill(fields: Fields, around: Around) -> Made:
    return {"action": "fill", **around.element(fields), "value": around.value(fields, "text")}, *_EXACT


def _press(fields: Fields, around: Around) -> Made:
    modifiers = int(fields.number("modifiers", 0))
    held = [name for bit, name in _MODIFIERS if modifiers & bit]
    return {"action": "press", **around.element(fields), "key": "+".join([*held, fields.text("key")])}, *_EXACT


def _navigate(fields: Fields, around: Around) -> Made:
    return {"action": "goto", "url": around.address(literal(fields.text("url")))}, *_EXACT


def _select(fields: Fields, around: Around) -> Made:
    options = fields.items("options", required=True)
    if not all(isinstance(option, str) for option in options):
        raise fields.wrong("options", "a list of texts")
    return {
        "action": "select_option",
        **around.element(fields),
        "value": [literal(option) for option in options],
    }, *_EXACT


def _files(fields: Fields, around: Around) -> Made:
    names = fields.items("files", required=True)
    if not all(isinstance(name, str) for name in names):
        raise fields.wrong("files", "a list of texts")
    files = [{"name": literal(re.split(r"[/\\]", name)[-1]) or "file", "text": ""} for name in names]
    step = {"action": "upload", **around.element(fields), "files": files}
    if not files:
        return step, *_EXACT
    supply = ", ".join(file["name"] for file in files)
    return step, Outcome.CHOICE_NEEDED, f"a recording holds no files: supply {supply}"


def _assert_text(fields: Fields, around: Around) -> Made:
    operator = "contains" if fields.flag("substring", default=False) else "equals"
    test = {operator: literal(fields.text("text")), "ignore_case": True}
    return {"action": "assert", **around.element(fields), "text": test}, Outcome.APPROXIMATED, TEXT_NOTE


def _assert_value(fields: Fields, around: Around) -> Made:
    test = {"equals": around.value(fields, "value")}
    return {"action": "assert", **around.element(fields), "value": test}, *_EXACT


def _assert_checked(fields: Fields, around: Around) -> Made:
    state = "checked" if fields.flag("checked", default=True) else "unchecked"
    return {"action": "assert", **around.element(fields), "state": state}, *_EXACT


def _assert_visible(fields: Fields, around: Around) -> Made:
    return {"action": "assert", **around.element(fields), "state": "visible"}, *_EXACT


def _assert_snapshot(fields: Fields, around: Around) -> Made:
    snapshot = fields.value.get("ariaSnapshot")
    if isinstance(snapshot, str) and snapshot.strip():
        return {"action": "assert", **around.element(fields), "aria": {"snapshot": literal(snapshot)}}, *_EXACT
    step = {"action": "assert", **around.element(fields), "state": "visible"}
    note = "the recording does not hold the snapshot (Playwright leaves it out since 1.55): only visibility is checked"
    return step, Outcome.CHOICE_NEEDED, note


ACTIONS: dict[str, Callable[[Fields, Around], Made]] = {
    "click": _click,
    "hover": _hover,
    "check": _plain("check"),
    "uncheck": _plain("uncheck"),
    "fill": _fill,
    "press": _press,
    "navigate": _navigate,
    "select": _select,
    "setInputFiles": _files,
    "assertText": _assert_text,
    "assertValue": _assert_value,
    "assertChecked": _assert_checked,
    "assertVisible": _assert_visible,
    "assertSnapshot": _assert_snapshot,
}
"""By the name that the recorder gives them."""

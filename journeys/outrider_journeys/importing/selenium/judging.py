"""Commands of Selenium IDE that judge, wait or keep something, as steps of journeys."""

import re
from typing import Any

from .command import Command, Made
from .commands import Handler, Place, Unusable
from .targets import name_of, text_of, text_test

_LONGEST_MS = 3_600_000


def _state(state: str) -> Handler:
    return lambda command, place: Made([{"action": "assert", **place.element(command), "state": state}])


def _count(at_least: int, at_most: int | None) -> Handler:
    bounds = {"at_least": at_least} | ({"at_most": at_most} if at_most is not None else {})
    return lambda command, place: Made([{"action": "assert", **_all(place.element(command)), "count": bounds}])


def _all(element: dict[str, Any]) -> dict[str, Any]:
    """Return a locator that stands for all elements of its kind, not for the first."""
    locators = element.get("locators") or (element["locator"],)
    return {"locator": {key: value for key, value in locators[0].items() if key != "nth"}}


def _element_text(subject: str, *, negated: bool = False) -> Handler:
    def make(command: Command, place: Place) -> Made:
        test = text_test(command.value, negated=negated)
        return Made([{"action": "assert", **place.element(command), subject: test}])

    return make


def _selected_label(*, negated: bool = False) -> Handler:
    def make(command: Command, place: Place) -> Made:
        element = place.element(command)
        return Made([{"action": "assert", **element, "selected": text_test(command.value, negated=negated)}])

    return make


def _title(*, negated: bool = False) -> Handler:
    return lambda command, _place: Made([{"action": "assert", "title": text_test(command.target, negated=negated)}])


def _variable(command: Command, _place: Place) -> Made:
    name = re.sub(r"^\$\{(.*)\}$", r"\1", command.target.strip())
    if not name:
        raise Unusable("it names no variable")
    return Made([{"action": "assert", "variable": {"name": name_of(name), **text_test(command.value)}}])


def _wait(state: str) -> Handler:
    def make(command: Command, place: Place) -> Made:
        return Made([{"action": "wait_for", **place.element(command), "state": state, **_timeout(command.value)}])

    return make


def _wait_until(state: str) -> Handler:
    def make(command: Command, place: Place) -> Made:
        return Made([{"action": "assert", **place.element(command), "state": state, **_timeout(command.value)}])

    return make


def _wait_text(command: Command, place: Place) -> Made:
    return Made([{"action": "assert", **place.element(command), "text": {"contains": text_of(command.value)}}])


def _timeout(value: str) -> dict[str, float]:
    milliseconds = value.strip()
    if re.fullmatch(r"\d{1,7}", milliseconds) and 0 < int(milliseconds) <= _LONGEST_MS:
        return {"timeout": int(milliseconds) / 1000}
    return {}


def _stored(command: Command) -> str:
    variable = command.value.strip()
    if not variable:
        raise Unusable("it names no variable")
    return name_of(variable)


def _store(command: Command, _place: Place) -> Made:
    return Made([{"action": "set_variable", "variable": _stored(command), "value": text_of(command.target)}])


def _extract(source: str) -> Handler:
    def make(command: Command, place: Place) -> Made:
        element = place.element(command)
        if source == "count":
            element = _all(element)
        return Made([{"action": "extract", "variable": _stored(command), **element, "source": source}])

    return make


def _store_attribute(command: Command, place: Place) -> Made:
    target, separator, attribute = command.target.rpartition("@")
    if not separator or not attribute:
        raise Unusable("it names no attribute after @")
    element = place.element(command, target)
    step = {"action": "extract", "variable": _stored(command), **element, "source": "attribute"}
    return Made([{**step, "attribute": text_of(attribute)}])


def _store_title(command: Command, _place: Place) -> Made:
    variable = command.value.strip() or command.target.strip()
    if not variable:
        raise Unusable("it names no variable")
    return Made([{"action": "extract", "variable": name_of(variable), "source": "title"}])


_PAIRS: dict[str, Handler] = {
    "Text": _element_text("text"),
    "NotText": _element_text("text", negated=True),
    "Value": _element_text("value"),
    "NotValue": _element_text("value", negated=True),
    "SelectedValue": _element_text("value"),
    "NotSelectedValue": _element_text("value", negated=True),
    "SelectedLabel": _selected_label(),
    "NotSelectedLabel": _selected_label(negated=True),
    "Title": _title(),
    "NotTitle": _title(negated=True),
    "Checked": _state("checked"),
    "NotChecked": _state("unchecked"),
    "Editable": _state("editable"),
    "NotEditable": _state("readonly"),
    "ElementPresent": _count(1, None),
    "ElementNotPresent": _count(0, 0),
    "": _variable,
}
JUDGING: dict[str, Handler] = {
    **{f"assert{name}": handler for name, handler in _PAIRS.items()},
    **{f"verify{name}": handler for name, handler in _PAIRS.items()},
    "waitForElementPresent": _wait("attached"),
    "waitForElementNotPresent": _wait("detached"),
    "waitForElementVisible": _wait("visible"),
    "waitForElementNotVisible": _wait("hidden"),
    "waitForElementEditable": _wait_until("editable"),
    "waitForElementNotEditable": _wait_until("readonly"),
    "waitForText": _wait_text,
    "store": _store,
    "storeText": _extract("text"),
    "storeValue": _extract("value"),
    "storeElementCount": _extract("count"),
    "storeXpathCount": _extract("count"),
    "storeAttribute": _store_attribute,
    "storeTitle": _store_title,
    "storeJson": _store,
}
"""By the names of Selenium IDE; those that begin with ``verify`` are soft."""

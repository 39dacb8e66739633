"""Steps of recordings as steps of journeys, one at a time."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from outrider_journeys.importing.contract import ImportProblem
from outrider_journeys.importing.drafting import short_name
from outrider_journeys.importing.json_reading import Fields
from outrider_journeys.importing.literal_texts import literal
from outrider_journeys.importing.receipt import Outcome
from outrider_journeys.importing.selector_hints import tag_among
from outrider_journeys.importing.settling import OURS, custom_step
from outrider_journeys.importing.step_surroundings import StepSurroundings

from .selectors import Found, aria_parts, flat, to_locators
from .waits import wait_for_element

_BUTTONS = {"primary": "left", "auxiliary": "middle", "secondary": "right"}
_WITH_POSITION = ("canvas", "svg", "video", "map", "area", "object", "embed")
_VERBS = {
    "click": "Click",
    "double_click": "Double-click",
    "tap": "Tap",
    "hover": "Hover over",
    "fill": "Fill",
    "select_option": "Choose in",
    "upload": "Upload to",
}
"""How steps are called whose elements are found by a name alone."""
_LONGEST_MS = 3_600_000
_FAKE_PATH = "C:\\fakepath\\"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting(StepSurroundings):
    """What the conversion of a step depends on besides the step.

    Attributes:
        exact_positions: click where the recording did.
        has_touch: whether fingers can be used, as the viewport of the recording says.
    """

    exact_positions: bool = False
    has_touch: bool = False


@dataclass(frozen=True, slots=True)
class Converted:
    """A step, and how well it does what the recording did."""

    step: dict[str, Any]
    outcome: Outcome = Outcome.EXACT
    note: str = ""


def converted(fields: Fields, setting: Setting) -> Converted:
    """Return a step of a recording as one of a journey.

    Raises:
        ImportProblem: a field is not what it has to be; names it.
    """
    kind = fields.text("type")
    handler = _HANDLERS.get(kind)
    if handler is None:
        rest = {key: value for key, value in fields.value.items() if key != "type"}
        return _custom(f"chrome-recorder.{kind}", rest, "Recorder has no such step; a plugin may offer it")
    made = handler(fields, setting)
    return replace(made, step=made.step | _always(fields, kind))


@dataclass(slots=True)
class _Element:
    """The element of a step."""

    found: Found
    hints: list[str] = field(default_factory=list)

    @property
    def tag(self) -> str | None:
        return tag_among(hint for hint in self.hints if not hint.startswith(("aria/", "text/")))

    def step(self, action: str, **values: Any) -> dict[str, Any]:
        locators = self.found.locators
        where: dict[str, Any] = {"locator": locators[0]} if len(locators) == 1 else {"locators": locators}
        named = next((aria_parts(hint)[0] for hint in self.hints if hint.startswith("aria/")), "")
        if "selector" in locators[0] and named and action in _VERBS:
            where["name"] = short_name(f"{_VERBS[action]} “{literal(named)}”")
        return {"action": action, **where, **{key: value for key, value in values.items() if value is not None}}

    def made(self, action: str, **values: Any) -> Converted:
        outcome = Outcome.APPROXIMATED if self.found.note else Outcome.EXACT
        return Converted(self.step(action, **values), outcome, self.found.note)


def _element(fields: Fields, *, is_field: bool = False) -> _Element:
    selectors = fields.items("selectors", required=True)
    for index, one in enumerate(selectors):
        texts = one if isinstance(one, list) else [one]
        if not texts or not all(isinstance(text, str) and text for text in texts):
            raise ImportProblem("must be a text or a list of texts", field=f"{fields.at('selectors')}[{index}]")
    frame = fields.items("frame")
    if not all(isinstance(index, int) and not isinstance(index, bool) and 0 <= index < 10_000 for index in frame):
        raise fields.wrong("frame", "a list of whole numbers")
    return _Element(to_locators(selectors, frame, is_field=is_field), flat(selectors))


def _always(fields: Fields, kind: str) -> dict[str, Any]:
    further: dict[str, Any] = {}
    events = fields.objects("assertedEvents")
    if any(event.text("type") == "navigation" for event in events) and kind not in ("navigate", "close"):
        further["expects"] = [{"navigation": {}}]
    if fields.value.get("timeout") is not None:
        timeout = fields.number("timeout")
        if not 0 < timeout <= _LONGEST_MS:
            raise fields.wrong("timeout", f"more than 0 and at most {_LONGEST_MS} milliseconds")
        further["timeout"] = timeout / 1000
    return further


def _custom(name: str, parameters: dict[str, Any], note: str) -> Converted:
    return Converted(custom_step(name, parameters), Outcome.CHOICE_NEEDED, note)


def _navigate(fields: Fields, setting: Setting) -> Converted:
    url = fields.text("url")
    if url.startswith(("chrome:", "about:", "edge:", "chrome-extension:")):
        step = {"action": "goto", "url": literal(url) or "about:blank", "skip": True}
        return Converted(step, Outcome.DROPPED, "a page of the browser itself; it is skipped")
    return Converted({"action": "goto", "url": setting.address(literal(url))})


def _click(fields: Fields, setting: Setting) -> Converted:
    element = _element(fields)
    button = fields.text("button", "primary")
    if button not in _BUTTONS:
        return _unlike(fields, f"the button {button} of a mouse has no counterpart")
    if not element.found.locators:
        return _unlike(fields, element.found.note or "there is no selector")
    exactly = setting.exact_positions or element.tag in _WITH_POSITION
    x, y = fields.number("offsetX", 0), fields.number("offsetY", 0)
    position = {"x": x, "y": y} if exactly and x >= 0 and y >= 0 else None
    is_touch = fields.text("deviceType", "mouse") == "touch" and setting.has_touch
    if is_touch:
        return element.made("tap", position=position)
    held = fields.number("duration", 0)
    mouse = _BUTTONS[button] if button != "primary" else None
    if fields.text("type") == "doubleClick":
        made = element.made("double_click", position=position)
        return replace(made, note="pressed by the left button", outcome=Outcome.APPROXIMATED) if mouse else made
    return element.made("click", position=position, button=mouse, delay_ms=held or None)


def _hover(fields: Fields, _setting: Setting) -> Converted:
    element = _element(fields)
    return element.made("hover") if element.found.locators else _unlike(fields, "there is no usable selector")


def _change(fields: Fields, setting: Setting) -> Converted:
    element = _element(fields, is_field=True)
    value = fields.text("value")
    if not element.found.locators:
        return _unlike(fields, "there is no usable selector")
    said = " ".join(element.hints)
    if value.startswith(_FAKE_PATH) or 'type="file"' in said or "type='file'" in said:
        name = value.removeprefix(_FAKE_PATH).rsplit("/", 1)[-1].rsplit("\\", 1)[-1] or "file"
        made = element.made("upload", files=[{"name": literal(name), "text": ""}])
        return replace(made, outcome=Outcome.CHOICE_NEEDED, note=f"a recording holds no files: supply {name}")
    secret = setting.secret_of(value, said)
    if secret is not None:
        return element.made("fill", value=secret)
    if element.tag == "select":
        return element.made("select_option", value=literal(value))
    return element.made("fill", value=literal(value))


def _key(action: str) -> Callable[[Fields, Setting], Converted]:
    return lambda fields, _setting: Converted({"action": action, "key": fields.text("key")})


def _scroll(fields: Fields, _setting: Setting) -> Converted:
    to = {"x": max(0, fields.number("x", 0)), "y": max(0, fields.number("y", 0))}
    if not fields.value.get("selectors"):
        return Converted({"action": "scroll", **to})
    element = _element(fields)
    return element.made("scroll", **to) if element.found.locators else _unlike(fields, "there is no usable selector")


def _close(_fields: Fields, _setting: Setting) -> Converted:
    return Converted({"action": "close_page"})


def _viewport(fields: Fields, _setting: Setting) -> Converted:
    return Converted(
        {"action": "set_viewport", "width": round(fields.number("width")), "height": round(fields.number("height"))}
    )


def _network(fields: Fields, _setting: Setting) -> Converted:
    download, upload, latency = (fields.number(name) for name in ("download", "upload", "latency"))
    if download == 0 and upload == 0:
        return Converted({"action": "set_network", "offline": True})
    if download < 0 and upload < 0:
        return Converted({"action": "set_network", "reset": True})
    limits = {"download_kbps": download * 8 / 1000, "upload_kbps": upload * 8 / 1000, "latency_ms": latency}
    return Converted({"action": "set_network"} | {name: value for name, value in limits.items() if value > 0})


def _wait_for_element(fields: Fields, _setting: Setting) -> Converted:
    element = _element(fields)
    if not element.found.locators:
        return _unlike(fields, "there is no usable selector")
    waited = wait_for_element(fields, element.step)
    if waited is None:
        return _unlike(fields, "this way to count elements has no counterpart")
    step, note = waited
    notes = "; ".join(filter(None, (element.found.note, note)))
    return Converted(step, Outcome.APPROXIMATED if notes else Outcome.EXACT, notes)


def _wait_for_expression(fields: Fields, _setting: Setting) -> Converted:
    expression = fields.text("expression")
    inside = bool(fields.items("frame"))
    note = "it is evaluated in the page, in Recorder within a frame" if inside else ""
    step = {"action": "wait_for", "function": literal(expression)}
    return Converted(step, Outcome.APPROXIMATED if inside else Outcome.EXACT, note)


def _custom_step(fields: Fields, _setting: Setting) -> Converted:
    name = fields.text("name")
    parameters = fields.value.get("parameters")
    given = parameters if isinstance(parameters, dict) else {} if parameters is None else {"value": parameters}
    if name.startswith(OURS) and given.get("action") == name.removeprefix(OURS):
        return Converted(dict(given))
    note = "Recorder passes over it, and so does the journey: take skip away where a plugin offers it"
    return Converted({**custom_step(name or "custom", given), "skip": True}, Outcome.CHOICE_NEEDED, note)


def _unlike(fields: Fields, why: str) -> Converted:
    rest = {key: value for key, value in fields.value.items() if key != "type"}
    return _custom(f"chrome-recorder.{fields.text('type')}", rest, why)


_HANDLERS: dict[str, Callable[[Fields, Setting], Converted]] = {
    "navigate": _navigate,
    "click": _click,
    "doubleClick": _click,
    "hover": _hover,
    "change": _change,
    "keyDown": _key("key_down"),
    "keyUp": _key("key_up"),
    "scroll": _scroll,
    "close": _close,
    "setViewport": _viewport,
    "emulateNetworkConditions": _network,
    "waitForElement": _wait_for_element,
    "waitForExpression": _wait_for_expression,
    "customStep": _custom_step,
}
KINDS = frozenset(_HANDLERS)
"""The types of steps that Recorder has."""

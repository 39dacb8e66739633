"""Steps of journeys as steps of recordings, one at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from outrider_journeys.importing.chrome_recorder.selectors import FRAMES
from outrider_journeys.importing.receipt import Outcome
from outrider_journeys.importing.settling import OURS

from .selectors import frame_of, selectors_of

_BUTTONS = {"middle": "auxiliary", "right": "secondary"}
_UNSAID = frozenset({"id", "name", "imported_from", "action", "page", "timeout", "expects", "locator", "locators"})


@dataclass(frozen=True, slots=True)
class Written:
    """A step of a recording, and how well it does what the step of the journey does."""

    step: dict[str, Any]
    outcome: Outcome = Outcome.EXACT
    note: str = ""


def written(step: Mapping[str, Any], base_url: str | None) -> Written:
    """Return a step of a journey, as plain data, as one of a recording.

    What Recorder has no step for becomes a custom step that holds it whole.
    """
    action = str(step["action"])
    writer = _WRITERS.get(action)
    made = writer(step, base_url) if writer is not None else None
    if made is None:
        return _custom(step)
    body, used = made
    locators = locators_of(step)
    notes: list[str] = []
    if locators:
        body["selectors"], notes = selectors_of(locators)
        frame, note = frame_of(locators, FRAMES)
        notes += [note] if note else []
        if frame is not None:
            body["frame"] = frame
        if not body["selectors"]:
            return _custom(step)
    body |= _always(step)
    unsaid = sorted(set(step) - _UNSAID - set(used))
    if unsaid:
        notes.append(f"Recorder has no word for {', '.join(unsaid)}")
    return Written(body, Outcome.APPROXIMATED if notes else Outcome.EXACT, "; ".join(notes))


def locators_of(step: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the locators of a step."""
    if step.get("locators"):
        return list(step["locators"])
    return [step["locator"]] if step.get("locator") else []


def whole(number: float) -> float:
    """Return a number without a fraction of nothing: ``5`` for ``5.0``."""
    return int(number) if float(number).is_integer() else number


def _custom(step: Mapping[str, Any]) -> Written:
    kept = {key: value for key, value in step.items() if key != "imported_from"}
    action = step["action"]
    if action == "custom":
        return Written({"type": "customStep", "name": step.get("custom", ""), "parameters": step.get("parameters", {})})
    note = "Recorder has no such step: it is kept as a custom step, which Recorder passes over"
    return Written({"type": "customStep", "name": f"{OURS}{action}", "parameters": kept}, Outcome.APPROXIMATED, note)


def _always(step: Mapping[str, Any]) -> dict[str, Any]:
    further: dict[str, Any] = {}
    if step.get("timeout") is not None:
        further["timeout"] = whole(round(step["timeout"] * 1000, 6))
    events = []
    for expected in step.get("expects", ()):
        navigation = expected.get("navigation")
        if navigation is not None:
            tests = {key: test["equals"] for key, test in navigation.items() if test and set(test) == {"equals"}}
            events.append({"type": "navigation", **tests})
    return further | ({"assertedEvents": events} if events else {})


Body = tuple[dict[str, Any], tuple[str, ...]]
"""The step of a recording without selectors and the like, and the fields of the journey's step that it says."""


def _navigate(step: Mapping[str, Any], base_url: str | None) -> Body:
    url = str(step["url"])
    return {"type": "navigate", "url": urljoin(base_url, url) if base_url else url}, ("url", "skip")


def _pointer(kind: str) -> Callable[[Mapping[str, Any], str | None], Body | None]:
    def write(step: Mapping[str, Any], _base_url: str | None) -> Body:
        position = step.get("position") or {}
        body: dict[str, Any] = {"type": kind}
        if kind != "hover":
            body |= {"offsetX": whole(position.get("x", 1)), "offsetY": whole(position.get("y", 1))}
        if step.get("button") in _BUTTONS:
            body["button"] = _BUTTONS[step["button"]]
        if step.get("delay_ms"):
            body["duration"] = whole(step["delay_ms"])
        if step["action"] == "tap":
            body["deviceType"] = "touch"
        return body, ("position", "button", "delay_ms")

    return write


def _fill(step: Mapping[str, Any], _base_url: str | None) -> Body:
    return {"type": "change", "value": step["value"]}, ("value",)


def _select(step: Mapping[str, Any], _base_url: str | None) -> Body | None:
    value = step.get("value")
    values = [value] if isinstance(value, str) else value
    if not values or len(values) != 1 or step.get("add") or step.get("remove"):
        return None
    return {"type": "change", "value": values[0]}, ("value",)


def _upload(step: Mapping[str, Any], _base_url: str | None) -> Body | None:
    files: list[Mapping[str, Any]] = step.get("files") or []
    return ({"type": "change", "value": f"C:\\fakepath\\{files[0]['name']}"}, ()) if len(files) == 1 else None


def _key(kind: str) -> Callable[[Mapping[str, Any], str | None], Body | None]:
    def write(step: Mapping[str, Any], _base_url: str | None) -> Body | None:
        return None if locators_of(step) else ({"type": kind, "key": step["key"]}, ("key",))

    return write


def _scroll(step: Mapping[str, Any], _base_url: str | None) -> Body | None:
    if step.get("by") or (step.get("x") is None and step.get("y") is None):
        return None
    return {"type": "scroll", "x": whole(step.get("x") or 0), "y": whole(step.get("y") or 0)}, ("x", "y")


def _close(_step: Mapping[str, Any], _base_url: str | None) -> Body:
    return {"type": "close"}, ()


def _viewport(step: Mapping[str, Any], _base_url: str | None) -> Body:
    body = {"type": "setViewport", "width": step["width"], "height": step["height"], "deviceScaleFactor": 1}
    return body | {"isMobile": False, "hasTouch": False, "isLandscape": False}, ("width", "height")


def _network(step: Mapping[str, Any], _base_url: str | None) -> Body:
    limits = {"download": -1.0, "upload": -1.0, "latency": 0.0}
    if step.get("offline"):
        limits = dict.fromkeys(limits, 0.0)
    elif not step.get("reset"):
        for name in ("download", "upload"):
            if step.get(f"{name}_kbps") is not None:
                limits[name] = round(step[f"{name}_kbps"] * 1000 / 8, 6)
        limits["latency"] = step.get("latency_ms") or 0.0
    body = {"type": "emulateNetworkConditions", **{name: whole(value) for name, value in limits.items()}}
    return body, ("offline", "reset", "download_kbps", "upload_kbps", "latency_ms")


def _wait(step: Mapping[str, Any], _base_url: str | None) -> Body | None:
    if step.get("function") is not None:
        return {"type": "waitForExpression", "expression": step["function"]}, ("function",)
    if not locators_of(step):
        return None
    count = step.get("count")
    if count is not None:
        bounds = count if isinstance(count, Mapping) else {"at_least": count, "at_most": count}
        least, most = bounds.get("at_least", 0), bounds.get("at_most")
        operator, number = ("==", least) if least == most else (">=", least) if most is None else ("<=", most)
        if operator == "<=" and least:
            return None
        return {"type": "waitForElement", "operator": operator, "count": number}, ("count", "state")
    state = step.get("state", "visible")
    gone = {"visible": False} if state in ("hidden", "detached") else {}
    return {"type": "waitForElement", **gone}, ("state",)


def _assert(step: Mapping[str, Any], base_url: str | None) -> Body | None:
    given = set(step) - _UNSAID
    if given <= {"state"} and step.get("state", "visible") in ("visible", "hidden"):
        return _wait(step, base_url)
    if given == {"count"}:
        return _wait(step, base_url)
    for subject, key in (("attribute", "attributes"), ("property", "properties")):
        test = step.get(subject)
        if given == {subject} and set(test or ()) == {"name", "equals"}:
            name, value = test["name"], test["equals"]  # type: ignore[index]
            pair = [{"name": name, "value": value}] if key == "attributes" else {name: value}
            return {"type": "waitForElement", key: pair}, (subject,)
    return None


_WRITERS: dict[str, Callable[[Mapping[str, Any], str | None], Body | None]] = {
    "goto": _navigate,
    "click": _pointer("click"),
    "tap": _pointer("click"),
    "double_click": _pointer("doubleClick"),
    "hover": _pointer("hover"),
    "fill": _fill,
    "select_option": _select,
    "upload": _upload,
    "key_down": _key("keyDown"),
    "key_up": _key("keyUp"),
    "scroll": _scroll,
    "close_page": _close,
    "set_viewport": _viewport,
    "set_network": _network,
    "wait_for": _wait,
    "assert": _assert,
}

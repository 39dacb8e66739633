"""What Python does with pages, keyboards, mice and contexts, as steps of journeys."""

import re
from collections.abc import Callable
from typing import Any

from outrider_journeys.importing.receipt import Outcome

from .elements import Arguments, Made, evaluate
from .values import Pattern, Unreadable


def text_test(value: Any, *, contains: bool = False, negated: bool = False) -> dict[str, Any]:
    """Return a test on a text for what an assertion of Playwright is given.

    Raises:
        Unreadable: it is neither a text nor a pattern.
    """
    no = "not_" if negated else ""
    if isinstance(value, Pattern):
        flags = {"ignore_case": True} if "i" in value.flags else {}
        rest = value.flags.replace("i", "")
        return {f"{no}matches": f"(?{rest}){value.source}" if rest else value.source, **flags}
    if not isinstance(value, str):
        raise Unreadable("only a text or a pattern can be compared with")
    if contains:
        return {f"{no}contains": value}
    return {f"{no}equals": value}


def url_test(value: Any) -> dict[str, Any]:
    """Return a test on an address for a text with wildcards, or a pattern."""
    if isinstance(value, str) and re.search(r"[*{?]", value):
        pattern = re.escape(value).replace(r"\*\*/", "(?:.*/)?").replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
        return {"matches": f"^{pattern}$"}
    return text_test(value)


def _goto(given: Arguments) -> Made:
    step: dict[str, Any] = {"action": "goto", "url": given.text("url", 0)}
    for option in ("wait_until", "referer"):
        if (value := given.get(option)) is not None:
            step[option] = value
    return Made(step)


def _again(action: str) -> Callable[[Arguments], Made]:
    def make(given: Arguments) -> Made:
        wait_until = given.get("wait_until")
        return Made({"action": action} | ({"wait_until": wait_until} if wait_until else {}))

    return make


def _viewport(given: Arguments) -> Made:
    size = given.get("viewport_size", 0)
    if not isinstance(size, dict):
        raise Unreadable("the size is not an object")
    return Made({"action": "set_viewport", "width": size.get("width"), "height": size.get("height")})


def _pause(given: Arguments) -> Made:
    milliseconds = given.get("timeout", 0, default=0)
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float) or milliseconds <= 0:
        raise Unreadable("it waits for no time")
    return _wait_seconds(milliseconds / 1000)


def _sleep(given: Arguments) -> Made:
    seconds = given.get("seconds", 0, default=0)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds <= 0:
        raise Unreadable("it waits for no time")
    return _wait_seconds(seconds)


def _wait_seconds(seconds: float) -> Made:
    return Made({"action": "wait_for", "seconds": seconds, "timeout": min(seconds + 10, 3600)})


def _wheel(given: Arguments) -> Made:
    return Made({"action": "scroll", "by": {"x": given.get("delta_x", 0, 0), "y": given.get("delta_y", 1, 0)}})


def _mouse_move(given: Arguments) -> Made:
    given.get("steps")
    return Made({"action": "mouse_move", "x": given.get("x", 0), "y": given.get("y", 1)})


def _mouse_button(action: str) -> Callable[[Arguments], Made]:
    def make(given: Arguments) -> Made:
        button = given.get("button")
        return Made({"action": action} | ({"button": button} if button else {}))

    return make


def _key(action: str) -> Callable[[Arguments], Made]:
    return lambda given: Made({"action": action, "key": given.text("key", 0)})


def _headers(given: Arguments) -> Made:
    headers = given.get("headers", 0)
    if not isinstance(headers, dict):
        raise Unreadable("the headers are not an object")
    return Made({"action": "set_headers", "headers": headers})


def _geolocation(given: Arguments) -> Made:
    place = given.get("geolocation", 0)
    if not isinstance(place, dict):
        raise Unreadable("the place is not an object")
    return Made({"action": "set_geolocation", **place})


def _permissions(given: Arguments) -> Made:
    origin = given.get("origin")
    return Made(
        {"action": "grant_permissions", "permissions": given.get("permissions", 0)}
        | ({"origin": origin} if origin else {})
    )


def _media(given: Arguments) -> Made:
    options = {name: given.get(name) for name in ("media", "color_scheme", "reduced_motion")}
    return Made({"action": "emulate_media", **{name: value for name, value in options.items() if value is not None}})


def _offline(given: Arguments) -> Made:
    return Made({"action": "set_network", "offline" if given.get("offline", 0) else "reset": True})


def _har(given: Arguments) -> Made:
    note = "the HAR is in a file of its own: supply it"
    return Made({"action": "mock_from_har", "file": given.text("har", 0)}, Outcome.CHOICE_NEEDED, note)


PAGES: dict[str, Callable[[Arguments], Made]] = {
    "goto": _goto,
    "reload": _again("reload"),
    "go_back": _again("back"),
    "go_forward": _again("forward"),
    "bring_to_front": lambda _given: Made({"action": "use_page"}),
    "close": lambda _given: Made({"action": "close_page"}),
    "set_viewport_size": _viewport,
    "wait_for_timeout": _pause,
    "wait_for_url": lambda given: Made({"action": "wait_for", "url": url_test(given.get("url", 0))}),
    "wait_for_load_state": lambda given: Made({"action": "wait_for", "load": given.get("state", 0, "load")}),
    "wait_for_function": lambda given: Made({"action": "wait_for", "function": given.text("expression", 0)}),
    "evaluate": evaluate,
    "set_extra_http_headers": _headers,
    "emulate_media": _media,
    "route_from_har": _har,
    "keyboard.press": _key("press"),
    "keyboard.down": _key("key_down"),
    "keyboard.up": _key("key_up"),
    "mouse.wheel": _wheel,
    "mouse.move": _mouse_move,
    "mouse.down": _mouse_button("mouse_down"),
    "mouse.up": _mouse_button("mouse_up"),
}
"""What pages do, by method."""
CONTEXTS: dict[str, Callable[[Arguments], Made]] = {
    "set_extra_http_headers": _headers,
    "set_geolocation": _geolocation,
    "grant_permissions": _permissions,
    "add_cookies": lambda given: Made({"action": "set_cookies", "cookies": given.get("cookies", 0)}),
    "clear_cookies": lambda _given: Made({"action": "clear_state", "cookies": True}),
    "set_offline": _offline,
    "route_from_har": _har,
}
"""What contexts do, by method."""
CLOCK: dict[str, Callable[[Arguments], Made]] = {"time.sleep": _sleep, "asyncio.sleep": _sleep}
"""What waits without a page, by dotted name."""

"""Options of a recording's browser context as options of the browser of a journey."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_SIMPLE = {
    "locale": "locale",
    "timezoneId": "timezone",
    "timezone_id": "timezone",
    "userAgent": "user_agent",
    "user_agent": "user_agent",
    "colorScheme": "color_scheme",
    "color_scheme": "color_scheme",
    "ignoreHTTPSErrors": "ignore_https_errors",
    "ignore_https_errors": "ignore_https_errors",
    "geolocation": "geolocation",
    "permissions": "permissions",
    "isMobile": "is_mobile",
    "is_mobile": "is_mobile",
    "hasTouch": "has_touch",
    "has_touch": "has_touch",
    "deviceScaleFactor": "device_scale_factor",
    "device_scale_factor": "device_scale_factor",
    "offline": "offline",
    "reducedMotion": "reduced_motion",
    "reduced_motion": "reduced_motion",
    "javaScriptEnabled": "java_script",
    "java_script_enabled": "java_script",
}
_LOGIN_STATE = ("storageState", "storage_state")
_MEANINGLESS = (
    "serviceWorkers",
    "service_workers",
    "acceptDownloads",
    "recordHar",
    "record_har_path",
    "strictSelectors",
)


@dataclass(slots=True)
class MadeOptions:
    """Options of a browser, and what could not be made one.

    Attributes:
        login_state: what to do about the file of a login, ``None`` when there was none.
    """

    browser: dict[str, Any] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    login_state: str | None = None


def context_options(given: Mapping[str, Any], device: object = None) -> MadeOptions:
    """Return the browser options for those of ``new_context``, in JavaScript's or Python's spelling.

    Args:
        given: the options; values of a wrong type are dropped later, when the journey is settled.
        device: name of a device of Playwright's list.
    """
    made = MadeOptions()
    if isinstance(device, str) and device:
        made.browser["device"] = device
    for name, value in given.items():
        if name == "viewport":
            _viewport(value, made)
        elif name in _SIMPLE:
            made.browser[_SIMPLE[name]] = value
        elif name in _LOGIN_STATE:
            made.login_state = "the login state is in a file of its own: log in with steps, or save it as a login state"
        elif name in ("base_url", *_MEANINGLESS) or value is None:
            continue
        else:
            made.dropped.append(f"{name} has no counterpart")
    return made


def _viewport(value: Any, made: MadeOptions) -> None:
    if isinstance(value, Mapping) and all(isinstance(value.get(side), int) for side in ("width", "height")):
        made.browser["viewport"] = {"width": value["width"], "height": value["height"]}
    elif value is not None:
        made.dropped.append("viewport is not a width and a height")

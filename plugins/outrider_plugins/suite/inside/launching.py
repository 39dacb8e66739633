"""How a suite's browsers start: through the way out, and with a program that is there, whatever starts them."""

from collections.abc import Mapping
from functools import wraps
from pathlib import Path
from typing import Any

_METHODS = ("launch", "launch_persistent_context")


def start_browsers_as(wanted: Mapping[str, Any]) -> None:
    """Add to what Playwright is told when a browser is started, by a fixture or by a test itself.

    Args:
        wanted: ``args`` are added; ``proxy`` goes before the suite's own, which leads nowhere; ``program`` is for a
            Chromium that Playwright has not installed.
    """
    import playwright.async_api  # noqa: PLC0415 - only in a suite's process, which has it anyway
    import playwright.sync_api  # noqa: PLC0415

    if wanted:
        for kind in (playwright.sync_api.BrowserType, playwright.async_api.BrowserType):
            for name in _METHODS:
                setattr(kind, name, _launching(getattr(kind, name), wanted))


def _launching(original: Any, wanted: Mapping[str, Any]) -> Any:
    @wraps(original)
    def launch(self: Any, *arguments: Any, **given: Any) -> Any:
        return original(self, *arguments, **_with(self, given, wanted))

    return launch


def _with(kind: Any, given: dict[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    told = dict(given)
    if wanted.get("proxy"):
        told["proxy"] = {"server": wanted["proxy"]}
    if kind.name != "chromium":
        return told
    told["args"] = [*wanted.get("args", ()), *(given.get("args") or ())]
    told["chromium_sandbox"] = False
    has_own = given.get("executable_path") or given.get("channel") or Path(kind.executable_path).exists()
    if wanted.get("program") and not has_own:
        told["executable_path"] = wanted["program"]
    return told

"""The environment of a runner: a short list of what it needs, and nothing of what its parent knows."""

from collections.abc import Mapping
from pathlib import Path

MARKER = "OUTRIDER_SLOT"
"""Every process that a runner starts inherits this variable, and is found by it."""

_NAMES = frozenset(
    {
        "PATH",
        "LANG",
        "LC_ALL",
        "LC_CTYPE",
        "TZ",
        "LD_LIBRARY_PATH",
        "FONTCONFIG_FILE",
        "FONTCONFIG_PATH",
        "OUTRIDER_BROWSER_PATH",
        "OUTRIDER_SUITES",
        "OUTRIDER_SUITE_PACKAGES",
        "PLAYWRIGHT_BROWSERS_PATH",
        "PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH",
        "PLAYWRIGHT_NODEJS_PATH",
        # a window for headed runs
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "XAUTHORITY",
        "XDG_RUNTIME_DIR",
    }
)


def runner_environment(parent: Mapping[str, str], *, home: Path, temporary: Path, marker: str) -> dict[str, str]:
    """Return the environment for a runner that lives in ``home`` and ``temporary``."""
    chosen = {name: value for name, value in parent.items() if name in _NAMES}
    old_home = parent.get("HOME")
    if old_home:
        chosen.setdefault("PLAYWRIGHT_BROWSERS_PATH", str(Path(old_home) / ".cache" / "ms-playwright"))
        authority = Path(old_home) / ".Xauthority"
        if "DISPLAY" in chosen and authority.exists():
            chosen.setdefault("XAUTHORITY", str(authority))
    return chosen | {
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "LANG": chosen.get("LANG", "C.UTF-8"),
        "PYTHONUNBUFFERED": "1",
        MARKER: marker,
    }

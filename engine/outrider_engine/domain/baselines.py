"""Pictures of how something should look, and what their files are called."""

import re

CURRENT = "current"
VARIANT = r"[a-z0-9-]{1,60}"
NAME = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
_FILE = re.compile(rf"({NAME})\.({VARIANT})\.(current|baseline|diff|before)\.png")


def baseline_key(variant: str, name: str) -> str:
    """Return what a baseline goes by: browser and size (``chromium-1280x720``), and the name from the journey."""
    return f"{variant}/{name}"


def visual_file(key: str, what: str) -> str:
    """Return what the file of a run is called: ``cart.chromium-1280x720.current.png``."""
    variant, _, name = key.partition("/")
    return f"{name}.{variant}.{what}.png"


def key_of_current(file_name: str) -> str | None:
    """Return the key of the baseline that a run's file would make, ``None`` for other files."""
    match = _FILE.fullmatch(file_name)
    return baseline_key(match[2], match[1]) if match is not None and match[3] == CURRENT else None

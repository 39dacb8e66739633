"""Texts that fit: every service has its own longest message."""

import re

ELLIPSIS = "…"


def clipped(text: str, most: int, *, torn: str = "") -> str:
    """Return ``text`` with at most ``most`` characters, the last of them an ellipsis when something was cut off.

    Args:
        text: lone surrogates in it, which no receiver accepts, become question marks.
        most: code points.
        torn: pattern of what may be left of an escape that the cut went through; it is taken off as well.
    """
    valid = text.encode(errors="replace").decode()
    if len(valid) <= most:
        return valid
    kept = valid[: most - 1]
    if torn:
        kept = re.sub(rf"(?:{torn})\Z", "", kept)
    return kept.rstrip() + ELLIPSIS

"""Durations in words."""

from datetime import timedelta

_UNITS = (("day", 86_400), ("hour", 3600), ("minute", 60))


def in_words(duration: timedelta) -> str:
    """Return a duration as people say it, in its two largest units: ``1 hour 5 minutes``, ``less than a minute``."""
    seconds = max(0, round(duration.total_seconds()))
    parts = []
    for unit, size in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {unit}" if count == 1 else f"{count} {unit}s")
    return " ".join(parts[:2]) or "less than a minute"

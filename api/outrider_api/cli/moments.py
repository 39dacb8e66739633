"""Times as people read them, in the zone of the machine that they sit at."""

from datetime import datetime


def clock(moment: datetime | None) -> str:
    """Return a time to the second; nothing when there is none."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}" if moment else ""

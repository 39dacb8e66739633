"""Values that every run of an API monitor has without defining them: the same in all of its steps."""

import uuid
from collections.abc import Callable
from datetime import datetime

NAMES = ("uuid", "timestamp", "random_int")
_LARGEST = 1_000_000


def built_in(now: datetime, make_uuid: Callable[[], uuid.UUID]) -> dict[str, str]:
    """Return ``uuid``, ``timestamp`` (seconds since 1970) and ``random_int`` (0 to 999999) of one run."""
    identifier, number = make_uuid(), make_uuid().int
    return {
        "uuid": str(identifier),
        "timestamp": str(int(now.timestamp())),
        "random_int": str((number >> 1) % _LARGEST),
    }

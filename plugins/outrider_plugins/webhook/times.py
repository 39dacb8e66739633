"""Times in the facts of a message, as receivers like them."""

from collections.abc import Mapping
from datetime import UTC, datetime

from outrider_engine.domain.json_values import JsonObject, JsonValue

_UTC_OFFSET = "+00:00"


def with_z(facts: JsonObject, timespec: str = "auto") -> dict[str, JsonValue]:
    """Return facts whose times (``…_at``, ``since``) end in ``Z``, as the message's own does; texts for people stay.

    Args:
        facts: a part of a message.
        timespec: how exact the times are, as ``datetime.isoformat`` has it.
    """

    def shown(name: str, value: JsonValue) -> JsonValue:
        if isinstance(value, Mapping):
            return with_z(value, timespec)
        if isinstance(value, list):
            return [shown(name, item) for item in value]
        is_time = (name.endswith("_at") or name == "since") and isinstance(value, str) and value.endswith(_UTC_OFFSET)
        if not is_time:
            return value
        moment = datetime.fromisoformat(str(value)).astimezone(UTC)
        return moment.isoformat(timespec=timespec).replace(_UTC_OFFSET, "Z")

    return {name: shown(name, value) for name, value in facts.items()}

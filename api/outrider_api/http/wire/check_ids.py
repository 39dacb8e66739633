"""Ids of monitors in paths: the native form, and the UUID of the same bits that a dialect shows."""

import uuid
from typing import Annotated

from pydantic import AfterValidator

from outrider_engine.domain.ids import from_uuid


def _native(text: str) -> str:
    try:
        return from_uuid("monitor", uuid.UUID(text))
    except ValueError:
        return text


MonitorId = Annotated[str, AfterValidator(_native)]

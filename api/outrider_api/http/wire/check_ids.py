"""Ids in paths: the native form, and the UUID of the same bits that a dialect shows."""

import uuid
from typing import Annotated

from pydantic import AfterValidator

from outrider_engine.domain.ids import from_uuid


def _native(kind: str) -> AfterValidator:
    def read(text: str) -> str:
        try:
            return from_uuid(kind, uuid.UUID(text))
        except ValueError:
            return text

    return AfterValidator(read)


MonitorId = Annotated[str, _native("monitor")]
IncidentId = Annotated[str, _native("incident")]

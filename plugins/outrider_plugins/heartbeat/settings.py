"""What a ``heartbeat`` check needs."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

LONGEST_S = 31_536_000
"""A year."""

Seconds = Annotated[int, Field(strict=True, ge=1, le=LONGEST_S)]


class HeartbeatSettings(BaseModel):
    """How often a job calls in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    period: Seconds = Field(description="Seconds from one ping to the next.", examples=[3600])
    grace: Seconds = Field(default=300, description="Seconds that a ping may be late.", examples=[600])

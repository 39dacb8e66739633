"""How ``log`` delivers: one structured line, for those who collect logs anyway."""

from typing import Literal

import structlog
from pydantic import BaseModel, ConfigDict, Field

from outrider_engine.contracts import Delivery, NotifyContext
from outrider_engine.domain.notifications import Message

log = structlog.get_logger(__name__)


class LogSettings(BaseModel):
    """How messages are logged."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    level: Literal["info", "warning", "error"] = Field(default="warning", description="Level of the lines.")


class LogNotifier:
    """Writes messages into the server's own log."""

    kind = "log"
    title = "Log"
    settings = LogSettings

    async def deliver(self, message: Message, settings: LogSettings, context: NotifyContext) -> Delivery:
        """Write one line; it can't be refused."""
        write = {"info": log.info, "warning": log.warning, "error": log.error}[settings.level]
        write(
            "notification",
            notification=message.id,
            event_type=message.event.value,
            title=message.title,
            text=message.text,
            occurred_at=message.occurred_at.isoformat(),
        )
        return Delivery()

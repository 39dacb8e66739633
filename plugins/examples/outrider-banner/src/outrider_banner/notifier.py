"""The notifier ``jsonl_file``: messages as lines of a file."""

import asyncio
import json
from pathlib import Path

from outrider_engine.contracts import Delivery, NotifyContext
from outrider_engine.domain.notifications import Message
from outrider_engine.errors import NotifyError
from pydantic import BaseModel, ConfigDict, Field


class JsonlFileSettings(BaseModel):
    """Where to write."""

    model_config = ConfigDict(extra="forbid")

    path: Path = Field(description="File to append to; its folder must exist.", examples=["/var/log/alerts.jsonl"])


class JsonlFileNotifier:
    """Appends one JSON object per message."""

    kind = "jsonl_file"
    title = "File of JSON lines"
    settings = JsonlFileSettings

    async def deliver(self, message: Message, settings: JsonlFileSettings, context: NotifyContext) -> Delivery:
        """Append a message; a folder that is missing or not writable may be mended, so it is tried again."""
        line = {
            "id": message.id,
            "event": message.event.value,
            "title": message.title,
            "text": message.text,
            "occurred_at": message.occurred_at.isoformat(),
            "data": message.data,
        }
        try:
            await asyncio.to_thread(_append, settings.path, json.dumps(line))
        except OSError as error:
            raise NotifyError(f"{settings.path} can't be written: {error.strerror}", permanent=False) from error
        return Delivery()


def _append(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")

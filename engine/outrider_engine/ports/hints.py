"""Hints: "there is work in this queue at this location". They may be lost, late or repeated without harm."""

from typing import Protocol


class Hints(Protocol):
    """Sends hints; coalesces them, so that a thousand waiting runs are one message."""

    def send(self, queue: str, location: str) -> None:
        """Say that there is work. Never raises: what a hint does not wake, polling finds."""

"""Ports that only note what they are asked to do."""

from dataclasses import dataclass, field


@dataclass
class RecordedHints:
    """Hints that are only noted."""

    sent: list[tuple[str, str]] = field(default_factory=list)

    def send(self, queue: str, location: str) -> None:
        """Note a hint."""
        self.sent.append((queue, location))


@dataclass
class RecordedTold:
    """Told hooks that are only noted, as (hook, facts)."""

    events: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def tell(self, hook: str, **facts: object) -> None:
        """Note what was told."""
        self.events.append((hook, facts))

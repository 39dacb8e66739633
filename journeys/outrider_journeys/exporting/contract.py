"""Exporters: one format of another tool each, built-in or added by a plugin."""

from dataclasses import dataclass
from typing import Protocol

from outrider_journeys.importing.receipt import Receipt
from outrider_journeys.model import Journey


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and what became of each step."""

    text: str
    receipt: Receipt


class Exporter(Protocol):
    """One format.

    Attributes:
        name: what people choose it by: lower-case letters, digits and ``-``.
        title: what people read.
        suffix: how names of such files end: ``.json``.
    """

    name: str
    title: str
    suffix: str

    def write(self, journey: Journey) -> Exported:
        """Return the journey in this format; what it has no word for is in the receipt."""

"""The receipt of an import or export: what became of each part of the source, and where that part is."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What became of a part of the source."""

    EXACT = "exact"
    """It does the same."""
    APPROXIMATED = "approximated"
    """It does nearly the same; the note says what differs."""
    DROPPED = "dropped"
    """It has no counterpart and is not done."""
    SECRET = "secret"  # noqa: S105 - a word, not a secret
    """A value was taken out; it has to be set as the secret that the note names."""
    CHOICE_NEEDED = "choice_needed"
    """A person has to decide or supply something before it can do its work."""


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """What became of one part.

    Attributes:
        where: the part's place in the source: ``steps[3]``, ``line 12``, ``item[0].item[2].event[1] line 4``.
        what: the part in a few words.
        note: what differs, what is missing, what to do; empty when there is nothing to say.
    """

    outcome: Outcome
    where: str
    what: str
    note: str = ""

    def __str__(self) -> str:
        """Return it on one line."""
        return f"{self.where}: {self.what}" + (f": {self.note}" if self.note else "")


@dataclass(frozen=True, slots=True)
class Receipt:
    """All lines in the order of the source."""

    lines: tuple[ReceiptLine, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many lines there are of each outcome, in the order in which outcomes are defined."""
        found = Counter(line.outcome for line in self.lines)
        return {outcome.value: found[outcome] for outcome in Outcome}

    def of(self, *outcomes: Outcome) -> Iterator[ReceiptLine]:
        """Return the lines of some outcomes."""
        return (line for line in self.lines if line.outcome in outcomes)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        lines = [
            {"outcome": line.outcome.value, "where": line.where, "what": line.what, "note": line.note}
            for line in self.lines
        ]
        return {"counts": self.counts, "lines": lines}


class ReceiptBook:
    """Takes the lines down while a source is read."""

    def __init__(self) -> None:
        self._lines: list[ReceiptLine] = []

    def add(self, outcome: Outcome, where: str, what: str, note: str = "") -> None:
        """Take one line down; one that is there already is not repeated."""
        line = ReceiptLine(outcome, where, _short(what), _short(note, 1000))
        if not self._lines or line != self._lines[-1]:
            self._lines.append(line)

    def receipt(self) -> Receipt:
        """Return what was taken down."""
        return Receipt(tuple(self._lines))


def _short(text: str, limit: int = 200) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"

"""Importers: one format of another tool each, built-in or added by a plugin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from outrider_engine.errors import InvalidInput

from .receipt import Receipt

LARGEST = 5_000_000
"""Bytes that a source may have, unless its importer takes larger ones."""
MOST_STEPS = 10_000
"""Steps, commands, actions or requests that a source may have."""
DEEPEST = 60
"""Levels of objects, lists and blocks that a source may have."""


class ImportProblem(InvalidInput):
    """A source that cannot be imported; nothing was made of it. ``field`` is the place in the source.

    Attributes:
        line: the line of the source, from 1, where it is known.
    """

    def __init__(
        self,
        problem: str,
        *,
        field: str | None = None,
        line: int | None = None,
        allowed: Sequence[str] | None = None,
        given: object = None,
    ) -> None:
        self.line = line
        place = field or (f"line {line}" if line is not None else None)
        super().__init__(problem, field=place, allowed=allowed, given=given)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What whoever imports may choose.

    Attributes:
        name: what the result is called instead of what the source says; several results get a number each.
        hosts: of a HAR: the hosts whose requests are taken; those of its first page when empty.
        exact_positions: of Chrome Recorder: click where the recording did, not in the middle of the element.
    """

    name: str | None = None
    hosts: tuple[str, ...] = ()
    exact_positions: bool = False


@dataclass(frozen=True, slots=True)
class ImportedCheck:
    """One check that was made of a source.

    Attributes:
        family: which kind of check it is.
        definition: a journey as plain data, or the fields of an API monitor.
    """

    family: Literal["journey", "api_monitor"]
    name: str
    definition: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Imported:
    """What was made of a source.

    Attributes:
        format: the importer's name.
        secrets: names of the secrets whose values have to be set before it can run.
    """

    format: str
    checks: tuple[ImportedCheck, ...]
    receipt: Receipt
    secrets: tuple[str, ...] = field(default=())


class Importer(Protocol):
    """One format.

    Attributes:
        name: what people choose it by: lower-case letters, digits and ``-``.
        title: what people read.
        largest: bytes that a source may have.
    """

    name: str
    title: str
    largest: int

    def recognises(self, text: str, file_name: str) -> bool:
        """Whether a text is of this format, as far as can be told without reading all of it; must not raise."""

    def read(self, text: str, options: ImportOptions) -> Imported:
        """Make checks of a text.

        Raises:
            ImportProblem: it is not of this format, or damaged; names the place.
        """

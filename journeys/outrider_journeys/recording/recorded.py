"""What comes out of a recording."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Recorded:
    """A journey and what belongs to it.

    Attributes:
        definition: the journey as plain data, acceptable to the language.
        secrets: what was typed into fields for secrets, by the name that stands for it in the journey.
        notes: what the journey still needs from a person, or can't do as it was done.
    """

    definition: dict[str, Any]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    notes: tuple[str, ...] = ()

    @property
    def step_names(self) -> tuple[str, ...]:
        """The names of the steps, in order."""
        return tuple(step["name"] for step in self.definition["steps"])

"""Which files of a run are recorded, and which of those are kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from outrider_engine.contracts import ProcessContext
from outrider_engine.domain.artifact_policies import by_kind_of
from outrider_journeys.model import Journey


@dataclass(frozen=True, slots=True)
class Policies:
    """``always``, ``on_failure`` or ``never`` for every kind."""

    by_kind: Mapping[str, str]

    @classmethod
    def of(cls, journey: Journey, context: ProcessContext) -> "Policies":
        """Put together what the journey says and what whoever asked for the run says, who goes first."""
        by_default = {"trace": journey.trace, "video": "never", "har": "never"}
        own = journey.artifacts.model_dump(exclude_none=True)
        return cls({**by_default, **by_kind_of(context.artifacts), **own, **context.artifact_policies})

    def without(self, kinds: Collection[str]) -> "Policies":
        """Return policies by which nothing of these kinds is recorded."""
        return Policies({**self.by_kind, **dict.fromkeys(kinds, "never")})

    @property
    def screenshots(self) -> Literal["always", "on_failure", "never"]:
        """When pictures are kept; the walk itself sees to it."""
        return cast("Literal['always', 'on_failure', 'never']", self.by_kind["screenshots"])

    def records(self, kind: str) -> bool:
        """Whether there may be something to keep."""
        return self.by_kind.get(kind, "never") != "never"

    def keeps(self, kind: str, *, failed: bool) -> bool:
        """Whether to keep it now that the run has ended."""
        policy = self.by_kind.get(kind, "never")
        return policy == "always" or (policy == "on_failure" and failed)

"""When files of a run are kept: by kind, as the check says and as whoever asked for the run says."""

from collections.abc import Mapping
from dataclasses import dataclass, field

POLICIES = ("always", "on_failure", "never")
CHEAP_KINDS = ("screenshots", "console", "network", "vitals", "aria")
"""What one word stands for; the other kinds cost time or space and are wished for by name."""
KINDS = (*CHEAP_KINDS, "trace", "video", "har")

Wish = str | Mapping[str, str]
"""A word for all kinds that cost little (``never``: for all kinds), or a word by kind."""


@dataclass(frozen=True, slots=True)
class ArtifactPolicies:
    """What was wished; where nothing was, the check type decides.

    Attributes:
        word: for check types that know no kinds: ``always``, ``on_failure`` or ``never``.
        by_kind: for those that do.
    """

    word: str = "always"
    by_kind: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, *wishes: object) -> "ArtifactPolicies":
        """Put wishes together; later ones go before earlier ones, and what is no wish is none."""
        word, by_kind = "always", dict[str, str]()
        for wish in wishes:
            if isinstance(wish, str) and wish in POLICIES:
                word = wish
            by_kind.update(by_kind_of(wish))
        return cls(word, by_kind)


def by_kind_of(wish: object) -> dict[str, str]:
    """Return a wish by kind."""
    if isinstance(wish, Mapping):
        return {kind: wish[kind] for kind in KINDS if wish.get(kind) in POLICIES}
    if wish in POLICIES:
        return dict.fromkeys(KINDS if wish == "never" else CHEAP_KINDS, str(wish))
    return {}

"""When the files of a run are kept, as the command line says."""

from collections.abc import Sequence

from outrider_engine.domain.artifact_policies import KINDS, POLICIES, by_kind_of
from outrider_engine.errors import InvalidInput


def wishes_of(texts: Sequence[str]) -> dict[str, str]:
    """Return a word by kind for texts such as ``never`` and ``video=always``; later ones go before earlier ones.

    Raises:
        InvalidInput: one is neither.
    """
    wishes: dict[str, str] = {}
    for text in texts:
        kind, sign, word = text.partition("=")
        if (word if sign else kind) not in POLICIES:
            raise InvalidInput(
                f"{text!r} is neither a word nor KIND=WORD",
                field="--artifacts",
                allowed=POLICIES,
                given=word if sign else kind,
            )
        if sign and kind not in KINDS:
            raise InvalidInput(f"there is no kind {kind!r}", field="--artifacts", allowed=KINDS, given=kind)
        wishes.update({kind: word} if sign else by_kind_of(kind))
    return wishes

"""Which blocks a step is within, as its id tells: ``cart[2]/pay`` is of the second round of the loop ``cart``."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_ENDS = re.compile(r"/|::")
_TRY_AND_ROUND = re.compile(r"(?:~(?P<try>\d+))?(?:\[(?P<round>[^\]]*)\])?$")


@dataclass(frozen=True, slots=True)
class Around:
    """A block around a step.

    Attributes:
        id: of the block.
        which: the round, and the try where it is not the first, in words; empty where the block does its steps once.
    """

    id: str
    which: str = ""


def blocks_around(id: str, is_block: Callable[[str], bool]) -> Iterator[Around]:
    """Yield the blocks around the step of an id, the outermost first.

    Args:
        id: of the step.
        is_block: whether an id is that of a block: ids may have parts that are no blocks, such as ``setup/``.
    """
    for end in _ENDS.finditer(id):
        before = id[: end.start()]
        found = _TRY_AND_ROUND.search(before)
        if found is not None and found[0] and is_block(before[: found.start()]):
            yield Around(before[: found.start()], _which(found["try"], found["round"]))
        elif is_block(before):
            yield Around(before)


def _which(number: str | None, label: str | None) -> str:
    return ", ".join([f"try {number}"] * (number is not None) + [label or ""] * bool(label))

"""The guide for authors of plugins says what is so: its code is that of the examples, its names exist."""

import re
from pathlib import Path

import pytest

from outrider_engine import hookspecs, testing
from outrider_journeys import hookspecs as journey_hookspecs

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "plugins.md").read_text()
BLOCKS = re.findall(r"(?:<!-- (\S+) -->\n)?```(\w+)\n(.*?)```", PAGE, re.DOTALL)


def pieces(block: str) -> list[str]:
    """Return the parts of a block between the lines that stand for what is left out."""
    return [piece.strip("\n") for piece in re.split(r"^\.\.\.\n", block, flags=re.MULTILINE)]


def test_all_code_says_where_it_is_from() -> None:
    assert not [block for source, _, block in BLOCKS if not source]
    assert len(BLOCKS) >= 14


@pytest.mark.parametrize(("source", "block"), [(source, block) for source, _, block in BLOCKS if source])
def test_code_is_taken_from_the_examples_in_their_order(source: str, block: str) -> None:
    written = (ROOT / source).read_text()
    for piece in pieces(block):
        assert piece in written
        written = written.split(piece, 1)[1]


def test_every_hook_is_explained_and_no_other() -> None:
    specified = [member for module in (hookspecs, journey_hookspecs) for member in vars(module).values()]
    known = {member.__name__ for member in specified if hasattr(member, "outrider_spec")}
    named = set(re.findall(r"outrider_(?:register|run|alert|incident|check)_[a-z_]+", PAGE))
    assert named == known


def test_all_of_the_kit_is_listed() -> None:
    assert not [name for name in testing.__all__ if f"`{name}`" not in PAGE]

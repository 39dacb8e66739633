"""Steps within steps, and journeys that call others: what of it is allowed."""

from collections.abc import Mapping, Sequence

from .steps import StepModel, nested_fields

DEEPEST = 10
"""Levels of blocks within blocks, and of journeys that call others."""


def check_nesting(steps: Sequence[tuple[str, StepModel]], depth: int = 1, *, in_loop: bool = False) -> None:
    """Refuse ids that two steps of one block share, blocks that are too deep, and breaks outside of loops.

    Args:
        steps: each with its place, as in ``steps[2].then[0]``.
        depth: how many lists deep they are, from 1.
        in_loop: whether there is a loop around them.

    Raises:
        ValueError: begins with the place of what is wrong.
    """
    seen: dict[str, str] = {}
    for place, step in steps:
        if step.id is not None and seen.setdefault(step.id, place) != place:
            raise ValueError(f"{place}.id: {step.id!r} is the id of {seen[step.id]} already")
        if step.leaves_loop and not in_loop:
            raise ValueError(f"{place}: there is no loop around it that it could leave")
        within = [
            (f"{place}.{spelled}[{index}]", each)
            for field, spelled in nested_fields(type(step)).items()
            for index, each in enumerate(getattr(step, field))
        ]
        if within and depth > DEEPEST:
            raise ValueError(f"{place}: steps are nested deeper than {DEEPEST} levels")
        if within:
            check_nesting(within, depth + 1, in_loop=in_loop or step.is_loop)


def check_calls(calls: Mapping[str, Sequence[str]]) -> None:
    """Refuse journeys that call themselves, by whatever way, and calls that are too deep.

    Args:
        calls: what each journey calls, by name; the one that is walked is called ``""``.

    Raises:
        ValueError: names the way.
    """
    _follow(("",), calls, set())


def _follow(way: tuple[str, ...], calls: Mapping[str, Sequence[str]], fine: set[tuple[str, int]]) -> None:
    if len(way) > DEEPEST + 1:
        raise ValueError(f"journeys call one another more than {DEEPEST} deep: {' → '.join(way[1:])}")
    for name in dict.fromkeys(calls.get(way[-1], ())):
        if name in way:
            raise ValueError(f"the journey {name!r} calls itself: {' → '.join((*way[1:], name))}")
        if (name, len(way)) not in fine:
            _follow((*way, name), calls, fine)
            fine.add((name, len(way)))

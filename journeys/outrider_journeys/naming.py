"""Ids of steps that have none of their own: from what they do, so that they stay when other steps come or go."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

from .steps import StepModel, nested_fields

_LONGEST = 48
_TYPOGRAPHY = str.maketrans(dict.fromkeys("“”…", " "))


def step_ids(steps: Iterable[StepModel]) -> tuple[str, ...]:
    """Return an id for each step, all different: its own, or its name as a slug, numbered from the second of a kind."""
    all_steps = tuple(steps)
    taken = {step.id for step in all_steps if step.id is not None}
    seen: dict[str, int] = {}
    return tuple(step.id or _free(_slug(step), taken, seen) for step in all_steps)


def ids_by_identity(steps: Iterable[StepModel]) -> dict[int, str]:
    """Return the ids of steps by ``id(step)``: two steps may be written the same."""
    all_steps = tuple(steps)
    return dict(zip(map(id, all_steps), step_ids(all_steps), strict=True))


def ids_by_place(path: str, steps: Sequence[StepModel]) -> Iterator[tuple[str, str]]:
    """Yield the places of steps and of all that are within them, as ``steps[2].then[0]``, each with its id."""
    for index, (id, step) in enumerate(zip(step_ids(steps), steps, strict=True)):
        place = f"{path}[{index}]"
        yield place, id
        for field, spelled in nested_fields(type(step)).items():
            yield from ids_by_place(f"{place}.{spelled}", getattr(step, field))


def _free(slug: str, taken: set[str], seen: dict[str, int]) -> str:
    while True:
        seen[slug] = seen.get(slug, 0) + 1
        id = slug if seen[slug] == 1 else f"{slug}-{seen[slug]}"
        if id not in taken:
            taken.add(id)
            return id


def _slug(step: StepModel) -> str:
    text = step.display_name.translate(_TYPOGRAPHY)
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:_LONGEST].strip("-")
    if slug and text.isascii():
        return slug
    digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()[:8]
    return f"{slug}-{digest}" if slug else digest

"""Where a journey uses a variable or a secret first."""

from collections.abc import Iterator

from .model import PARTS, Journey, variables_named
from .steps import StepModel, Steps, nested_fields


def first_use(journey: Journey, name: str) -> str | None:
    """Return the step that names a variable first, as ``steps[2] (Fill “Password”)``; ``None`` when no step does.

    Steps of journeys that are called count as well: ``journeys.Sign in.steps[2] (…)``.
    """
    for place, step in _all_by_place(journey):
        if name in variables_named(step):
            return f"{place} ({step.display_name})"
    return None


def _all_by_place(journey: Journey) -> Iterator[tuple[str, StepModel]]:
    for prefix, each in [("", journey), *((f"journeys.{name}.", called) for name, called in journey.journeys.items())]:
        for part in PARTS:
            yield from _by_place(f"{prefix}{part}", getattr(each, part))


def _by_place(path: str, steps: Steps) -> Iterator[tuple[str, StepModel]]:
    for index, step in enumerate(steps):
        yield f"{path}[{index}]", step
        for field, spelled in nested_fields(type(step)).items():
            yield from _by_place(f"{path}[{index}].{spelled}", getattr(step, field))

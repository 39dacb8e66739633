"""What reports say of the steps of a test: in the terminal when it fails, in JUnit's properties always."""

from typing import Any, cast

import pytest

from outrider_journeys.stepping import StepRecord

from . import STEPS

MARKS = {"passed": "✓", "degraded": "!", "skipped": "·", "cancelled": "·"}
BROKEN = "✗"
PROPERTY = "outrider_step"
SCREENSHOT = "outrider_screenshot"


def keep(item: pytest.Item, step: StepRecord) -> None:
    """Keep a step until the reports of its test are made; xdist carries the properties to the main process."""
    item.stash.setdefault(STEPS, []).append(step)
    item.user_properties.append((PROPERTY, f"{' > '.join(step.path)}: {_how(step)}"))
    if step.picture is not None:
        item.user_properties.append((SCREENSHOT, step.picture))


def tell(item: pytest.Item, report: pytest.TestReport) -> None:
    """Add the steps to a report, and where it is shown to its text, unless that has them already.

    As an attribute of the report (``outrider_steps``), xdist carries them to the main process.
    """
    cast("Any", report).outrider_steps = [step.plain() for step in item.stash[STEPS]]
    lists_them_itself = getattr(item, "lists_its_steps", False)
    if report.failed and not lists_them_itself:
        report.sections.append(("Steps", listed(item.stash[STEPS])))


def listed(steps: list[StepRecord]) -> str:
    """Return steps as lines, in the order in which they began."""
    lines = []
    for step in sorted(steps, key=lambda each: each.number):
        margin = "  " * len(step.path)
        lines.append(f"{margin}{MARKS.get(step.status, BROKEN)} {step.name}  {_how(step)}")
        if step.picture is not None:
            lines.append(f"{margin}    {step.picture}")
    return "\n".join(lines)


def _how(step: StepRecord) -> str:
    took = "" if step.status == "cancelled" else f", {step.duration_ms / 1000:.2f} s"
    said = "not run" if step.status == "cancelled" else step.status
    return f"{said}{took}{f': {step.error}' if step.error else ''}"

"""Making sure that an imported journey can be kept: what the language does not accept becomes a step that says so."""

import re
from collections.abc import Mapping
from typing import Any

from outrider_journeys.actions.registry import StepActions
from outrider_journeys.problems import InvalidJourney, Problem

from .contract import ImportProblem
from .receipt import Outcome, ReceiptLine

CUSTOM = "custom"
"""The action of steps that only a plugin can run."""
OURS = "outrider."
"""How names of custom steps begin that hold a step of ours, as it would be."""
_PART = re.compile(r"[^.\[\]]+|(?<=\[)\d+(?=\])")
_ROUNDS = 5
_KEPT = ("name", "on_failure", "imported_from")


def settled(definition: Mapping[str, Any], actions: StepActions) -> tuple[dict[str, Any], list[ReceiptLine]]:
    """Return a journey that the language accepts, and what had to be changed for that.

    Raises:
        ImportProblem: it can't be made acceptable.
    """
    journey = _copied(definition)
    lines: list[ReceiptLine] = []
    problem = Problem(message="cannot be made a journey")
    for _ in range(_ROUNDS):
        try:
            actions.parse(journey)
        except InvalidJourney as error:
            problem = error.problems[0]
            changed = [line for each in error.problems if (line := _mended(journey, each)) is not None]
            if not changed:
                break
            lines += changed
        else:
            return journey, list(dict.fromkeys(lines))
    raise ImportProblem(problem.message, field=problem.field or None, allowed=problem.allowed or None)


def custom_step(name: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return a step that a plugin may know how to run; without one it ends as an error of the check."""
    return {"action": CUSTOM, "custom": name, "parameters": dict(parameters)}


def _mended(journey: dict[str, Any], problem: Problem) -> ReceiptLine | None:
    """Replace the innermost step that the problem is about, or drop a field of the journey that is not accepted."""
    path = [int(part) if part.isdigit() else part for part in _PART.findall(problem.field)]
    trail: list[Any] = [journey]
    for part in path:
        try:
            trail.append(trail[-1][part])
        except (KeyError, IndexError, TypeError):
            break
    for depth in range(len(trail) - 1, 0, -1):
        step = trail[depth]
        if isinstance(step, dict) and "action" in step and isinstance(trail[depth - 1], list):
            return _without_step(trail[depth - 1], int(path[depth - 1]), problem)
    if len(trail) > 1 and path and path[0] not in ("version", "steps", "name"):
        within = isinstance(trail[-2], dict)
        holder: dict[Any, Any] = trail[-2] if within else journey
        holder.pop(path[len(trail) - 2] if within else path[0], None)
        return ReceiptLine(Outcome.DROPPED, problem.field, "is not accepted", problem.message)
    return None


def _without_step(steps: list[Any], position: int, problem: Problem) -> ReceiptLine | None:
    step = steps[position]
    action = str(step["action"])
    if action == CUSTOM:
        return None
    parameters = {key: value for key, value in step.items() if key not in _KEPT}
    kept = {key: step[key] for key in _KEPT if key in step}
    steps[position] = custom_step(f"{OURS}{action}", parameters) | kept
    note = f"kept as a custom step, which ends the run as an error of the check: {problem.message}"
    return ReceiptLine(Outcome.CHOICE_NEEDED, _place_of(step, problem), action, note)


def _place_of(step: Mapping[str, Any], problem: Problem) -> str:
    source = step.get("imported_from", {})
    if source.get("line") is not None:
        return f"line {source['line']}"
    return f"step {source['index']} of the source" if source.get("index") is not None else problem.field


def _copied(tree: Any) -> Any:
    if isinstance(tree, Mapping):
        return {key: _copied(value) for key, value in tree.items()}
    return [_copied(value) for value in tree] if isinstance(tree, list | tuple) else tree

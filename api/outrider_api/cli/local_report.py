"""What came of journeys that were walked here: for people, for programs, and for pipelines."""

import statistics
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.text import Text

from outrider_api.junit_xml import Case, Suite, case_of_step, document, weight, with_the_run
from outrider_engine.domain.observations import StepResult
from outrider_engine.domain.verdicts import Verdict, worst

from .local_results import LocalResult, overall_exit_status
from .step_list import MARKS, duration, left_out_lines
from .tables import show_table

_ATTACHMENT = "[[ATTACHMENT|{}]]"
"""The line by which Jenkins and GitLab find files that belong to a suite."""


def show_title(console: Console, title: str) -> None:
    """Print which journey is walked."""
    console.print(Text(title, style="bold"), soft_wrap=True)


def show_end(console: Console, result: LocalResult) -> None:
    """Print how a run ended, and what was kept of it."""
    mark, style = MARKS[result.verdict]
    took = duration(result.observation.duration_ms)
    line = Text.assemble("  ", (f"{mark} {result.verdict}", f"bold {style}"), f" in {took}")
    if result.error and not any(step.error for step in result.observation.steps):
        line.append(f"\n    {result.error}", style=style)
    console.print(line, soft_wrap=True)
    for path in result.files:
        console.print(Text(f"  kept {path}", style="dim"), soft_wrap=True)
    for line in left_out_lines(result.observation.facts):
        console.print(line, soft_wrap=True)


def show_summary(console: Console, results: Sequence[LocalResult], took_ms: float) -> None:
    """Print a line for each journey, and how many runs ended how."""
    console.print()
    rows = [_row(list(runs)) for _, runs in groupby(results, key=lambda result: (result.path, result.name))]
    show_table(("result", "journey", "passed", "time", "first problem"), rows)
    ended = [result.verdict for result in results]
    counts = ", ".join(f"{ended.count(verdict)} {verdict}" for verdict in Verdict if verdict in ended)
    console.print(f"{counts} in {duration(took_ms)}")


def as_document(results: Sequence[LocalResult]) -> dict[str, Any]:
    """Return everything as one JSON object."""
    return {"exit_status": overall_exit_status(results), "runs": [_as_object(result) for result in results]}


def as_junit(results: Sequence[LocalResult], *, started_at: datetime, took_ms: float) -> bytes:
    """Return everything as JUnit's XML."""
    suites = [_suite(result) for result in results]
    return document("outrider run", suites, started_at=started_at, duration_ms=took_ms)


def _row(runs: Sequence[LocalResult]) -> tuple[str, ...]:
    verdict = worst(run.verdict for run in runs)
    up = sum(run.verdict.is_up for run in runs)
    usual = statistics.median(run.observation.duration_ms for run in runs)
    problem = next((run.error for run in runs if run.error), "")
    mark, _ = MARKS[verdict]
    return f"{mark} {verdict}", runs[0].name, f"{up}/{len(runs)}", duration(usual), problem.split("\n", 1)[0]


def _as_object(result: LocalResult) -> dict[str, Any]:
    return {
        "journey": result.name,
        "file": str(result.path),
        "attempt": result.walk.attempt,
        "status": result.verdict.value,
        "reason": result.reason.value if result.reason else None,
        "cause": result.cause.value if result.cause else None,
        "error": result.error,
        "started_at": result.started_at.isoformat(),
        "duration_ms": result.observation.duration_ms,
        "facts": dict(result.observation.facts),
        "steps": [_step_as_object(step) for step in result.observation.steps],
        "artifacts": [str(path) for path in result.files],
    }


def _step_as_object(step: StepResult) -> dict[str, Any]:
    return {
        "index": step.index,
        "id": step.id,
        "name": step.name,
        "action": step.action,
        "status": step.status.value,
        "reason": step.reason.value if step.reason else None,
        "error": step.error,
        "started_at": step.started_at.isoformat(),
        "duration_ms": step.duration_ms,
        "detail": step.detail,
    }


def _suite(result: LocalResult) -> Suite:
    is_up = result.verdict.is_up
    steps = [case_of_step(step, is_tolerated=is_up) for step in result.observation.steps]
    itself = Case(
        name=result.title,
        duration_ms=0 if steps else result.observation.duration_ms,
        weight=weight(result.verdict, result.cause),
        kind=str(result.reason or result.verdict),
        text=result.error or result.verdict.value,
    )
    attached = [_ATTACHMENT.format(path.absolute()) for path in result.files]
    return Suite(
        name=result.title,
        cases=with_the_run(steps, itself),
        duration_ms=result.observation.duration_ms,
        started_at=result.started_at,
        properties={"file": str(result.path), "status": result.verdict.value},
        told="\n".join([result.error or result.verdict.value, *attached]),
    )

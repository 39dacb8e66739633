"""Runs that the API shows, as lines for people: their steps, and how they ended."""

from rich.console import Console
from rich.text import Text

from outrider_api.client import Run, Step
from outrider_engine.domain.verdicts import Cause, Verdict, exit_status

from .step_list import MARKS, ShownStep, duration, show_steps


def shown_step(step: Step) -> ShownStep:
    """Return what is shown of a step."""
    return ShownStep(step.id, step.name, Verdict(step.status), step.duration_ms, step.error)


def show_walk(console: Console, run: Run) -> None:
    """Print the steps of a run that is over, and its end."""
    show_steps_of(console, run)
    console.print(end_line(run), soft_wrap=True)


def show_steps_of(console: Console, run: Run) -> None:
    """Print the steps of a run, so far."""
    show_steps(console, [shown_step(step) for step in run.steps])


def end_line(run: Run) -> Text:
    """Return how a run ended, with its error unless a step tells it already."""
    mark, style = MARKS[Verdict(run.status)]
    took = f" in {duration(run.duration_ms)}" if run.duration_ms is not None else ""
    line = Text.assemble("  ", (f"{mark} {run.status}", f"bold {style}"), took)
    if run.error and not any(step.error for step in run.steps):
        line.append(f"\n    {run.error}", style=style)
    return line


def status_of(run: Run) -> int:
    """Return the exit status that a run which is over stands for."""
    return exit_status(Verdict(run.status), Cause(run.cause) if run.cause else None)

"""Running a journey from a file without a server, in the same kind of slot as in production, with the same limits."""

import re
import shutil
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.text import Text

from outrider_engine.bootstrap import open_slot
from outrider_engine.domain.observations import Observation, ProducedFile, StepResult
from outrider_engine.domain.redaction import Redactor
from outrider_engine.domain.verdicts import Verdict, cause_of, exit_status
from outrider_engine.errors import InvalidInput
from outrider_engine.plugin_manager import load_plugins
from outrider_engine.ports.slots import SlotTask
from outrider_engine.settings import Settings
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.loading import load_journey
from outrider_journeys.model import Journey

from .journey_values import secrets_from_environment, variables_of
from .step_list import MARKS, ShownStep, StepList, duration

CHECK_TYPE = "browser"
_ENDED_BY_SIGTERM = 143
_OUTSIDE_THE_CONFIG = frozenset({"name", "description", "tags", "variables", "secrets"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalRun:
    """What is to be run and how; ``variables`` are ``NAME=VALUE``, ``secrets`` names of environment variables."""

    file: Path
    base_url: str | None
    variables: Sequence[str]
    secrets: Sequence[str]
    headed: bool
    timeout_s: float


def run_file(settings: Settings, wanted: LocalRun) -> int:
    """Run the journey and show it; returns the exit status that ``outrider run`` promises.

    Raises:
        InvalidInput: the file, a variable or a secret is wrong.
    """
    plugins = load_plugins(blocked=settings.blocked_plugins)
    journey = load_journey(wanted.file, StepActions.installed(plugins))
    if not journey.steps:
        raise InvalidInput("there are no steps in it, nothing to run", field=wanted.file.name)
    task = _task(journey, wanted)
    redactor = Redactor(task.secrets.values())
    console = Console(highlight=False)
    console.print(Text(journey.name, style="bold"))
    with _ended_in_order(), open_slot(settings, plugins) as slot:
        with StepList(console, [step.display_name for step in journey.steps]) as steps:
            observation = slot.run(task, lambda step: steps.ended(_shown(step, redactor)))
        kept = _keep(observation.files, settings.data_dir / "local-runs", journey.name)
    return _concluded(console, observation, redactor, kept)


def _task(journey: Journey, wanted: LocalRun) -> SlotTask:
    secrets = secrets_from_environment(wanted.secrets)
    missing = [name for name in journey.secrets if name not in secrets]
    if missing:
        options = " ".join(f"--secret {name}" for name in missing)
        raise InvalidInput(f"the journey needs more secrets: set ${', $'.join(missing)} and add {options}")
    asked = variables_of(wanted.variables)
    return SlotTask(
        check_type=CHECK_TYPE,
        check_name=journey.name,
        config=journey.model_dump(mode="json", exclude_unset=True, exclude=set(_OUTSIDE_THE_CONFIG)),
        timeout_s=wanted.timeout_s,
        variables={**journey.variables, **asked},
        pinned=tuple(asked),
        secrets=secrets,
        base_url=wanted.base_url,
        artifacts=journey.artifacts,
        options={"headed": True} if wanted.headed else {},
    )


def _shown(step: StepResult, redactor: Redactor) -> ShownStep:
    error = redactor.text(step.error) if step.error else None
    return ShownStep(redactor.text(step.name), step.status, step.duration_ms, error)


def _keep(files: Sequence[ProducedFile], folder: Path, name: str) -> list[Path]:
    """Copy what the run left into a folder of its own, named after the journey and the time."""
    if not files:
        return []
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "journey"
    target = folder / f"{slug}-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    target.mkdir(parents=True, exist_ok=True)
    return [Path(shutil.copy2(file.path, target / file.path.name)) for file in files]


def _concluded(console: Console, observation: Observation, redactor: Redactor, kept: Sequence[Path]) -> int:
    failure = observation.failure
    verdict = failure.verdict if failure else Verdict.PASSED
    mark, style = MARKS[verdict]
    line = Text.assemble("  ", (f"{mark} {verdict}", f"bold {style}"), f" in {duration(observation.duration_ms)}")
    if failure and not any(step.error for step in observation.steps):
        line.append(f"\n    {redactor.text(failure.message)}", style=style)
    console.print(line, soft_wrap=True)
    for path in kept:
        console.print(Text(f"  kept {path}", style="dim"), soft_wrap=True)
    return exit_status(verdict, cause_of(verdict, failure.reason if failure else None))


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Let SIGTERM end the run as Ctrl-C does: the browser goes first."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(_ENDED_BY_SIGTERM)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)

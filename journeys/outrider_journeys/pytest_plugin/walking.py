"""The test that a journey is: a walk on pytest-playwright's page."""

import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from outrider_engine.domain.observations import Failure, StepResult
from outrider_engine.domain.redaction import Redactor
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.artifacts.baseline_folder import baselines_in, folder_of
from outrider_journeys.given import how_to_give
from outrider_journeys.interpreter import WalkOptions, WalkResult, walk
from outrider_journeys.model import Journey
from outrider_journeys.stepping import StepRecord

from .reporting import listed
from .values import given_to, login_states_in, seconds_for

if TYPE_CHECKING:
    from playwright.sync_api import Page


class JourneyFailed(Exception):
    """A journey did not hold; the text tells its steps, ``failure`` why."""

    def __init__(self, text: str, failure: Failure) -> None:
        self.failure = failure
        super().__init__(text)


class JourneyDegraded(pytest.PytestWarning):
    """A journey passed, but something in it was not as it should be: a soft assertion, or a first locator."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """Return the wall time."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()


def test_of(journey: Journey, actions: StepActions, module: str) -> Callable[..., None]:
    """Return the test function of a journey; its arguments are fixtures."""

    def test(request: pytest.FixtureRequest, page: "Page", output_path: str) -> None:
        _walk(journey, actions, request, page, Path(output_path))

    test.__module__ = module
    test.__doc__ = journey.description or None
    test.walks = journey.name  # type: ignore[attr-defined]  # tells it from fixtures and imports
    return test


def _walk(journey: Journey, actions: StepActions, request: pytest.FixtureRequest, page: "Page", folder: Path) -> None:
    given = given_to(journey, request.config)
    missing = [name for name in journey.all_secrets if name not in given.secrets]
    if missing:
        advice = "; ".join(map(how_to_give, missing))
        problem = f"there is no value for the secret {', '.join(missing)}: {advice}"
        raise JourneyFailed(problem, Failure(Verdict.ERROR, Reason.MISSING_SECRET, problem))
    clock = SystemClock()
    states = login_states_in(request.config)
    with _folder(folder):
        result = walk(
            journey,
            page,
            WalkOptions(
                deadline=clock.monotonic() + seconds_for(journey, request.config),
                clock=clock,
                folder=folder,
                actions=actions,
                variables=given.variables,
                secrets=given.secrets,
                pinned=given.pinned,
                login_states={state.name: state for state in states.valid(journey.login_states, clock.now())},
                base_url=_base_url(request),
                baselines=baselines_in(folder_of(request.node.path)),
                screenshots=_pictures(journey, request.config),
            ),
        )
    states.keep(result.login_states)
    steps = _told(request.node, result)
    _conclude(journey, result, steps)


def _pictures(journey: Journey, config: pytest.Config) -> Literal["always", "on_failure", "never"]:
    if journey.artifacts.screenshots == "never":
        return "never"
    return "always" if config.getoption("--screenshot", "off") == "on" else "on_failure"


def _base_url(request: pytest.FixtureRequest) -> str | None:
    """Return what ``--base-url`` or the ini file says, or what the project's own fixture makes of it."""
    try:
        base_url: str | None = request.getfixturevalue("base_url")
    except pytest.FixtureLookupError:
        return None
    return base_url or None


def _told(item: pytest.Item, result: WalkResult) -> list[StepRecord]:
    """Tell the steps, once all are known with their pictures."""
    root = item.config.invocation_params.dir
    pictures = {file.step_index: _shown(file.path, root) for file in result.files}
    redactor = Redactor(result.secrets)
    names = {step.id: redactor.text(step.name) for step in result.steps}
    steps = [_record(step, names, pictures.get(step.index), redactor) for step in result.steps]
    for step in steps:
        item.ihook.pytest_outrider_step_ended(item=item, step=step)
    return steps


def _conclude(journey: Journey, result: WalkResult, steps: list[StepRecord]) -> None:
    failure = result.failure
    if failure is None:
        return
    if failure.verdict is Verdict.DEGRADED:
        warnings.warn(JourneyDegraded(f"{journey.name}: {failure.message}"), stacklevel=2)
        return
    text = f"{journey.name}: {failure.verdict} ({failure.reason}): {failure.message}\n\n{listed(steps)}"
    raise JourneyFailed(text, failure)


def _record(step: StepResult, names: Mapping[str, str], picture: str | None, redactor: Redactor) -> StepRecord:
    parts = step.id.split("/")
    around = ("/".join(parts[:length]) for length in range(1, len(parts)))
    return StepRecord(
        number=step.index,
        path=(*(names[id] for id in around if id in names), names[step.id]),
        status=step.status.value,
        started_at=step.started_at,
        duration_ms=step.duration_ms,
        error=redactor.text(step.error) if step.error else None,
        picture=picture,
    )


def _shown(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


@contextmanager
def _folder(folder: Path) -> Iterator[None]:
    """Have a folder for what the walk leaves; it goes again when that is nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    yield
    if not any(folder.iterdir()):
        folder.rmdir()

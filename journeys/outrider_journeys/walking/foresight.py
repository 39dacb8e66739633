"""What is surely wrong with a walk, found before its first step."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.actions.contract import StepFailure
from outrider_journeys.first_use import first_use
from outrider_journeys.model import Journey, variables_named
from outrider_journeys.steps import StepModel
from outrider_journeys.visitors import missing_state

from .telling import action_of


@dataclass(frozen=True, slots=True)
class Doom:
    """Why a walk does not begin.

    Attributes:
        step: what it is about, ``None`` if it is the whole journey; it may be within ``outermost``.
        outermost: the step of the journey's own list that holds it.
    """

    failure: StepFailure
    step: StepModel | None = None
    outermost: StepModel | None = None


def foreseen(
    journey: Journey,
    actions: Mapping[str, Any],
    variables: Iterable[str],
    secrets: Iterable[str],
    login_states: Iterable[str] = (),
) -> Doom | None:
    """Return why the walk must not begin, ``None`` when nothing speaks against it.

    Args:
        journey: to be walked.
        actions: those that are installed.
        variables: names of all values that are there at its start, secrets among them.
        secrets: names of the secrets that have a value.
        login_states: names of those that are still valid.
    """
    missing = [name for name in journey.all_secrets if name not in set(secrets)]
    if not journey.steps:
        return Doom(_wrong("the journey has no steps", Reason.INVALID_DEFINITION))
    if missing:
        return Doom(
            _wrong(
                f"there is no value for {'; '.join(_secret(journey, name) for name in missing)}", Reason.MISSING_SECRET
            )
        )
    begins_with = journey.browser.storage_state
    if begins_with is not None and begins_with not in login_states:
        return Doom(_wrong(missing_state(begins_with), Reason.MISSING_SECRET))
    known = set(variables)
    for outermost in (*journey.setup, *journey.steps, *journey.teardown):
        found = _problem((outermost,), _Known(journey, actions, known))
        if found is not None:
            return Doom(*found, outermost)
    return None


def _secret(journey: Journey, name: str) -> str:
    use = first_use(journey, name)
    return f"the secret {name}" if use is None else f"the secret {name}, which {use} uses"


@dataclass(frozen=True, slots=True)
class _Known:
    """What is there when steps begin; ``names`` grows by what each may set, whichever way a block goes."""

    journey: Journey
    actions: Mapping[str, Any]
    names: set[str]


def _problem(steps: tuple[StepModel, ...], known: _Known) -> tuple[StepFailure, StepModel] | None:
    """Look through steps in order, and through those within them."""
    for step in steps:
        if step.skip:
            known.names.update(step.produces())
            continue
        failure = _wrong_with(step, known)
        if failure is not None:
            return failure, step
        known.names.update(step.produces())
        within = step.nested()
        if step.calls is not None:
            called = known.journey.journeys[step.calls]
            known.names.update(called.variables)
            within = (*called.setup, *called.steps, *called.teardown)
        found = _problem(within, known)
        if found is not None:
            return found
    return None


def _wrong_with(step: StepModel, known: _Known) -> StepFailure | None:
    action = action_of(step)
    if action not in known.actions:
        return _wrong(f"no plugin offers the action {action!r}", Reason.UNKNOWN_ACTION)
    objects = getattr(known.actions[action], "objection", None)
    objection: StepFailure | None = objects(step) if objects is not None else None
    if objection is not None:
        return objection
    unknown = sorted(variables_named(step) - known.names)
    if unknown:
        return _wrong(f"nothing defines the variable {', '.join(unknown)}", Reason.UNKNOWN_VARIABLE)
    if step.calls is not None and step.calls not in known.journey.journeys:
        return _wrong(f"there is no journey {step.calls!r} that it could call", Reason.INVALID_DEFINITION)
    return None


def _wrong(message: str, reason: Reason) -> StepFailure:
    return StepFailure(message, reason=reason, verdict=Verdict.ERROR)

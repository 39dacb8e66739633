"""What every plugin has to keep to, as checks that its author runs; Outrider's own plugins pass them too."""

import inspect
import json
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from pydantic import BaseModel, SecretBytes, SecretStr, ValidationError
from pydantic.errors import PydanticUserError

from outrider_engine.assertions import validate
from outrider_engine.contracts import Notifier
from outrider_engine.contracts.check_type import AnyCheckType
from outrider_engine.domain.assertions import Assertion
from outrider_engine.domain.checks import Lane
from outrider_engine.domain.observations import Observation
from outrider_engine.domain.verdicts import Verdict
from outrider_engine.errors import InvalidInput, PluginError

from .scripted import plugins_with

_SECRETS = {SecretStr, SecretBytes}
_UNKNOWN_FIELD = "a_field_that_nobody_has"
_OBSERVE_PROBLEMS = {
    True: "observe is no coroutine function, but the lane is ASYNC",
    False: "observe is a coroutine function, but the lane is not ASYNC",
}
_FAILURES = (Verdict.FAILED, Verdict.TIMED_OUT, Verdict.ERROR, Verdict.DEGRADED)


def check_type_problems(check_type: AnyCheckType) -> list[str]:
    """Return everything in which a check type departs from its contract; an empty list is what you want."""
    try:
        plugins_with(check_types=[check_type])
    except PluginError as error:
        return [str(error)]
    problems = [*_offer_problems(check_type), *_secret_problems(check_type.settings)]
    observe = getattr(check_type, "observe", None)
    if check_type.lane is not Lane.PASSIVE and inspect.iscoroutinefunction(observe) is not (
        check_type.lane is Lane.ASYNC
    ):
        problems.append(_OBSERVE_PROBLEMS[check_type.lane is Lane.ASYNC])
    return [*problems, *_assertion_problems(check_type.default_assertions)]


def notifier_problems(notifier: Notifier[Any]) -> list[str]:
    """Return everything in which a notifier departs from its contract; an empty list is what you want."""
    try:
        plugins_with(notifiers=[notifier])
    except PluginError as error:
        return [str(error)]
    problems = _offer_problems(notifier)
    if not inspect.iscoroutinefunction(notifier.deliver):
        problems.append("deliver is no coroutine function")
    return problems


def observation_problems(observation: object) -> list[str]:
    """Return what the engine could not keep or show of an observation; an empty list is what you want."""
    if not isinstance(observation, Observation):
        return [f"it is no Observation but {observation!r}"]
    problems = [
        f"{name} is not JSON: {problem}"
        for name, value in (
            *((f"fact {name!r}", value) for name, value in observation.facts.items()),
            *((f"detail of step {step.id!r}", dict(step.detail)) for step in observation.steps),
        )
        if (problem := _json_problem(value))
    ]
    durations = {"the observation": observation.duration_ms, **observation.phases}
    problems += [f"duration of {name} is negative" for name, ms in durations.items() if ms < 0]
    problems += [f"header {name!r} is not in lower case" for name in observation.headers if name != name.lower()]
    if observation.failure is not None and observation.failure.verdict not in _FAILURES:
        problems.append(f"a failure can't have the verdict {observation.failure.verdict.value}")
    if [step.index for step in observation.steps] != list(range(len(observation.steps))):
        problems.append("the steps are not counted from 0")
    problems += [f"file {file.name!r} is not there" for file in observation.files if not file.path.is_file()]
    return problems


def _offer_problems(offer: Any) -> list[str]:
    return [*([] if offer.title else ["title is empty"]), *_model_problems(offer.settings)]


def _secret_problems(model: type[BaseModel]) -> list[str]:
    """Settings of checks, other than those of channels, are stored and shown as they are."""
    return [
        f"field {name} is a secret: settings of checks are shown; let users write {{{{NAME}}}} and render it"
        for name, info in model.model_fields.items()
        if _SECRETS & {info.annotation, *get_args(info.annotation)}
    ]


def _assertion_problems(assertions: Iterable[Assertion]) -> list[str]:
    problems = []
    for assertion in assertions:
        try:
            validate(assertion)
        except InvalidInput as error:
            problems.append(f"default assertion: {error}")
    return problems


def _model_problems(model: type[BaseModel]) -> list[str]:
    problems = []
    schema: dict[str, Any] = {}
    try:
        schema = model.model_json_schema(by_alias=False)
        json.dumps(schema)
    except (PydanticUserError, TypeError, ValueError) as error:
        problems.append(f"settings have no JSON Schema: {error}")
    shown = schema.get("properties", {})
    problems += [
        f"field {name} has no description"
        for name, info in model.model_fields.items()
        if not info.description and not shown.get(name, {}).get("description")
    ]
    if not _forbids_unknown_fields(model):
        problems.append("settings accept unknown fields")
    return problems


def _forbids_unknown_fields(model: type[BaseModel]) -> bool:
    try:
        model.model_validate({_UNKNOWN_FIELD: 1})
    except ValidationError as error:
        return any(_UNKNOWN_FIELD in problem["loc"] for problem in error.errors())
    return False


def _json_problem(value: object) -> str | None:
    try:
        json.dumps(_lists(value), allow_nan=False)
    except (TypeError, ValueError) as error:
        return str(error)
    return None


def _lists(value: Any) -> Any:
    """Return a JSON value with its mappings and sequences as those that ``json`` knows."""
    if isinstance(value, Mapping):
        return {str(name): _lists(item) for name, item in value.items()}
    return [_lists(item) for item in value] if isinstance(value, list | tuple) else value

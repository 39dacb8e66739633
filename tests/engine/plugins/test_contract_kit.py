"""The kit tells what is wrong with a check type or a notifier, and is content with our own."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.domain.checks import Lane
from outrider_engine.domain.observations import ArtifactKind, Failure, Observation, ProducedFile, StepResult
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.plugin_manager import load_plugins
from outrider_engine.testing import (
    RecordingNotifier,
    ScriptedCheckType,
    check_type_problems,
    notifier_problems,
    observation_problems,
)


class Loose(BaseModel):
    """Takes everything."""

    target: str = Field(default="", description="What is meant.")


class Silent(BaseModel):
    """Describes nothing."""

    model_config = ConfigDict(extra="forbid")

    target: str = ""


class Unwritable(BaseModel):
    """Has a field that JSON does not know."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    lock: ScriptedCheckType | None = Field(default=None, description="Nothing for JSON.")


class Secretive(BaseModel):
    """Would keep a password where everybody sees it."""

    model_config = ConfigDict(extra="forbid")

    password: SecretStr | None = Field(default=None, description="Not here.")


def changed(offer: Any, changes: dict[str, Any]) -> Any:
    """Return a check type or notifier that keeps its contract but for ``changes``; ``None`` is as good as missing."""
    for name, value in changes.items():
        setattr(offer, name, value)
    return offer


ODD = Assertion(Source.STATUS, Operator.BETWEEN, "not a pair")


@pytest.mark.parametrize("kind", ["http", "browser"])
def test_our_own_check_types_keep_the_contract(kind: str) -> None:
    assert check_type_problems(load_plugins().check_types[kind]) == []


@pytest.mark.parametrize("kind", ["webhook", "log"])
def test_our_own_notifiers_keep_the_contract(kind: str) -> None:
    assert notifier_problems(load_plugins().notifiers[kind]) == []


def test_a_notifier_may_have_secrets() -> None:
    assert notifier_problems(changed(RecordingNotifier(), {"settings": Secretive})) == []


def test_what_the_kit_brings_keeps_the_contract() -> None:
    assert check_type_problems(ScriptedCheckType()) == []
    assert notifier_problems(RecordingNotifier()) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param({"kind": "Banner"}, "with the kind 'Banner'", id="capitals"),
        pytest.param({"kind": "tcp-banner"}, "with the kind 'tcp-banner'", id="hyphen"),
        pytest.param({"kind": "1st"}, "with the kind '1st'", id="digit first"),
        pytest.param({"kind": None}, "with the kind None", id="no kind"),
        pytest.param({"title": None}, "has no title", id="no title"),
        pytest.param({"title": ""}, "title is empty", id="empty title"),
        pytest.param({"family": "monitor"}, "has no family", id="family as text"),
        pytest.param({"lane": "async"}, "has no lane", id="lane as text"),
        pytest.param({"settings": None}, "has no settings model", id="no settings"),
        pytest.param({"settings": dict}, "has no settings model", id="settings of another sort"),
        pytest.param({"settings": Silent}, "field target has no description", id="undescribed"),
        pytest.param({"settings": Loose}, "settings accept unknown fields", id="loose"),
        pytest.param({"settings": Unwritable}, "settings have no JSON Schema", id="no schema"),
        pytest.param({"settings": Secretive}, "field password is a secret", id="secret"),
        pytest.param({"default_assertions": None}, "has no tuple default_assertions", id="no assertions"),
        pytest.param({"default_assertions": [ODD]}, "has no tuple default_assertions", id="list of assertions"),
        pytest.param({"default_assertions": (ODD,)}, "default assertion: ", id="odd assertion"),
        pytest.param({"observe": None}, "has no method observe", id="no observe"),
        pytest.param({"runnable_problem": None}, "has no method runnable_problem", id="no runnable_problem"),
        pytest.param({"lane": Lane.PROCESS}, "has no method prepare", id="process lane, no prepare"),
        pytest.param({"lane": Lane.THREAD}, "observe is a coroutine function", id="awaits in a thread"),
        pytest.param({"observe": lambda *_: None}, "observe is no coroutine function", id="blocks on the loop"),
    ],
)
def test_a_check_type_that_breaks_its_contract_is_told(changes: dict[str, Any], problem: str) -> None:
    assert [text for text in check_type_problems(changed(ScriptedCheckType(), changes)) if problem in text]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param({"kind": "On Call"}, "with the kind 'On Call'", id="kind"),
        pytest.param({"title": None}, "has no title", id="title"),
        pytest.param({"settings": Loose}, "settings accept unknown fields", id="loose"),
        pytest.param({"settings": Silent}, "field target has no description", id="undescribed"),
        pytest.param({"deliver": None}, "has no method deliver", id="no deliver"),
        pytest.param({"deliver": lambda *_: None}, "deliver is no coroutine function", id="blocks"),
    ],
)
def test_a_notifier_that_breaks_its_contract_is_told(changes: dict[str, Any], problem: str) -> None:
    assert [text for text in notifier_problems(changed(RecordingNotifier(), changes)) if problem in text]


STEP = StepResult(
    index=0,
    id="a",
    name="A",
    action="a",
    status=Verdict.PASSED,
    started_at=datetime(2026, 1, 1, tzinfo=UTC),
    duration_ms=1.0,
)
GOOD = Observation(duration_ms=2.0, phases={"dns": 1.0}, facts={"names": ("a", {"b": None})}, steps=(STEP,))
AWAY = ProducedFile(kind=ArtifactKind.OTHER, name="away", path=Path("/nonexistent/away"), content_type="text/plain")


def test_an_observation_that_can_be_kept_has_no_problems() -> None:
    assert observation_problems(GOOD) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param({"facts": {"raw": b"bytes"}}, "fact 'raw' is not JSON", id="bytes"),
        pytest.param({"facts": {"load": float("nan")}}, "fact 'load' is not JSON", id="not a number"),
        pytest.param({"steps": (replace(STEP, detail={"at": STEP.started_at}),)}, "detail of step 'a'", id="detail"),
        pytest.param({"duration_ms": -1.0}, "duration of the observation is negative", id="duration"),
        pytest.param({"phases": {"dns": -1.0}}, "duration of dns is negative", id="phase"),
        pytest.param({"headers": {"Content-Type": "a"}}, "header 'Content-Type'", id="header"),
        pytest.param({"failure": Failure(Verdict.PASSED, Reason.DNS, "")}, "verdict passed", id="failure that passed"),
        pytest.param({"steps": (replace(STEP, index=1),)}, "not counted from 0", id="steps"),
        pytest.param({"files": (AWAY,)}, "file 'away' is not there", id="file"),
    ],
)
def test_an_observation_that_can_not_be_kept_is_told(changes: dict[str, Any], problem: str) -> None:
    (told,) = observation_problems(replace(GOOD, **changes))
    assert problem in told


def test_what_is_no_observation_is_told() -> None:
    assert observation_problems({"status": 200}) == ["it is no Observation but {'status': 200}"]

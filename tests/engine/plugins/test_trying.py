"""The kit lets check types of all lanes and notifiers do their work for real."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from outrider_engine.contracts import LightContext, ProcessContext
from outrider_engine.domain.alerts import AlertEvent, AlertStatus
from outrider_engine.domain.checks import Lane
from outrider_engine.domain.egress import EgressMode
from outrider_engine.domain.observations import Observation, StepResult
from outrider_engine.domain.verdicts import Cause, Reason, Verdict
from outrider_engine.errors import EgressDenied, NotifyError
from outrider_engine.testing import (
    RecordingNotifier,
    ScriptedCheckType,
    ScriptedSettings,
    deliver,
    observe,
    observe_in_process,
    sample_alert,
    sample_check,
    sample_message,
    sample_outcome,
)


class InThread(ScriptedCheckType):
    """Resolves in a thread."""

    lane = Lane.THREAD

    def observe(self, settings: ScriptedSettings, context: LightContext) -> Any:
        """Say where it ran, and where it might connect to."""
        is_main = threading.current_thread() is threading.main_thread()
        return Observation(duration_ms=1.0, facts={"main": is_main, "at": context.addresses(settings.target)})


class InProcess(ScriptedCheckType):
    """Notes what is done with it."""

    lane = Lane.PROCESS

    def __init__(self, *, fails: bool = False) -> None:
        super().__init__()
        self.life: list[str] = []
        self._fails = fails

    def prepare(self, environment: Mapping[str, str]) -> None:
        """Note that it was prepared."""
        self.life.append("prepared" if environment else "prepared with nothing")

    def observe(self, settings: ScriptedSettings, context: ProcessContext) -> Any:
        """Leave a file and a step, and change the step's mind at the end."""
        self.life.append("observed")
        if self._fails:
            raise RuntimeError("broken")
        (context.folder / "left").write_text(context.secrets["TOKEN"])
        step = StepResult(
            index=0,
            id="a",
            name="A",
            action="a",
            status=Verdict.PASSED,
            started_at=context.clock.now(),
            duration_ms=1.0,
        )
        context.on_step(step)
        context.on_step(replace(step, index=1))
        return Observation(duration_ms=1.0, steps=(replace(step, status=Verdict.DEGRADED),))

    def close(self) -> None:
        """Note that it was closed."""
        self.life.append("closed")


def test_an_async_check_type_gets_what_it_is_given() -> None:
    def seen(settings: ScriptedSettings, context: LightContext) -> Observation:
        facts = {"target": context.render(settings.target), "base": context.base_url, "within": context.timeout_s}
        return Observation(duration_ms=1.0, facts=facts)

    told = observe(
        ScriptedCheckType(seen),
        {"target": "{{WHO}}"},
        variables={"WHO": "you"},
        base_url="http://shop.example",
        timeout_s=2.5,
    )
    assert told.facts == {"target": "you", "base": "http://shop.example", "within": 2.5}


def test_a_thread_check_type_runs_in_a_thread_and_may_ask_for_addresses() -> None:
    told = observe(InThread(), {"target": "127.0.0.1"})
    assert told.facts == {"main": False, "at": ("127.0.0.1",)}


def test_the_egress_policy_holds_in_threads() -> None:
    with pytest.raises(EgressDenied):
        observe(InThread(), {"target": "127.0.0.1"}, egress=EgressMode.PUBLIC)


def test_a_process_check_type_is_prepared_and_closed_around_its_work(tmp_path: Path) -> None:
    check_type = InProcess()
    told = observe_in_process(check_type, {}, tmp_path, secrets={"TOKEN": "s3cret"})
    assert check_type.life == ["prepared", "observed", "closed"]
    assert [(step.index, step.status) for step in told.steps] == [(0, Verdict.DEGRADED), (1, Verdict.PASSED)]
    assert (tmp_path / "left").read_text() == "s3cret"


def test_a_process_check_type_that_raises_is_closed_too(tmp_path: Path) -> None:
    check_type = InProcess(fails=True)
    with pytest.raises(RuntimeError, match="broken"):
        observe_in_process(check_type, {}, tmp_path)
    assert check_type.life == ["prepared", "observed", "closed"]


def test_settings_are_validated_first() -> None:
    with pytest.raises(ValidationError):
        observe(ScriptedCheckType(), {"unknown": 1})
    with pytest.raises(ValidationError):
        deliver(RecordingNotifier(), {"unknown": 1}, sample_message())


def test_a_refusal_of_a_notifier_reaches_the_test() -> None:
    notifier = RecordingNotifier(refusals=[NotifyError("busy", permanent=False)])
    with pytest.raises(NotifyError, match="busy"):
        deliver(notifier, {}, sample_message())
    assert deliver(notifier, {}, sample_message()).status_code == 200
    assert notifier.delivered == [sample_message()]


@pytest.mark.parametrize("event", list(AlertEvent))
def test_there_is_a_sample_of_every_message(event: AlertEvent) -> None:
    message = sample_message(event)
    assert message.event is event
    assert message.title
    assert message == sample_message(event)


def test_samples_agree_with_one_another() -> None:
    assert sample_alert().check_id == sample_check().id
    assert (sample_alert().status, sample_alert(resolved=True).status) == (AlertStatus.OPEN, AlertStatus.RESOLVED)
    assert sample_outcome().cause is None
    failed = sample_outcome(Verdict.FAILED, Reason.CONNECT)
    assert failed.cause is Cause.TARGET
    assert failed.observation is not None
    assert failed.observation.failure is not None
    assert sample_check("banner", {"host": "a"}).definition.config == {"host": "a"}

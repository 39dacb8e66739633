"""The check type ``heartbeat``: what it says about itself, and which settings make sense."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from outrider_engine.plugin_manager import load_plugins
from outrider_engine.testing import check_type_problems
from outrider_plugins.heartbeat.check_type import HeartbeatCheckType
from outrider_plugins.heartbeat.settings import HeartbeatSettings

HEARTBEAT = HeartbeatCheckType()


def test_register_check_types_offers_heartbeat_as_its_contract_says() -> None:
    installed = load_plugins(blocked=("browser",)).check_types["heartbeat"]
    assert installed.title == "Heartbeat"
    assert check_type_problems(installed) == []


def test_it_allows_silence_for_period_and_grace_and_is_not_run() -> None:
    settings = HeartbeatSettings(period=3600, grace=600)
    assert HEARTBEAT.allowed_silence(settings) == timedelta(minutes=70)
    assert HEARTBEAT.allowed_silence(HeartbeatSettings(period=60)) == timedelta(minutes=6)
    assert HEARTBEAT.runnable_problem(settings) == "a heartbeat is not run: the job that it watches pings it"


@pytest.mark.parametrize(
    ("field", "config"),
    [
        ("period", {}),
        ("period", {"period": 0}),
        ("period", {"period": 31_536_001}),
        ("period", {"period": "60"}),
        ("period", {"period": 1.5}),
        ("grace", {"period": 60, "grace": 0}),
        ("grace", {"period": 60, "grace": -1}),
        ("token", {"period": 60, "token": "mine"}),
    ],
    ids=str,
)
def test_settings_that_make_no_sense_are_refused(field: str, config: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refusal:
        HeartbeatSettings.model_validate(config)
    assert {str(problem["loc"][0]) for problem in refusal.value.errors()} == {field}

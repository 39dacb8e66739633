"""The notifier ``log`` and the lines that the plugin writes when it is told something."""

from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from outrider_engine.domain.alerts import Alert, AlertEvent, AlertStatus
from outrider_engine.domain.checks import Check, CheckDefinition, Family
from outrider_engine.domain.notifications import Message
from outrider_engine.domain.runs import Outcome
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.plugin_manager import load_plugins
from outrider_engine.testing import deliver, notifier_problems
from outrider_plugins.log.notifier import LogNotifier

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
MESSAGE = Message(id="ntf_1", event=AlertEvent.TEST, title="Test", text="It works.", occurred_at=NOW, data={})
CHECK = Check(
    id="mon_1",
    organization_id="org_1",
    definition=CheckDefinition(name="shop", type="http", family=Family.MONITOR),
    revision=1,
    next_due_at=None,
    created_at=NOW,
    updated_at=NOW,
)
ALERT = Alert(
    id="alt_1",
    organization_id="org_1",
    rule_id="rul_1",
    check_id="mon_1",
    status=AlertStatus.OPEN,
    message="shop failed 3 times",
    run_id="run_1",
    triggered_at=NOW,
)
OUTCOME = Outcome(
    verdict=Verdict.FAILED, reason=Reason.CONNECT, error="refused", started_at=NOW, completed_at=NOW, duration_ms=12.4
)


def test_register_notifiers_offers_log_as_its_contract_says() -> None:
    plugins = load_plugins(blocked=("browser",))
    assert notifier_problems(plugins.notifiers["log"]) == []
    for hook in (
        "outrider_run_finished",
        "outrider_alert_opened",
        "outrider_alert_resolved",
        "outrider_check_paused",
    ):
        assert "log" in [name for name, _, _ in plugins.told(hook)]


@pytest.mark.parametrize("level", ["info", "warning", "error"])
def test_a_message_is_one_line(level: str) -> None:
    with capture_logs() as lines:
        delivery = deliver(LogNotifier(), {"level": level}, MESSAGE)
    assert delivery.status_code is None
    assert [(line["event"], line["log_level"], line["title"]) for line in lines] == [("notification", level, "Test")]


def told(hook: str, **facts: object) -> dict[str, object]:
    """Return the one line that the plugin writes when it is told something."""
    calls = [call for name, call, _ in load_plugins(blocked=("browser",)).told(hook) if name == "log"]
    with capture_logs() as lines:
        for call in calls:
            call(**facts)
    assert len(lines) == 1
    return dict(lines[0])


def test_run_finished_is_one_line() -> None:
    line = told("outrider_run_finished", check=CHECK, run_id="run_1", location="local", outcome=OUTCOME)
    assert (line["event"], line["run"], line["verdict"], line["reason"]) == (
        "run finished",
        "run_1",
        "failed",
        "connect",
    )
    assert (line["duration_ms"], line["error"], line["log_level"]) == (12, "refused", "info")


def test_alert_opened_is_one_line() -> None:
    line = told("outrider_alert_opened", alert=ALERT, check=CHECK)
    assert (line["event"], line["alert"], line["log_level"]) == ("alert opened", "alt_1", "warning")


def test_alert_resolved_is_one_line() -> None:
    line = told("outrider_alert_resolved", alert=ALERT, check=CHECK)
    assert (line["event"], line["check"], line["log_level"]) == ("alert resolved", "mon_1", "info")


def test_check_paused_is_one_line() -> None:
    line = told("outrider_check_paused", check=CHECK, reason="lost")
    assert (line["event"], line["reason"], line["log_level"]) == ("check paused", "lost", "warning")

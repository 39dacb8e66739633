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


def test_it_is_installed_and_keeps_its_contract() -> None:
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


@pytest.mark.parametrize(
    ("hook", "facts", "event"),
    [
        (
            "outrider_run_finished",
            {"check": CHECK, "run_id": "run_1", "location": "local", "outcome": OUTCOME},
            {"event": "run finished", "verdict": "failed", "reason": "connect", "run": "run_1", "duration_ms": 12},
        ),
        ("outrider_alert_opened", {"alert": ALERT, "check": CHECK}, {"event": "alert opened", "alert": "alt_1"}),
        ("outrider_alert_resolved", {"alert": ALERT, "check": CHECK}, {"event": "alert resolved", "check": "mon_1"}),
        ("outrider_check_paused", {"check": CHECK, "reason": "lost"}, {"event": "check paused", "reason": "lost"}),
    ],
)
def test_what_is_told_is_one_line(hook: str, facts: dict[str, object], event: dict[str, object]) -> None:
    told = [call for name, call, _ in load_plugins(blocked=("browser",)).told(hook) if name == "log"]
    with capture_logs() as lines:
        for call in told:
            call(**facts)
    assert len(lines) == 1
    assert event.items() <= lines[0].items()

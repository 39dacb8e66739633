"""The alert policy of a check as its owner writes it, read back as a value."""

from collections.abc import Mapping
from typing import Any

from outrider_engine.domain.alert_policies import AlertPolicy, Severity
from outrider_engine.domain.checks import CheckDefinition
from outrider_engine.domain.json_values import JsonObject
from outrider_engine.errors import InvalidInput

from .validation import refuse_unstorable

LONGEST_CHANNEL = 200
LONGEST_WAIT_MINUTES = 7 * 24 * 60
MOST_FAILURES = 1000
FIELDS = ("severity", "slack_channel", "escalate_after_minutes", "consecutive_failures")


def policy_of(given: JsonObject | None) -> AlertPolicy:
    """Return a policy with the defaults of what is left out.

    Raises:
        InvalidInput: names the field that is wrong, beginning with ``alert_policy``.
    """
    values: Mapping[str, Any] = given or {}
    for name in values:
        if name not in FIELDS:
            raise InvalidInput("is not a known field", field=f"alert_policy.{name}", allowed=list(FIELDS), given=name)
    severity = values.get("severity")
    if severity is not None and severity not in list(Severity):
        raise InvalidInput("is not a severity", field="alert_policy.severity", allowed=list(Severity), given=severity)
    failures = _whole(values, "consecutive_failures", MOST_FAILURES)
    return AlertPolicy(
        severity=Severity(severity) if severity is not None else Severity.P2,
        slack_channel=_channel(values.get("slack_channel")),
        escalate_after_minutes=_whole(values, "escalate_after_minutes", LONGEST_WAIT_MINUTES),
        consecutive_failures=1 if failures is None else failures,
    )


def refuse_bad_alerting(definition: CheckDefinition) -> None:
    """Refuse a quorum that can never be met, and a policy that can't be followed.

    Raises:
        InvalidInput: names the field, ``quorum`` or one within ``alert_policy``.
    """
    most = len(definition.locations)
    if definition.quorum is not None and not 1 <= definition.quorum <= most:
        raise InvalidInput(f"must be between 1 and the number of locations ({most})", field="quorum")
    policy_of(definition.alert_policy)


def _channel(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= LONGEST_CHANNEL:
        raise InvalidInput(f"must be a text of 1 to {LONGEST_CHANNEL} characters", field="alert_policy.slack_channel")
    refuse_unstorable(value, "alert_policy.slack_channel")
    return value


def _whole(values: Mapping[str, Any], name: str, most: int) -> int | None:
    value = values.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise InvalidInput(f"must be a whole number between 1 and {most}", field=f"alert_policy.{name}")
    return value

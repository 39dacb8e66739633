"""What a transaction has changed, for those who are told after the commit."""

from dataclasses import dataclass, field

from outrider_engine.domain.alerts import Alert
from outrider_engine.domain.checks import Check
from outrider_engine.domain.incidents import Incident, Turn
from outrider_engine.domain.notifications import Notification


@dataclass(slots=True)
class Changes:
    """Alerts, incidents and checks that are not what they were, and the messages about them."""

    opened: list[tuple[Alert, Check]] = field(default_factory=list)
    resolved: list[tuple[Alert, Check]] = field(default_factory=list)
    incidents: list[tuple[Turn, Incident]] = field(default_factory=list)
    paused: list[tuple[Check, str]] = field(default_factory=list)
    notifications: list[Notification] = field(default_factory=list)

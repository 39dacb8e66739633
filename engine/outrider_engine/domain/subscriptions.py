"""Events of a whole organization that channels may subscribe to, without any rule, and how deliveries are repeated."""

from .alerts import AlertEvent

_NAMES = {
    AlertEvent.OPENED: "monitor.alert_triggered",
    AlertEvent.ESCALATED: "monitor.alert_triggered",
    AlertEvent.RESOLVED: "monitor.alert_recovered",
}


def subscribed_as(event: AlertEvent) -> str:
    """Return the name under which channels subscribe to an event; most have their own."""
    return _NAMES.get(event, event.value)

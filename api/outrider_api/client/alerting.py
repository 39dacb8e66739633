"""Alerts and channels, with what can be done to them besides."""

from .objects import Alert, Channel, TestDelivery
from .resources import Named, Readable


class Alerts(Readable[Alert]):
    """What is broken, and what was."""

    def resolve(self, id: str) -> Alert:
        """Resolve an alert by hand and tell its channels."""
        return Alert.of(self._transport.send("POST", self.path_of(id, "resolve"))["data"])


class Channels(Named[Channel]):
    """Whom to tell."""

    def test(self, id: str) -> TestDelivery:
        """Send a test message at once."""
        return TestDelivery.of(self._transport.send("POST", self.path_of(id, "test"))["data"])

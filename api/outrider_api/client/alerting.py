"""Alerts, rules and channels, with what can be done to them besides."""

from collections.abc import Iterator

from .objects import Alert, Channel, Rule, TestDelivery
from .resources import PAGE, Named, Order, Readable, Sort


class Alerts(Readable[Alert]):
    """What is broken, and what was."""

    def list(
        self,
        *,
        page_size: int = PAGE,
        status: str | None = None,
        resource_id: str | None = None,
        rule_id: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Iterator[Alert]:
        """Walk through alerts, newest first.

        Args:
            page_size: how many are asked for at a time.
            status: only those that are ``open``, ``acknowledged`` or ``resolved``.
            resource_id: only those of this monitor, API monitor or journey.
            rule_id: only those of this rule.
            since: only those that opened then or later, as ISO 8601.
            until: only those that opened then or earlier.
        """
        filters = {"status": status, "resource_id": resource_id, "rule_id": rule_id, "from": since, "to": until}
        return self._pages(page_size, filters)

    def acknowledge(self, id: str) -> Alert:
        """Take an alert on: it stays unresolved, and nobody is reminded of it any more."""
        return self._one("POST", self.path_of(id, "acknowledge"))

    def resolve(self, id: str) -> Alert:
        """Resolve an alert by hand and tell its channels."""
        return self._one("POST", self.path_of(id, "resolve"))


class Channels(Named[Channel]):
    """Whom to tell."""

    def list(
        self,
        *,
        page_size: int = PAGE,
        q: str | None = None,
        type: str | None = None,
        enabled: bool | None = None,
        sort: Sort | None = None,
        order: Order | None = None,
    ) -> Iterator[Channel]:
        """Walk through channels: those with ``q`` in their name, of a type, switched on or off."""
        filters = {"q": q, "type": type, "enabled": enabled, "sort": sort, "order": order}
        return self._pages(page_size, filters)

    def test(self, id: str) -> TestDelivery:
        """Send a test message at once."""
        return TestDelivery.of(self._transport.send("POST", self.path_of(id, "test"))["data"])

    def rotate_secret(self, id: str) -> Channel:
        """Give a channel a new signing secret, which is in this answer only; the old one is void at once."""
        return self._one("POST", self.path_of(id, "rotate-secret"))


class Rules(Named[Rule]):
    """When to tell."""

    def list(
        self,
        *,
        page_size: int = PAGE,
        q: str | None = None,
        type: str | None = None,
        enabled: bool | None = None,
        resource_id: str | None = None,
        channel_id: str | None = None,
        sort: Sort | None = None,
        order: Order | None = None,
    ) -> Iterator[Rule]:
        """Walk through rules: those with ``q`` in their name, about a check, that tell a channel."""
        about = {"resource_id": resource_id, "channel_id": channel_id}
        filters = {"q": q, "type": type, "enabled": enabled, **about, "sort": sort, "order": order}
        return self._pages(page_size, filters)

"""How ``webhook`` delivers: one signed POST, answered by any 2xx within the deadline."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook

from outrider_engine.contracts import Delivery, Facts, NotifyContext, facts_of, send
from outrider_engine.domain.json_values import JsonObject
from outrider_engine.domain.notifications import Message
from outrider_engine.errors import NotifyError

from .presets import brily, opsgenie, opsgenie_path, pagerduty, xuptimemonitor
from .settings import WebhookSettings
from .times import with_z

BRILY_PAUSES = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=24),
)
"""Between tries; after the last of them a message is given up."""


class WebhookNotifier:
    """Posts messages as JSON, with the signature of the Standard Webhooks specification."""

    kind = "webhook"
    title = "Webhook"
    settings = WebhookSettings

    async def deliver(self, message: Message, settings: WebhookSettings, context: NotifyContext) -> Delivery:
        """Post one message once.

        Raises:
            NotifyError: no 2xx was received.
        """
        facts = facts_of(message, public_url=context.public_url)
        url = opsgenie_path(settings.url, message, facts) if settings.format == "opsgenie" else settings.url
        body = json.dumps(_body(message, facts, settings), ensure_ascii=False)
        headers = {**settings.headers, "Content-Type": "application/json"}
        headers |= _authorization(settings)
        headers |= _signatures(body, message, settings, context.clock.now())
        try:
            exchange = await send(context, url, body.encode(), headers=headers)
        except NotifyError as error:
            if error.status_code is None or settings.format != "brily":
                raise
            raise NotifyError(
                str(error), permanent=False, retry_after_s=error.retry_after_s, status_code=error.status_code
            ) from None
        return Delivery(status_code=exchange.status)

    def subscriptions(self, settings: WebhookSettings) -> Sequence[str]:
        """Return the events of the organization that a channel wants."""
        return settings.events

    def pauses(self, settings: WebhookSettings) -> Sequence[timedelta] | None:
        """Return the schedule that brily promises, for its receivers."""
        return BRILY_PAUSES if settings.format == "brily" else None


def _body(message: Message, facts: Facts, settings: WebhookSettings) -> JsonObject:
    match settings.format:
        case "brily":
            return brily(message)
        case "xuptimemonitor":
            return xuptimemonitor(message, facts)
        case "pagerduty":
            return pagerduty(message, facts, _key(settings))
        case "opsgenie":
            return opsgenie(message, facts)
        case _:
            return {
                "type": message.event.value,
                "timestamp": message.occurred_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
                "data": {"title": message.title, "text": message.text, **with_z(message.data)},
            }


def _authorization(settings: WebhookSettings) -> dict[str, str]:
    if settings.format == "opsgenie":
        return {"Authorization": f"GenieKey {_key(settings)}"}
    if settings.bearer_token is not None:
        return {"Authorization": f"Bearer {settings.bearer_token.get_secret_value()}"}
    return {}


def _key(settings: WebhookSettings) -> str:
    return settings.integration_key.get_secret_value() if settings.integration_key is not None else ""


def _signatures(body: str, message: Message, settings: WebhookSettings, now: datetime) -> dict[str, str]:
    """Return the headers that show that a message is ours; receivers of the other presets know none."""
    if settings.format not in {"standard", "brily"}:
        return {"webhook-id": message.id}
    secret = settings.secret.get_secret_value()
    headers = {
        "webhook-id": message.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(message.id, now.astimezone(UTC), body),
    }
    if settings.format == "brily":
        digest = hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()
        headers["X-Brily-Signature"] = f"sha256={digest}"
    return headers

"""How ``webhook`` delivers: one signed POST, answered by any 2xx within the deadline."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from standardwebhooks import Webhook

from outrider_engine.contracts import Delivery, NotifyContext, send
from outrider_engine.domain.json_values import JsonObject, JsonValue
from outrider_engine.domain.notifications import Message

from .settings import WebhookSettings

_UTC_OFFSET = "+00:00"


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
        body, headers = _signed(message, settings, context.clock.now())
        exchange = await send(context, settings.url, body, headers=headers)
        return Delivery(status_code=exchange.status)


def _signed(message: Message, settings: WebhookSettings, now: datetime) -> tuple[bytes, dict[str, str]]:
    body = json.dumps(
        {
            "type": message.event.value,
            "timestamp": message.occurred_at.astimezone(UTC).isoformat().replace(_UTC_OFFSET, "Z"),
            "data": {"title": message.title, "text": message.text, **_with_z(message.data)},
        },
        ensure_ascii=False,
    )
    headers = {
        **settings.headers,
        "Content-Type": "application/json",
        "webhook-id": message.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(settings.secret.get_secret_value()).sign(message.id, now.astimezone(UTC), body),
    }
    if settings.bearer_token is not None:
        headers["Authorization"] = f"Bearer {settings.bearer_token.get_secret_value()}"
    return body.encode(), headers


def _with_z(facts: JsonObject) -> dict[str, JsonValue]:
    """Return facts whose times (``…_at``, ``since``) end in ``Z``, as the message's own does; texts for people stay."""

    def shown(name: str, value: JsonValue) -> JsonValue:
        if isinstance(value, Mapping):
            return _with_z(value)
        is_time = (name.endswith("_at") or name == "since") and isinstance(value, str) and value.endswith(_UTC_OFFSET)
        return f"{str(value).removesuffix(_UTC_OFFSET)}Z" if is_time else value

    return {name: shown(name, value) for name, value in facts.items()}

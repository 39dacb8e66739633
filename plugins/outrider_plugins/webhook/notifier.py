"""How ``webhook`` delivers: one signed POST, answered by any 2xx within the deadline."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from standardwebhooks import Webhook

from outrider_engine.contracts import Delivery, NotifyContext
from outrider_engine.domain.json_values import JsonObject, JsonValue
from outrider_engine.domain.notifications import Message
from outrider_engine.domain.observations import Failure
from outrider_engine.domain.verdicts import Reason
from outrider_engine.errors import InvalidInput, NotifyError
from outrider_engine.ports.http import HttpExchange, HttpRequest

from .settings import WebhookSettings

_LARGEST_ANSWER = 64_000
_LONGEST_WAIT_S = 86_400.0
_UTC_OFFSET = "+00:00"
_TEMPORARY = frozenset({408, 425, 429})


class WebhookNotifier:
    """Posts messages as JSON, with the signature of the Standard Webhooks specification."""

    kind = "webhook"
    title = "Webhook"
    settings = WebhookSettings

    async def deliver(self, message: Message, settings: WebhookSettings, context: NotifyContext) -> Delivery:
        """Post one message once.

        Raises:
            NotifyError: no 2xx was received. Answers that say "not like this" (4xx but for 408, 425 and 429) and
                denied addresses are permanent. What the receiver wrote is not repeated.
        """
        try:
            exchange = await context.http.send(_request(message, settings, context))
        except InvalidInput as error:
            raise NotifyError(f"the message can't be sent: {error}", permanent=True) from None
        status = exchange.status
        if status is not None and 200 <= status < 300:
            return Delivery(status_code=status)
        if status is None:
            raise _unanswered(exchange.failure)
        raise NotifyError(
            f"the receiver answered {status}",
            permanent=400 <= status < 500 and status not in _TEMPORARY,
            retry_after_s=_retry_after(exchange, context.clock.now()),
            status_code=status,
        )


def _request(message: Message, settings: WebhookSettings, context: NotifyContext) -> HttpRequest:
    now = context.clock.now()
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
    return HttpRequest(
        url=settings.url,
        method="POST",
        headers=headers,
        body=body.encode(),
        timeout_s=context.timeout_s,
        max_redirects=0,
        max_body=_LARGEST_ANSWER,
    )


def _with_z(facts: JsonObject) -> dict[str, JsonValue]:
    """Return facts whose times (``…_at``) end in ``Z``, as the message's own does; texts for people stay."""

    def shown(name: str, value: JsonValue) -> JsonValue:
        if isinstance(value, Mapping):
            return _with_z(value)
        is_time = name.endswith("_at") and isinstance(value, str) and value.endswith(_UTC_OFFSET)
        return f"{str(value).removesuffix(_UTC_OFFSET)}Z" if is_time else value

    return {name: shown(name, value) for name, value in facts.items()}


def _unanswered(failure: Failure | None) -> NotifyError:
    if failure is None:
        return NotifyError("the receiver did not answer", permanent=False)
    permanent = failure.reason in {Reason.EGRESS_DENIED, Reason.INVALID_DEFINITION}
    return NotifyError(f"the receiver was not reached ({failure.reason}): {failure.message}", permanent=permanent)


def _retry_after(exchange: HttpExchange, now: datetime) -> float | None:
    """Return the seconds of ``Retry-After`` (RFC 9110, 10.2.3), whether told as seconds or as a date."""
    text = exchange.headers.get("retry-after", "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return min(float(text[:10]), _LONGEST_WAIT_S)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
    return min(max(0.0, seconds), _LONGEST_WAIT_S)

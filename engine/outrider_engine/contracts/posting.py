"""One exchange with a receiver of messages: what its answers mean, and when to come again."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.observations import Failure
from outrider_engine.domain.verdicts import Reason
from outrider_engine.errors import InvalidInput, NotifyError
from outrider_engine.ports.http import HttpExchange, HttpRequest

from .notifier import NotifyContext

_LARGEST_ANSWER = 64_000
_LONGEST_WAIT_S = 86_400.0
_TEMPORARY = frozenset({408, 425, 429})


async def post_json(
    context: NotifyContext,
    url: str,
    body: JsonValue,
    *,
    headers: Mapping[str, str] | None = None,
    method: str = "POST",
) -> HttpExchange:
    """Send JSON and return the exchange that was answered with a 2xx.

    Raises:
        NotifyError: as ``send`` raises it.
    """
    content = json.dumps(body, ensure_ascii=False).encode()
    return await send(
        context, url, content, headers={**(headers or {}), "Content-Type": "application/json"}, method=method
    )


async def send(
    context: NotifyContext, url: str, body: bytes | None, *, headers: Mapping[str, str], method: str = "POST"
) -> HttpExchange:
    """Make one exchange, without following redirects, and return it when it was answered with a 2xx.

    Raises:
        NotifyError: no 2xx was received. Answers that say "not like this" (4xx but for 408, 425 and 429) and denied
            addresses are permanent. What the receiver wrote is not repeated.
    """
    request = HttpRequest(
        url=url,
        method=method,
        headers=headers,
        body=body,
        timeout_s=context.timeout_s,
        max_redirects=0,
        max_body=_LARGEST_ANSWER,
    )
    try:
        exchange = await context.http.send(request)
    except InvalidInput as error:
        raise NotifyError(f"the message can't be sent: {error}", permanent=True) from None
    status = exchange.status
    if status is None:
        raise _unanswered(exchange.failure)
    if 200 <= status < 300:
        return exchange
    raise NotifyError(
        f"the receiver answered {status}",
        permanent=400 <= status < 500 and status not in _TEMPORARY,
        retry_after_s=retry_after(exchange, context.clock.now()),
        status_code=status,
    )


def _unanswered(failure: Failure | None) -> NotifyError:
    if failure is None:
        return NotifyError("the receiver did not answer", permanent=False)
    permanent = failure.reason in {Reason.EGRESS_DENIED, Reason.INVALID_DEFINITION}
    return NotifyError(f"the receiver was not reached ({failure.reason}): {failure.message}", permanent=permanent)


def retry_after(exchange: HttpExchange, now: datetime) -> float | None:
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

"""Posting as the bot of an app: ``chat.postMessage`` of Slack's Web API, which answers 200 to what it refuses, too."""

import json
import re
from typing import Any

from outrider_engine.contracts import Delivery, NotifyContext, post_json, retry_after
from outrider_engine.errors import NotifyError
from outrider_engine.ports.http import HttpExchange

from .settings import SlackSettings

TEMPORARY = frozenset(
    {
        *("ratelimited", "rate_limited", "message_limit_exceeded", "request_timeout", "service_unavailable"),
        *("internal_error", "fatal_error", "team_added_to_org", "org_login_required"),
    }
)
"""Errors that pass by themselves; all others are of the message, the channel or the token."""
REMEDIES = {
    "channel_not_found": "there is no such channel, or it is private and the bot was not invited",
    "not_in_channel": "invite the bot to the channel, or give it the scope chat:write.public",
    "is_archived": "the channel is archived",
    "missing_scope": "the app needs the scope chat:write",
    "invalid_auth": "the token is not valid",
    "account_inactive": "the bot or its workspace was deleted",
    "token_revoked": "the token was revoked, or the app was removed",
    "token_expired": "the token has expired",
}
_WORD = re.compile(r"[a-z0-9_]{1,80}")


async def post_as_bot(body: dict[str, Any], settings: SlackSettings, token: str, context: NotifyContext) -> Delivery:
    """Post one message once, where the context says, else where the settings do.

    Raises:
        NotifyError: Slack did not accept it, or nobody said where.
    """
    channel = context.place or settings.channel
    if channel is None:
        raise NotifyError("nobody said to which Slack channel: set `channel`", permanent=True)
    exchange = await post_json(
        context,
        f"{settings.api_url.rstrip('/')}/chat.postMessage",
        {**body, "channel": channel, "unfurl_links": False, "unfurl_media": False},
        headers={"Authorization": f"Bearer {token}"},
    )
    _refuse_failure(exchange, context)
    return Delivery(status_code=exchange.status)


def _refuse_failure(exchange: HttpExchange, context: NotifyContext) -> None:
    try:
        answer = json.loads(exchange.body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or not isinstance(answer.get("ok"), bool):
        raise NotifyError("the answer is none of Slack's", permanent=False, status_code=exchange.status)
    if answer["ok"]:
        return
    said = str(answer.get("error"))
    error = said if _WORD.fullmatch(said) else "an error without a name"
    raise NotifyError(
        f"Slack refused the message: {error}" + (f" ({REMEDIES[error]})" if error in REMEDIES else ""),
        permanent=error not in TEMPORARY,
        retry_after_s=retry_after(exchange, context.clock.now()),
        status_code=exchange.status,
    )

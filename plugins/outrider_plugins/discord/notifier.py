"""How ``discord`` delivers: one embed, or the text of a template; never a mention of anybody."""

import re
from typing import Any

from outrider_engine.contracts import Delivery, Facts, NotifyContext, clipped, facts_of, post_json, rendered
from outrider_engine.domain.notifications import Message

from .settings import DiscordSettings

COLOURS = {"DOWN": 0xD92D20, "UP": 0x12A150, "PAUSED": 0xF5A524}
NEUTRAL = 0x667085
LONGEST_CONTENT, LONGEST_TITLE, LONGEST_TEXT, LONGEST_FIELD = 2000, 256, 2000, 1024
"""In code points; an embed may have 6000 in all, which these keep to."""
_MARKUP = re.compile(r"([\\*_~`|>#\[\]()<:@-])")
_TORN = r"\\"


class DiscordNotifier:
    """Posts messages to webhooks of Discord."""

    kind = "discord"
    title = "Discord"
    settings = DiscordSettings

    async def deliver(self, message: Message, settings: DiscordSettings, context: NotifyContext) -> Delivery:
        """Post one message once.

        Raises:
            NotifyError: Discord did not accept it.
        """
        facts = facts_of(message, public_url=context.public_url, visibility=settings.visibility)
        body: dict[str, Any] = {"allowed_mentions": {"parse": []}}
        if settings.username is not None:
            body["username"] = settings.username
        if settings.template is not None:
            text = rendered(settings.template, facts.values(), escaped).strip() or escaped(facts.title)
            body["content"] = clipped(text, LONGEST_CONTENT, torn=_TORN)
        else:
            body["embeds"] = [_embed(facts)]
        exchange = await post_json(context, settings.webhook_url.get_secret_value(), body)
        return Delivery(status_code=exchange.status)


def escaped(text: str) -> str:
    """Return a text without any Markdown; addresses in it stay readable, and masked links impossible."""
    return _MARKUP.sub(r"\\\1", text)


def _embed(facts: Facts) -> dict[str, Any]:
    # Six short fields, a title and a text: well below the 6000 characters of one embed.
    fields = [
        {"name": name, "value": clipped(escaped(value), LONGEST_FIELD // 2, torn=_TORN), "inline": True}
        for name, value in facts.listed().items()
    ]
    embed: dict[str, Any] = {
        "title": clipped(escaped(facts.title), LONGEST_TITLE, torn=_TORN),
        "description": _description(facts),
        "color": COLOURS.get(facts.status, NEUTRAL),
        "timestamp": facts.occurred_at.isoformat(),
        "fields": fields,
    }
    if link := facts.run_url or facts.page_url:
        embed["url"] = link
    return embed


def _description(facts: Facts) -> str:
    if facts.error:
        return f"```\n{clipped(facts.error.replace('`', chr(39)), LONGEST_TEXT - 8)}\n```"
    return clipped(escaped(facts.text), LONGEST_TEXT, torn=_TORN)

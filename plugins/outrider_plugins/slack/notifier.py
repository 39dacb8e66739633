"""How ``slack`` delivers: one coloured attachment of Block Kit blocks, by a webhook or by a bot."""

import html
from typing import Any

from outrider_engine.contracts import Delivery, Facts, NotifyContext, clipped, facts_of, post_json, rendered
from outrider_engine.domain.notifications import Message

from .bot import post_as_bot
from .settings import SlackSettings

COLOURS = {"DOWN": "#d92d20", "UP": "#12a150", "PAUSED": "#f5a524"}
NEUTRAL = "#667085"
LONGEST_HEADER, LONGEST_TEXT, LONGEST_FIELD, LONGEST_ERROR = 150, 3000, 2000, 2500
_TORN = r"&[a-z]{0,4}"


class SlackNotifier:
    """Posts messages to Slack, through incoming webhooks or as the bot of an app."""

    kind = "slack"
    title = "Slack"
    settings = SlackSettings

    def connects(self, settings: SlackSettings) -> bool:
        """Whether a channel of these settings leads to many places: a bot may post to every channel that it is in."""
        return settings.bot_token is not None

    async def deliver(self, message: Message, settings: SlackSettings, context: NotifyContext) -> Delivery:
        """Post one message once.

        Raises:
            NotifyError: Slack did not accept it.
        """
        facts = facts_of(message, public_url=context.public_url, visibility=settings.visibility)
        body = _body(facts, settings)
        if settings.bot_token is not None:
            return await post_as_bot(body, settings, settings.bot_token.get_secret_value(), context)
        assert settings.webhook_url is not None, "settings have one of the two"
        exchange = await post_json(context, settings.webhook_url.get_secret_value(), body)
        return Delivery(status_code=exchange.status)


def escaped(text: str) -> str:
    """Return a text in which nothing is a mention or a link to Slack: both begin with ``<``."""
    return html.escape(text, quote=False)


def _body(facts: Facts, settings: SlackSettings) -> dict[str, Any]:
    blocks = _own_words(facts, settings.template) if settings.template is not None else _blocks(facts)
    body: dict[str, Any] = {
        "text": clipped(escaped(facts.title), LONGEST_TEXT, torn=_TORN),
        "attachments": [{"color": COLOURS.get(facts.status, NEUTRAL), "blocks": blocks}],
    }
    if settings.channel is not None:
        body["channel"] = settings.channel
    if settings.username is not None:
        body["username"] = settings.username
    return body


def _own_words(facts: Facts, template: str) -> list[dict[str, Any]]:
    text = rendered(template, facts.values(), escaped).strip() or escaped(facts.title)
    return [{"type": "section", "text": _mrkdwn(text, LONGEST_TEXT)}]


def _blocks(facts: Facts) -> list[dict[str, Any]]:
    fields = [_mrkdwn(f"*{name}*\n{escaped(value)}", LONGEST_FIELD) for name, value in facts.listed().items()]
    header = {"type": "plain_text", "text": clipped(facts.title, LONGEST_HEADER), "emoji": False}
    blocks: list[dict[str, Any]] = [{"type": "header", "text": header}]
    if fields:
        blocks.append({"type": "section", "fields": fields})
    if facts.error:
        error = clipped(escaped(facts.error.replace("`", "'")), LONGEST_ERROR, torn=_TORN)
        blocks.append({"type": "section", "text": _mrkdwn(f"*Error*\n```{error}```", LONGEST_TEXT)})
    elif facts.text:
        blocks.append({"type": "section", "text": _mrkdwn(escaped(facts.text), LONGEST_TEXT)})
    links = [f"<{url}|{name}>" for name, url in (("View run", facts.run_url), ("View check", facts.page_url)) if url]
    if links:
        blocks.append({"type": "context", "elements": [_mrkdwn("  ".join(links), LONGEST_TEXT)]})
    return blocks


def _mrkdwn(text: str, most: int) -> dict[str, Any]:
    """Return a text object; ``verbatim`` keeps Slack from making links and mentions of what merely looks like them."""
    return {"type": "mrkdwn", "text": clipped(text, most, torn=_TORN), "verbatim": True}

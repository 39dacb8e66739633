"""How ``ms_teams`` delivers: one Adaptive Card."""

import re
from typing import Any

from outrider_engine.contracts import Delivery, Facts, NotifyContext, clipped, facts_of, post_json, rendered
from outrider_engine.domain.notifications import Message

from .settings import TeamsSettings

COLOURS = {"DOWN": "attention", "UP": "good", "PAUSED": "warning"}
LONGEST_TITLE, LONGEST_TEXT, LONGEST_FACT = 300, 3000, 500
"""In code points: Teams refuses messages of more than 28 KB, which these stay below in any script."""
_MARKUP = re.compile(r"([\\*_\[\]()#`>~+-]|(?<=\d)\.)")
_TORN = r"\\"


class TeamsNotifier:
    """Posts Adaptive Cards to workflows of Microsoft Teams."""

    kind = "ms_teams"
    title = "Microsoft Teams"
    settings = TeamsSettings

    async def deliver(self, message: Message, settings: TeamsSettings, context: NotifyContext) -> Delivery:
        """Post one message once.

        Raises:
            NotifyError: the workflow did not accept it.
        """
        facts = facts_of(message, public_url=context.public_url, visibility=settings.visibility)
        body = _own_words(facts, settings.template) if settings.template is not None else _body(facts)
        card = {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": body,
            "actions": _links(facts),
            "msteams": {"width": "Full"},
        }
        attachment = {
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": None,
            "content": card,
        }
        envelope: dict[str, Any] = {
            "type": "message",
            "summary": clipped(facts.title, LONGEST_TITLE),
            "attachments": [attachment],
        }
        exchange = await post_json(context, settings.webhook_url.get_secret_value(), envelope)
        return Delivery(status_code=exchange.status)


def escaped(text: str) -> str:
    """Return a text without the Markdown of cards; mentions need entities of their own, which we never send."""
    return _MARKUP.sub(r"\\\1", text)


def _own_words(facts: Facts, template: str) -> list[dict[str, Any]]:
    text = rendered(template, facts.values(), escaped).strip() or escaped(facts.title)
    return [{"type": "TextBlock", "wrap": True, "text": clipped(text, LONGEST_TEXT, torn=_TORN)}]


def _body(facts: Facts) -> list[dict[str, Any]]:
    body = [
        _plain(facts.title, LONGEST_TITLE, size="large", weight="bolder", color=COLOURS.get(facts.status, "default")),
        {
            "type": "FactSet",
            "facts": [
                {"title": name, "value": clipped(escaped(value), LONGEST_FACT, torn=_TORN)}
                for name, value in facts.listed().items()
            ],
        },
    ]
    if facts.error:
        body.append(_plain(facts.error, LONGEST_TEXT, fontType="monospace"))
    elif facts.text:
        body.append(_plain(facts.text, LONGEST_TEXT))
    return body


def _plain(text: str, most: int, **style: str) -> dict[str, Any]:
    """Return a block whose text is shown as it is: runs of text know no Markdown."""
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": clipped(text, most), **style}]}


def _links(facts: Facts) -> list[dict[str, Any]]:
    links = (("View run", facts.run_url), ("View check", facts.page_url))
    return [{"type": "Action.OpenUrl", "title": name, "url": url} for name, url in links if url]

"""How ``x`` delivers: one post through version 2 of the API."""

from outrider_engine.contracts import Delivery, NotifyContext, facts_of, post_json, rendered
from outrider_engine.domain.notifications import Message

from .post_text import post_text, unlinked
from .settings import XSettings

USUAL = "{monitorName} is {status}{% if incidentDuration %} ({incidentDuration}){% endif %}"
OTHERWISE = "{title}"
"""For events that are not about a monitor going down or coming back."""


class XNotifier:
    """Posts messages to X."""

    settings = XSettings

    def __init__(self, kind: str, title: str) -> None:
        self.kind = kind
        self.title = title

    async def deliver(self, message: Message, settings: XSettings, context: NotifyContext) -> Delivery:
        """Post one message once.

        Raises:
            NotifyError: X did not accept it.
        """
        facts = facts_of(message, public_url=context.public_url, visibility=settings.visibility)
        values = facts.values()
        own = {values["monitorUrl"], values["runUrl"]}
        template = settings.template or (USUAL if facts.status in {"DOWN", "UP"} else OTHERWISE)
        text = rendered(template, values, lambda value: value if value in own else unlinked(value))
        exchange = await post_json(
            context,
            f"{settings.api_url.rstrip('/')}/2/tweets",
            {"text": post_text(text, values["monitorUrl"])},
            headers={"Authorization": f"Bearer {settings.bearer_token.get_secret_value()}"},
        )
        return Delivery(status_code=exchange.status)

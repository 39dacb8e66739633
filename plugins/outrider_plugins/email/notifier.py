"""How ``email`` delivers: one mail to all recipients, as text and as HTML."""

import html

from outrider_engine.contracts import Delivery, Facts, NotifyContext, facts_of, rendered
from outrider_engine.domain.notifications import Message
from outrider_engine.errors import NotifyError
from outrider_engine.ports.mail import Mail

from .settings import EmailSettings

COLOURS = {"DOWN": "#d92d20", "UP": "#12a150", "PAUSED": "#f5a524"}
NEUTRAL = "#667085"


class EmailNotifier:
    """Sends mails through the installation's mail server."""

    kind = "email"
    title = "E-mail"
    settings = EmailSettings
    needs_mail = True

    async def deliver(self, message: Message, settings: EmailSettings, context: NotifyContext) -> Delivery:
        """Send one mail once.

        Raises:
            NotifyError: the mail server did not take it, or there is none.
        """
        if context.mailer is None:
            raise NotifyError(
                "no mail server is set up: the operator has to set OUTRIDER_SMTP_URL and OUTRIDER_SMTP_FROM",
                permanent=False,
            )
        facts = facts_of(message, public_url=context.public_url, visibility=settings.visibility)
        text = rendered(settings.template, facts.values()).strip() if settings.template is not None else _text(facts)
        mail = Mail(
            id=message.id,
            recipients=settings.recipients,
            subject=facts.title,
            text=text + "\n",
            html=_preformatted(text) if settings.template is not None else _html(facts),
            sent_at=context.clock.now(),
        )
        await context.mailer.send(mail, timeout_s=context.timeout_s)
        return Delivery()


def _text(facts: Facts) -> str:
    lines = [facts.text, "", *(f"{name}: {value}" for name, value in facts.listed().items())]
    lines += [f"Error: {facts.error}"] if facts.error else []
    lines += [f"{name}: {url}" for name, url in _links(facts).items()]
    return "\n".join(lines).strip()


def _html(facts: Facts) -> str:
    rows = "".join(
        f'<tr><td style="color:#667085;padding-right:1em">{html.escape(name)}</td><td>{html.escape(value)}</td></tr>'
        for name, value in facts.listed().items()
    )
    error = f"<pre>{html.escape(facts.error)}</pre>" if facts.error else ""
    links = " ".join(f'<a href="{html.escape(url)}">{html.escape(name)}</a>' for name, url in _links(facts).items())
    colour = COLOURS.get(facts.status, NEUTRAL)
    return (
        f'<html><body style="font-family:sans-serif"><h2 style="color:{colour}">{html.escape(facts.title)}</h2>'
        f"<p>{html.escape(facts.text)}</p><table>{rows}</table>{error}<p>{links}</p></body></html>"
    )


def _preformatted(text: str) -> str:
    return f'<html><body style="font-family:sans-serif;white-space:pre-wrap">{html.escape(text)}</body></html>'


def _links(facts: Facts) -> dict[str, str]:
    return {name: url for name, url in (("View run", facts.run_url), ("View check", facts.page_url)) if url}

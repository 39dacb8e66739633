"""Implements ``Mailer`` with the standard library's SMTP, in a thread for each mail."""

import asyncio
import re
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import structlog

from outrider_engine.errors import NotifyError
from outrider_engine.ports.mail import Mail

from .smtp_address import SmtpAddress

log = structlog.get_logger(__name__)

LONGEST_SUBJECT = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")


class SmtpMailer:
    """Sends through one mail server, which the operator chose: no egress policy is asked about it."""

    def __init__(self, address: SmtpAddress, sender: str) -> None:
        self._address = address
        self._sender = sender

    async def send(self, mail: Mail, *, timeout_s: float) -> None:
        """Send one mail once.

        Raises:
            NotifyError: it was not accepted. What the server wrote is not repeated.
        """
        message = composed(mail, self._sender)
        try:
            refused = await asyncio.to_thread(self._send, message, mail.recipients, timeout_s)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise _refusal("all recipients", max(codes), permanent=min(codes) >= 500) from None
        except smtplib.SMTPAuthenticationError as error:
            raise _refusal("user and password of OUTRIDER_SMTP_URL", error.smtp_code, permanent=False) from None
        except smtplib.SMTPResponseException as error:
            raise _refusal("the mail", error.smtp_code, permanent=error.smtp_code >= 500) from None
        except smtplib.SMTPNotSupportedError:
            raise NotifyError("the mail server offers no STARTTLS or no login", permanent=False) from None
        except (smtplib.SMTPException, OSError) as error:
            raise NotifyError(f"the mail server was not reached: {type(error).__name__}", permanent=False) from None
        if refused:
            log.warning("the mail server refused some recipients", mail=mail.id, refused=len(refused))

    def _send(self, message: EmailMessage, recipients: tuple[str, ...], timeout_s: float) -> dict[str, object]:
        server = self._address
        context = ssl.create_default_context()
        connection = (
            smtplib.SMTP_SSL(server.host, server.port, timeout=timeout_s, context=context)
            if server.implicit_tls
            else smtplib.SMTP(server.host, server.port, timeout=timeout_s)
        )
        with connection:
            connection.ehlo()
            if server.starttls == "required" or (server.starttls == "optional" and connection.has_extn("starttls")):
                connection.starttls(context=context)
                connection.ehlo()
            if server.user is not None:
                connection.login(server.user, server.password or "")
            return dict(connection.send_message(message, self._sender, list(recipients)))


def composed(mail: Mail, sender: str) -> EmailMessage:
    """Return a mail with its headers; nothing in it can begin another header."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = ", ".join(mail.recipients)
    message["Subject"] = _CONTROL.sub(" ", mail.subject.encode(errors="replace").decode())[:LONGEST_SUBJECT]
    message["Date"] = format_datetime(mail.sent_at)
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text.encode(errors="replace").decode())
    message.add_alternative(mail.html.encode(errors="replace").decode(), subtype="html")
    return message


def _refusal(what: str, code: int, *, permanent: bool) -> NotifyError:
    return NotifyError(f"the mail server refused {what} ({code})", permanent=permanent)

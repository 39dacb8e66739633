"""Sending e-mail through the mail server of the installation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to send.

    Attributes:
        id: makes the ``Message-ID``, so that the same mail sent again can be told from a new one.
        text: for those who do not read ``html``.
    """

    id: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str
    sent_at: datetime


class Mailer(Protocol):
    """Hands mails to a mail server."""

    async def send(self, mail: Mail, *, timeout_s: float) -> None:
        """Send one mail once.

        Raises:
            NotifyError: the server did not take it for a single recipient; a 5xx answer about them is permanent.
        """

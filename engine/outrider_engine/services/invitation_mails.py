"""Mails with invitations: kept with the invitation, sent in the background, tried again for a day."""

import asyncio
import html
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from outrider_engine.domain.members import Member, token_digest
from outrider_engine.domain.notifications import retry_at, uniform_jitter
from outrider_engine.errors import ConfigurationError, NotifyError
from outrider_engine.ports.clock import Clock
from outrider_engine.ports.invitation_mail_repository import DueInvitation
from outrider_engine.ports.mail import Mail, Mailer
from outrider_engine.ports.secrets import SecretBox
from outrider_engine.ports.storage import Storage, Transaction

from .claiming import new_token
from .quiet import Quiet

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
TIMEOUT_S = 20.0
"""Seconds that the mail server has for each of its answers."""
AT_ONCE = 20
"""Mails that one call sends at most, one after another."""
NO_SERVER = "no mail server is set up (OUTRIDER_SMTP_URL)"
NO_ADDRESS = "there is no address for the link (OUTRIDER_PUBLIC_URL)"


def page_of(token: str) -> str:
    """Return where on this server people accept an invitation in a browser."""
    return f"/invitations/{token}"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationPost:
    """Puts invitations in the post, when there is one.

    Attributes:
        secrets: encrypts the token while it waits.
        missing: why no mail can be sent from this server; ``None`` when it can.
    """

    secrets: SecretBox
    missing: str | None

    def put(self, tx: Transaction, member: Member, token: str) -> Member:
        """Let an invitation be mailed; returns it as it is now. A mail that it had, with another token, is dropped."""
        if self.missing is None:
            tx.invitation_mails.put(member, self.secrets.seal(token), tx.now)
        else:
            tx.invitation_mails.drop(member.id)
        found = tx.members.get(member.organization_id, member.id)
        assert found is not None, "it was stored just now"
        return found


class InvitationMailing:
    """Sends what is due. Any number of processes may do it side by side.

    Args:
        storage: where invitations are kept.
        secrets: decrypts the tokens.
        clock: the time that mails carry.
        mailer: sends them; ``None`` when this process has no mail server.
        public_url: where browsers find the server.
        jitter: spreads retries.
    """

    def __init__(
        self,
        *,
        storage: Storage,
        secrets: SecretBox,
        clock: Clock,
        mailer: Mailer | None,
        public_url: str | None,
        jitter: Callable[[], float] = uniform_jitter,
    ) -> None:
        self._storage = storage
        self._secrets = secrets
        self._clock = clock
        self._mailer = mailer
        self._public_url = public_url
        self._jitter = jitter
        self._quiet = Quiet(storage)

    def send_due(self) -> int:
        """Send the mails that are due; returns how many were tried. Blocks on the mail server.

        Raises:
            StorageError: the database is away.
        """
        tried = 0
        while tried < AT_ONCE and self._send_one():
            tried += 1
        return tried

    def _send_one(self) -> bool:
        if self._quiet.lasts():
            return False
        with self._storage.read() as tx:
            is_any_due = tx.invitation_mails.is_any_due(tx.now)
            until = None if is_any_due else tx.invitation_mails.next_due_at()
        self._quiet.found(is_any_due, until=until)
        if not is_any_due:
            return False
        token = new_token()
        with self._storage.begin() as tx:
            claimed = tx.invitation_mails.claim(token=token, limit=1, lease=LEASE, now=tx.now)
        for due in claimed:
            self._settle(due, token, self._refusal(due))
        return bool(claimed)

    def _refusal(self, due: DueInvitation) -> NotifyError | None:
        """Send one mail; returns why it was not accepted, ``None`` when it was."""
        if not due.member.is_open(self._clock.now()):
            return NotifyError("the invitation has ended", permanent=True)
        if self._mailer is None or self._public_url is None:
            return NotifyError(NO_SERVER if self._mailer is None else NO_ADDRESS, permanent=False)
        try:
            mail = self._mail(due, self._secrets.open(due.sealed_token), self._public_url)
            asyncio.run(self._mailer.send(mail, timeout_s=TIMEOUT_S))
        except NotifyError as error:
            return error
        except ConfigurationError as error:
            return NotifyError(str(error), permanent=False)
        return None

    def _settle(self, due: DueInvitation, token: str, refusal: NotifyError | None) -> None:
        with self._storage.begin() as tx:
            if refusal is None:
                tx.invitation_mails.sent(due.member.id, token, tx.now)
                return
            again = None
            if not refusal.permanent:
                again = retry_at(due.attempts, due.queued_at, tx.now, refusal.retry_after_s, self._jitter())
            tx.invitation_mails.failed(due.member.id, token, str(refusal), again)
        log.warning(
            "invitation not mailed",
            member=due.member.id,
            attempt=due.attempts,
            error=str(refusal),
            gives_up=again is None,
        )

    def _mail(self, due: DueInvitation, token: str, public_url: str) -> Mail:
        member = due.member
        assert member.email is not None, "whoever is invited has an address"
        assert member.expires_at is not None, "invitations end"
        url = public_url.rstrip("/") + page_of(token)
        offer = f"You are invited to the organization {due.organization_name} on Outrider, as {member.role}."
        until = f"The link works once, until {member.expires_at:%Y-%m-%d %H:%M} UTC."
        unknown = "If you don't know what this is about, do nothing."
        return Mail(
            id=f"{member.id}.{token_digest(token)[:16]}",
            recipients=(member.email,),
            subject=f"Invitation to {due.organization_name}",
            text=f"{offer}\n\nAccept the invitation:\n{url}\n\n{until} {unknown}\n",
            html=_html(offer, url, f"{until} {unknown}"),
            sent_at=self._clock.now(),
        )


def _html(offer: str, url: str, rest: str) -> str:
    return (
        f'<html><body style="font-family:sans-serif"><p>{html.escape(offer)}</p>'
        f'<p><a href="{html.escape(url)}">Accept the invitation</a></p>'
        f'<p style="color:#667085">{html.escape(rest)}</p></body></html>'
    )

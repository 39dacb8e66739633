"""Stored mails with invitations, on their way."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from outrider_engine.domain.members import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class DueInvitation:
    """An invitation that is to be mailed now.

    Attributes:
        member: the place that is offered.
        organization_name: where it is.
        sealed_token: the secret part of the link, encrypted.
        attempts: how often that was begun, this time included.
        queued_at: since when it waits.
    """

    member: Member
    organization_name: str
    sealed_token: str = field(repr=False)
    attempts: int
    queued_at: datetime


class InvitationMailRepository(Protocol):
    """At most one mail for each invitation; it goes with it. The token is kept until the mail is sent or given up."""

    def put(self, member: Member, sealed_token: str, now: datetime) -> None:
        """Let an invitation be mailed, in place of a mail that it had."""

    def drop(self, member_id: str) -> None:
        """Forget the mail of an invitation."""

    def is_any_due(self, now: datetime) -> bool:
        """Whether there is a mail to send."""

    def next_due_at(self) -> datetime | None:
        """Return when the next mail is to be tried, or should have been; ``None`` when none waits."""

    def claim(self, *, token: str, limit: int, lease: timedelta, now: datetime) -> Sequence[DueInvitation]:
        """Take mails that are due (or whose lease ran out) and raise their attempts."""

    def sent(self, member_id: str, token: str, now: datetime) -> bool:
        """Settle a mail as sent; ``False`` when the claim was lost."""

    def failed(self, member_id: str, token: str, error: str, next_attempt_at: datetime | None) -> bool:
        """Plan the next try of a mail, or give it up (``None``)."""

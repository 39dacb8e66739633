"""Mails with invitations in the database."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from outrider_engine.domain.members import Member
from outrider_engine.domain.notifications import DeliveryState
from outrider_engine.ports.invitation_mail_repository import DueInvitation

from .members import MEMBERS, member_of
from .schema import invitation_mails, organizations, unsettled
from .session import Session

_UNCLAIMED = {"claim_token": None, "lease_until": None}


class SqlInvitationMails:
    """Implements ``InvitationMailRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, member: Member, sealed_token: str, now: datetime) -> None:
        """Let an invitation be mailed, in place of a mail that it had."""
        fresh = {
            "sealed_token": sealed_token,
            "state": DeliveryState.PENDING.value,
            "attempts": 0,
            "next_attempt_at": now,
            "queued_at": now,
            "settled_at": None,
            "last_error": None,
            **_UNCLAIMED,
        }
        named = {"member_id": member.id, "organization_id": member.organization_id}
        new = self._session.insert(invitation_mails).values(**named, **fresh)
        self._session.run(new.on_conflict_do_update(index_elements=["member_id"], set_=fresh))

    def drop(self, member_id: str) -> None:
        """Forget the mail of an invitation."""
        self._session.run(delete(invitation_mails).where(invitation_mails.c.member_id == member_id))

    def is_any_due(self, now: datetime) -> bool:
        """Whether there is a mail to send."""
        return self._session.first(select(invitation_mails.c.member_id).where(*_due(now)).limit(1)) is not None

    def next_due_at(self) -> datetime | None:
        """Return when the next mail is to be tried, or should have been; ``None`` when none waits."""
        table = invitation_mails
        row = self._session.first(select(func.min(table.c.next_attempt_at).label("next")).where(unsettled(table)))
        return row.next if row else None

    def claim(self, *, token: str, limit: int, lease: timedelta, now: datetime) -> Sequence[DueInvitation]:
        """Take mails that are due (or whose lease ran out) and raise their attempts."""
        table = invitation_mails
        due = select(table.c.member_id).where(*_due(now)).order_by(table.c.next_attempt_at).limit(limit)
        picked = self._session.locked(due, skip_locked=True).cte("picked")
        taken = (
            update(table)
            .where(table.c.member_id.in_(select(picked.c.member_id)))
            .values(
                state=DeliveryState.SENDING.value,
                claim_token=token,
                lease_until=now + lease,
                attempts=table.c.attempts + 1,
            )
            .returning(table)
        )
        mails = {row.member_id: row for row in self._session.all(taken)}
        if not mails:
            return []
        offered = MEMBERS.join(organizations, organizations.c.id == table.c.organization_id)
        named = offered.add_columns(organizations.c.name.label("organization_name"))
        return [
            DueInvitation(
                member=member_of(row),
                organization_name=row.organization_name,
                sealed_token=mails[row.id].sealed_token,
                attempts=mails[row.id].attempts,
                queued_at=mails[row.id].queued_at,
            )
            for row in self._session.all(named.where(table.c.member_id.in_(list(mails))))
        ]

    def sent(self, member_id: str, token: str, now: datetime) -> bool:
        """Settle a mail as sent; ``False`` when the claim was lost."""
        settled = {"state": DeliveryState.SENT.value, "settled_at": now, "sealed_token": None, "last_error": None}
        return self._end_claim(member_id, token, settled)

    def failed(self, member_id: str, token: str, error: str, next_attempt_at: datetime | None) -> bool:
        """Plan the next try of a mail, or give it up (``None``)."""
        if next_attempt_at is not None:
            again = {"state": DeliveryState.PENDING.value, "next_attempt_at": next_attempt_at, "last_error": error}
            return self._end_claim(member_id, token, again)
        dead = {"state": DeliveryState.DEAD.value, "settled_at": self._session.now, "last_error": error}
        return self._end_claim(member_id, token, {**dead, "sealed_token": None})

    def _end_claim(self, member_id: str, token: str, values: dict[str, Any]) -> bool:
        table = invitation_mails
        mine = (
            table.c.member_id == member_id,
            table.c.state == DeliveryState.SENDING.value,
            table.c.claim_token == token,
        )
        return self._session.changes(update(table).where(*mine).values(**values, **_UNCLAIMED)) == 1


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    table = invitation_mails
    is_free = or_(table.c.lease_until.is_(None), table.c.lease_until <= now)
    return unsettled(table), table.c.next_attempt_at <= now, is_free

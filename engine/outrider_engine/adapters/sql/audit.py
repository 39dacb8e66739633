"""The audit log in the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, insert, select

from outrider_engine.domain.audit import Action, Actor, ActorKind, AuditEntry

from .schema import audit_entries
from .session import Session


class SqlAudit:
    """Implements ``AuditRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, entry: AuditEntry) -> None:
        """Store an entry, with the change that it is about."""
        values = {
            "id": entry.id,
            "organization_id": entry.organization_id,
            "at": entry.at,
            "actor_kind": entry.actor.kind.value,
            "actor_id": entry.actor.id,
            "actor_name": entry.actor.name,
            "user_id": entry.actor.user_id,
            "address": entry.actor.address,
            "action": entry.action.value,
            "subject": entry.subject,
            "subject_id": entry.subject_id,
            "subject_name": entry.subject_name,
            "before": entry.before,
            "after": entry.after,
        }
        self._session.run(insert(audit_entries).values(**values))

    def list(self, organization_id: str, limit: int, before: str | None = None) -> Sequence[AuditEntry]:
        """Return entries, newest first; those older than the one with the id ``before``."""
        wanted = select(audit_entries).where(audit_entries.c.organization_id == organization_id)
        if before is not None:
            wanted = wanted.where(audit_entries.c.id < before)
        return [_entry_of(row) for row in self._session.all(wanted.order_by(audit_entries.c.id.desc()).limit(limit))]


def _entry_of(row: Row[Any]) -> AuditEntry:
    actor = Actor(
        kind=ActorKind(row.actor_kind),
        id=row.actor_id,
        name=row.actor_name,
        user_id=row.user_id,
        address=row.address,
    )
    return AuditEntry(
        id=row.id,
        organization_id=row.organization_id,
        at=row.at,
        actor=actor,
        action=Action(row.action),
        subject=row.subject,
        subject_id=row.subject_id,
        subject_name=row.subject_name,
        before=row.before,
        after=row.after,
    )

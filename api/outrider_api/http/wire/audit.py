"""The audit log as clients read it."""

from typing import Any

from pydantic import BaseModel, Field

from outrider_engine.domain.audit import Action, ActorKind, AuditEntry

from .moments import Moment


class ActorOut(BaseModel):
    """Who made a change."""

    kind: ActorKind = Field(description="`operator` is whoever has a shell on the server, `engine` Outrider itself.")
    id: str | None
    name: str
    user_id: str | None = Field(description="For whom the key acts.")
    address: str | None = Field(description="From where: the client's IP address.")


class AuditEntryOut(BaseModel):
    """One change."""

    id: str
    at: Moment
    actor: ActorOut
    action: Action
    subject: str = Field(description="The kind of what was changed: `monitor`, `channel`, `member`, …")
    subject_id: str
    subject_name: str
    before: dict[str, Any] | None = Field(description="The fields that differ, as they were; `null` of what is new.")
    after: dict[str, Any] | None = Field(description="The same fields as they are; `null` of what is gone.")

    @classmethod
    def of(cls, entry: AuditEntry) -> "AuditEntryOut":
        """Show an entry."""
        actor = entry.actor
        return cls(
            id=entry.id,
            at=entry.at,
            actor=ActorOut(kind=actor.kind, id=actor.id, name=actor.name, user_id=actor.user_id, address=actor.address),
            action=entry.action,
            subject=entry.subject,
            subject_id=entry.subject_id,
            subject_name=entry.subject_name,
            before=dict(entry.before) if entry.before is not None else None,
            after=dict(entry.after) if entry.after is not None else None,
        )

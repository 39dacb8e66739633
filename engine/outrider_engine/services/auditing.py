"""Writing the audit log, in the transaction of each change, and reading it."""

from collections.abc import Sequence

from outrider_engine.domain.audit import Action, Actor, AuditEntry, current_actor, described, differing
from outrider_engine.domain.ids import new_id
from outrider_engine.domain.json_values import JsonObject
from outrider_engine.domain.members import User
from outrider_engine.ports.storage import Storage, Transaction


class AuditLog:
    """What was changed in an organization."""

    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    def list(self, organization_id: str, limit: int, before: str | None = None) -> tuple[Sequence[AuditEntry], bool]:
        """Return entries, newest first, those older than the one with the id ``before``; and whether there are more."""
        with self._storage.read() as tx:
            found = tx.audit.list(organization_id, limit + 1, before)
        return found[:limit], len(found) > limit


def record(
    tx: Transaction,
    organization_id: str,
    action: Action,
    subject: str,
    id: str,
    *,
    before: object = None,
    after: object = None,
    secrets_changed: bool = False,
    name: str | None = None,
    actor: Actor | None = None,
) -> None:
    """Note a change in its own transaction; one that changes nothing is left out.

    Args:
        tx: the transaction of the change.
        organization_id: where it is.
        action: what was done.
        subject: the kind of what was changed, in the words of the API.
        id: which one was changed.
        before: it, as it was; ``None`` when it is new.
        after: it, as it is; ``None`` when it is gone.
        secrets_changed: its secrets are others now; which, nobody is told.
        name: what people call it; else what it says itself.
        actor: who did it; else whoever the running code works for.
    """
    was = described(before) if before is not None else None
    now = described(after) if after is not None else None
    said = now or was or {}
    if name is None:
        name = str(said.get("name") or said.get("title") or said.get("email") or "")
    if was is not None and now is not None:
        was, now = differing(was, now)
        if secrets_changed:
            now = {**now, "secrets": "changed"}
        if not now and action is Action.UPDATED:
            return
    tx.audit.add(
        AuditEntry(
            id=new_id("audit", tx.now),
            organization_id=organization_id,
            at=tx.now,
            actor=actor or current_actor(),
            action=action,
            subject=subject,
            subject_id=id,
            subject_name=name,
            before=was,
            after=now,
        )
    )


def record_of_user(
    tx: Transaction, user: User, action: Action, *, after: JsonObject | None = None, actor: Actor | None = None
) -> None:
    """Note what concerns a user wherever they are: in each of their organizations."""
    name = user.email or user.name
    for organization, _ in tx.members.organizations_of(user.id):
        record(tx, organization.id, action, "user", user.id, after=after, name=name, actor=actor)

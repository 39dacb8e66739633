"""The one way in which definitions of checks come to be and change: held against the rules, stored, kept."""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from outrider_engine.domain.audit import Action, current_actor, described
from outrider_engine.domain.checks import Check, CheckDefinition, CheckStatus, Family
from outrider_engine.domain.ids import new_id
from outrider_engine.domain.retention import DELETED_CHECKS_KEPT
from outrider_engine.domain.schedules import Calendar, next_due
from outrider_engine.domain.versions import CheckVersion, Origin, VersionSource, kept_with, same_content
from outrider_engine.errors import InvalidInput
from outrider_engine.plugin_manager import Plugins
from outrider_engine.ports.secrets import SecretBox
from outrider_engine.ports.storage import Transaction

from .auditing import record
from .check_fields import CheckFields, merged, merged_secrets, refuse_bad_message, validate
from .check_types import CheckTypes, allowed_silence, is_passive
from .environments import placed
from .ping_tokens import PingTokens
from .projects import keep_together
from .quotas import Quotas
from .serving import Serving


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What definitions are held against, as it was found: the time, and the names of the locations."""

    now: datetime
    locations: Collection[str]

    @classmethod
    def of(cls, tx: Transaction) -> "Ground":
        """Look it up."""
        return cls(now=tx.now, locations=tx.locations.names())


class Definitions:
    """Makes and changes checks. First something is held against the rules, which takes a while; then it is stored."""

    def __init__(
        self,
        *,
        plugins: Plugins,
        types: CheckTypes,
        secrets: SecretBox,
        calendar: Calendar,
        quotas: Quotas,
        tokens: PingTokens,
        default_location: str,
    ) -> None:
        self._plugins = plugins
        self._types = types
        self._secrets = secrets
        self._calendar = calendar
        self._quotas = quotas
        self._tokens = tokens
        self._default_location = default_location

    def placed_new(self, tx: Transaction, organization_id: str, fields: CheckFields) -> CheckFields:
        """Return the fields of a new check with its project, environment and locations.

        Raises:
            InvalidInput: there is no such project or environment, or one of its locations is none; or there is no name.
        """
        for name in ("name", "type"):
            if name not in fields:
                raise InvalidInput("is required", field=name)
        fields = placed(tx, organization_id, fields)
        if "locations" in fields:
            return fields
        return {**fields, "locations": Serving.of(tx).default(tx.locations.names(), self._default_location)}

    def new(self, organization_id: str, family: Family, fields: CheckFields, ground: Ground) -> Check:
        """Return a new check, which is not stored yet; it is first due at its next slot.

        Raises:
            InvalidInput: a field is wrong.
        """
        base = CheckDefinition(name="", type=fields["type"], family=family)
        secrets = merged_secrets({}, fields.get("secrets", {}))
        definition = self._validated(merged(base, fields), secrets, ground)
        refuse_bad_message(fields)
        identifier = new_id(family.value, ground.now)
        return Check(
            id=identifier,
            organization_id=organization_id,
            definition=definition,
            revision=1,
            next_due_at=self._next_due(definition, identifier, ground.now),
            created_at=ground.now,
            updated_at=ground.now,
            sealed_secrets=self._sealed(secrets),
            project_id=fields["project_id"],
        )

    def changed(self, check: Check, fields: CheckFields, ground: Ground) -> Check:
        """Return a check with some of its fields changed, which is not stored yet.

        Raises:
            InvalidInput: a field is wrong.
        """
        secrets = None
        before = check.definition
        if "secrets" in fields:
            opened = json.loads(self._secrets.open(check.sealed_secrets)) if check.sealed_secrets else {}
            secrets = merged_secrets(opened, fields["secrets"])
            secrets = None if secrets == opened else secrets  # sealed anew, they would look like others
        names = secrets if secrets is not None else dict.fromkeys(before.secret_names, "")
        definition = self._validated(merged(before, fields), names, ground)
        refuse_bad_message(fields)
        same_time = definition.status is before.status and definition.schedule == before.schedule
        due = check.next_due_at if same_time and check.next_due_at else self._next_due(definition, check.id, ground.now)
        runnable = self._types.runnable_problem(definition) is None
        return replace(
            check,
            definition=definition,
            revision=check.revision + 1,
            version=check.version + self._differs(before, definition),
            next_due_at=due if runnable else None,
            updated_at=ground.now,
            paused_reason=check.paused_reason if definition.status is CheckStatus.PAUSED else None,
            sealed_secrets=self._sealed(secrets) if secrets is not None else check.sealed_secrets,
            project_id=fields["project_id"],
        )

    def add(self, tx: Transaction, check: Check, origin: Origin, *, restoring: bool = False) -> Check:
        """Store a new check, with ``restoring`` in the place of a deleted one like it; returns what was stored.

        Raises:
            PlanLimitReached: the organization's plan does not allow it.
        """
        self._quotas.refuse_check(tx, check.organization_id, check.definition, self._calendar, is_new=True)
        stored = self._restored(tx, check) if restoring else None
        if stored is None:
            stored = check
            tx.checks.add(check)
            _keep_version(tx, check, origin, VersionSource.CREATED)
        elif stored.version != 1:
            _keep_version(tx, stored, origin, VersionSource.CREATED)
        self._tokens.ensure(tx, stored)
        family = stored.definition.family.value
        record(tx, stored.organization_id, Action.CREATED, family, stored.id, after=stored.definition)
        return stored

    def replace(self, tx: Transaction, before: Check, changed: Check, origin: Origin) -> Check | None:
        """Store a changed check; returns what was stored, ``None`` when somebody else has changed it meanwhile.

        Raises:
            PlanLimitReached: the organization's plan does not allow it.
            Conflict: its open incident keeps it in its project.
        """
        resumed = before.definition.status is CheckStatus.PAUSED
        self._quotas.refuse_check(tx, before.organization_id, changed.definition, self._calendar, is_new=resumed)
        if is_passive(changed.definition, self._plugins):
            changed = self._awaiting(tx, before, changed)
        if not tx.checks.replace(changed, expected_revision=before.revision):
            return None
        if changed.version != before.version:
            _keep_version(tx, changed, origin, VersionSource.CHANGED)
        keep_together(tx, before, changed)
        if before.definition.status is CheckStatus.ACTIVE and changed.definition.status is CheckStatus.PAUSED:
            tx.runs.cancel_queued(before.id, tx.now)
        self._tokens.ensure(tx, changed)
        restored = origin.source is VersionSource.RESTORED and changed.version != before.version
        record_change(tx, Action.RESTORED if restored else Action.UPDATED, before, changed)
        return changed

    def _restored(self, tx: Transaction, check: Check) -> Check | None:
        """Return a new check in the place of the deleted one like it, stored; ``None`` when there is no such one."""
        deleted = tx.checks.deleted_like(check, since=tx.now - DELETED_CHECKS_KEPT)
        if deleted is None:
            return None
        restored = replace(
            check,
            id=deleted.id,
            revision=deleted.revision + 1,
            version=deleted.version + self._differs(deleted.definition, check.definition),
            created_at=deleted.created_at,
            next_due_at=self._next_due(check.definition, deleted.id, tx.now),
        )
        return restored if tx.checks.restore(restored) else None

    def _differs(self, one: CheckDefinition, other: CheckDefinition) -> bool:
        """Whether two definitions say different things; to say what holds anyway is to say nothing."""
        return not same_content(*(replace(each, config=self._types.shown(each)) for each in (one, other)))

    def _awaiting(self, tx: Transaction, before: Check, changed: Check) -> Check:
        """Return a changed check that is pinged with its deadline: moved with what is allowed, gone with a pause.

        The deadline is read under a lock, lest that of a ping that came meanwhile be lost.
        """
        stored = tx.checks.lock(before.organization_id, before.id)
        due = stored.next_due_at if stored is not None else None
        was, is_ = (allowed_silence(each.definition, self._plugins) for each in (before, changed))
        if due is None or was is None or is_ is None or changed.definition.status is CheckStatus.PAUSED:
            return replace(changed, next_due_at=None)
        return replace(changed, next_due_at=due - was + is_)

    def _validated(self, definition: CheckDefinition, secrets: Collection[str], ground: Ground) -> CheckDefinition:
        complete = replace(definition, secret_names=tuple(sorted(secrets)))
        validate(complete, types=self._types, locations=ground.locations, calendar=self._calendar, now=ground.now)
        return complete

    def _next_due(self, definition: CheckDefinition, id: str, now: datetime) -> datetime | None:
        if definition.status is CheckStatus.PAUSED or definition.schedule is None:
            return None
        if self._types.runnable_problem(definition) is not None:
            return None
        return next_due(definition.schedule, id, now, self._calendar)

    def _sealed(self, secrets: dict[str, str]) -> str | None:
        return self._secrets.seal(json.dumps(secrets)) if secrets else None


def record_change(tx: Transaction, action: Action, before: Check, after: Check) -> None:
    """Note in the audit log what was changed of a check, and its project."""
    record(
        tx,
        after.organization_id,
        action,
        after.definition.family.value,
        after.id,
        before={**described(before.definition), "project_id": before.project_id},
        after={**described(after.definition), "project_id": after.project_id},
        secrets_changed=before.sealed_secrets != after.sealed_secrets,
    )


def _keep_version(tx: Transaction, check: Check, origin: Origin, otherwise: VersionSource) -> None:
    """Keep what a check has just become."""
    version = CheckVersion(
        organization_id=check.organization_id,
        check_id=check.id,
        number=check.version,
        source=origin.source or otherwise,
        message=origin.message,
        restored_from=origin.restored_from,
        made_at=tx.now,
        actor=current_actor(),
        definition=check.definition,
    )
    tx.versions.add(version, keep=kept_with(check.definition))

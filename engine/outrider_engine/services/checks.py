"""The definitions of checks: made, changed, paused, deleted and run on demand, by their owners."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from outrider_engine.domain.audit import Action, described
from outrider_engine.domain.checks import Check, CheckDefinition, CheckStatus, Family
from outrider_engine.domain.ids import new_id
from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.retention import DELETED_CHECKS_KEPT
from outrider_engine.domain.rollups import Tally
from outrider_engine.domain.runs import Overrides, Run, Trigger
from outrider_engine.domain.schedules import Calendar, next_due
from outrider_engine.errors import Conflict, InvalidInput, NotFound, NotRunnable
from outrider_engine.plugin_manager import Plugins
from outrider_engine.ports.check_repository import CheckQuery
from outrider_engine.ports.hints import Hints
from outrider_engine.ports.secrets import SecretBox
from outrider_engine.ports.storage import Storage, Transaction
from outrider_engine.ports.told import Told

from .alerting import resolve
from .auditing import record
from .changes import Changes
from .check_fields import CheckFields, merged, merged_secrets, validate
from .check_types import CheckTypes, allowed_silence, is_passive
from .environments import placed
from .expecting import Expecting
from .finishing import announce
from .overriding import accepted
from .ping_tokens import PingTokens
from .projects import keep_together
from .quotas import Quotas
from .run_creation import refuse_unknown_location, requested_runs
from .serving import Serving
from .statistics import recent

UPDATE_TRIES = 3
"""How often a change is merged anew when somebody else changed the check meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """A check as its owner sees it.

    Attributes:
        settings: its settings with the defaults of those left out.
        last_run: its newest finished run.
        unserved: those of its locations at which no worker is alive that would take its runs.
        recent: what its runs came to in the last 24 hours, when it was asked for by itself.
        environment: the name of its environment.
        ping_token: by which it is pinged; ``None`` for checks that are run.
    """

    check: Check
    settings: dict[str, JsonValue]
    last_run: Run | None
    unserved: tuple[str, ...]
    recent: Tally | None = None
    environment: str | None = None
    ping_token: str | None = field(default=None, repr=False)


class CheckService:
    """Everything that owners do with checks; each call is about one organization."""

    def __init__(
        self,
        *,
        storage: Storage,
        plugins: Plugins,
        secrets: SecretBox,
        hints: Hints,
        told: Told,
        calendar: Calendar,
        quotas: Quotas,
        default_location: str = "local",
    ) -> None:
        """Take the ports; checks without locations run at ``default_location`` if it is served, else at one that is."""
        self.types = CheckTypes(plugins=plugins)
        self._plugins = plugins
        self._storage = storage
        self._secrets = secrets
        self._tokens = PingTokens(plugins=plugins, box=secrets)
        self._hints = hints
        self._told = told
        self._calendar = calendar
        self._quotas = quotas
        self._default_location = default_location

    def create(
        self, organization_id: str, family: Family, fields: CheckFields, *, restoring: bool = False
    ) -> CheckView:
        """Store a new check; it is first due at its next slot.

        With ``restoring``, a check that has the name of one of its family and project that was deleted in the last 30
        days takes that one's place: the same id and all its history, newly defined, its state unknown. The newest
        deletion wins.

        Raises:
            InvalidInput: a field is wrong; nothing is stored.
            PlanLimitReached: the organization's plan does not allow it.
        """
        for name in ("name", "type"):
            if name not in fields:
                raise InvalidInput("is required", field=name)
        base = CheckDefinition(name="", type=fields["type"], family=family)
        with self._storage.read() as tx:
            now, known = tx.now, tx.locations.names()
            fields = placed(tx, organization_id, fields)
            if "locations" not in fields:
                fields = {**fields, "locations": Serving.of(tx).default(known, self._default_location)}
        secrets = merged_secrets({}, fields.get("secrets", {}))
        definition = self._validated(merged(base, fields), secrets, known, now)
        identifier = new_id(family.value, now)
        check = Check(
            id=identifier,
            organization_id=organization_id,
            definition=definition,
            revision=1,
            next_due_at=self._next_due(definition, identifier, now),
            created_at=now,
            updated_at=now,
            sealed_secrets=self._sealed(secrets),
            project_id=fields["project_id"],
        )
        with self._storage.begin() as tx:
            self._quotas.refuse_check(tx, organization_id, definition, self._calendar, is_new=True)
            check = self._restored(tx, check) if restoring else check
            if check.id == identifier:
                tx.checks.add(check)
            self._tokens.ensure(tx, check)
            record(tx, organization_id, Action.CREATED, family.value, check.id, after=definition)
            return self._views(tx, [check])[0]

    def update(
        self,
        organization_id: str,
        id: str,
        family: Family,
        fields: CheckFields,
        *,
        expecting: Expecting[CheckView] | None = None,
    ) -> CheckView:
        """Change some fields of a check and keep the others.

        Raises:
            NotFound: there is no such check.
            InvalidInput: a field is wrong; nothing is changed.
            Conflict: others kept changing it at the same time, or its open incident keeps it in its project.
            PreconditionFailed: it is not what the caller expects.
        """
        for _ in range(UPDATE_TRIES):
            with self._storage.read() as tx:
                check = self._found(tx, organization_id, id, family)
                if expecting is not None:
                    expecting(self._views(tx, [check])[0])
                now, known = tx.now, tx.locations.names()
                changes = placed(tx, organization_id, fields, check)
            changed = self._changed(check, changes, known, now)
            resumed = check.definition.status is CheckStatus.PAUSED
            with self._storage.begin() as tx:
                self._quotas.refuse_check(tx, organization_id, changed.definition, self._calendar, is_new=resumed)
                if is_passive(changed.definition, self._plugins):
                    changed = self._awaiting(tx, check, changed)
                if not tx.checks.replace(changed, expected_revision=check.revision):
                    continue
                keep_together(tx, check, changed)
                if check.definition.status is CheckStatus.ACTIVE and changed.definition.status is CheckStatus.PAUSED:
                    tx.runs.cancel_queued(check.id, tx.now)
                self._tokens.ensure(tx, changed)
                self._record_change(tx, Action.UPDATED, check, changed)
                return self._views(tx, [changed])[0]
        raise Conflict("the check was changed by somebody else at the same time; read it again")

    def pause(self, organization_id: str, id: str, family: Family) -> CheckView:
        """Stop scheduling a check; its waiting runs are cancelled, one that goes on may end."""
        return self.update(organization_id, id, family, {"status": CheckStatus.PAUSED})

    def resume(self, organization_id: str, id: str, family: Family) -> CheckView:
        """Schedule a check again, from its next slot on."""
        return self.update(organization_id, id, family, {"status": CheckStatus.ACTIVE})

    def get(
        self, organization_id: str, id: str, family: Family | None = None, *, deleted_too: bool = False
    ) -> CheckView:
        """Return a check; with ``deleted_too`` also one that was deleted and not purged yet.

        Raises:
            NotFound: there is no such check in the organization (and family).
        """
        with self._storage.read() as tx:
            view = self._views(tx, [self._found(tx, organization_id, id, family, deleted_too=deleted_too)])[0]
            return replace(view, recent=recent(tx, organization_id, id))

    def list(self, organization_id: str, query: CheckQuery) -> tuple[Sequence[CheckView], int]:
        """Return one page of checks, and how many there are on all pages.

        Raises:
            InvalidInput: there is no such location.
        """
        with self._storage.read() as tx:
            if query.location is not None:
                refuse_unknown_location(query.location, tx.locations.names())
            checks, total = tx.checks.list(organization_id, query)
            return self._views(tx, checks), total

    def delete(
        self, organization_id: str, id: str, family: Family, *, expecting: Expecting[CheckView] | None = None
    ) -> None:
        """Delete a check: its waiting runs are cancelled, its rules go, its open alerts are resolved; its runs stay.

        Raises:
            NotFound: there is no such check.
            PreconditionFailed: it is not what the caller expects.
        """
        changes = Changes()
        with self._storage.begin() as tx:
            check = self._found(tx, organization_id, id, family)
            if expecting is not None:
                expecting(self._views(tx, [tx.checks.lock(organization_id, id) or check])[0])
            for alert in tx.alerts.open_of_checks([id]).get(id, ()):
                resolve(tx, alert, check, changes)
            tx.rules.delete_of_check(organization_id, id)
            tx.runs.cancel_queued(id, tx.now)
            tx.checks.delete(organization_id, id, tx.now)
            record(tx, organization_id, Action.DELETED, family.value, id, before=check.definition)
            tx.outbox.add(changes.notifications)
        announce(changes, hints=self._hints, told=self._told)

    def run_now(
        self,
        organization_id: str,
        id: str,
        *,
        family: Family | None = None,
        trigger: Trigger,
        overrides: Overrides | None = None,
        location: str | None = None,
    ) -> Sequence[Run]:
        """Queue a run at each of the check's locations, or at ``location``; stored before this returns.

        Raises:
            NotFound: there is no such check.
            NotRunnable: there is nothing in it to run.
            InvalidInput: the location or an override is wrong.
            LimitReached: the plan's runs of this month are used up.
        """
        with self._storage.begin() as tx:
            check = self._found(tx, organization_id, id, family)
            overrides = accepted(tx, check, overrides) if overrides is not None else None
            problem = self.types.runnable_problem(check.definition)
            if problem is not None:
                raise NotRunnable(problem)
            if location is not None:
                refuse_unknown_location(location, tx.locations.names())
            self._quotas.refuse_run(tx, organization_id, check.definition.family)
            queue = self._plugins.queue_of(check.definition.type)
            places = check.definition.locations if location is None else [location]
            runs = requested_runs(
                check, queue=queue, trigger=trigger, locations=places, now=tx.now, overrides=overrides
            )
            tx.runs.add(runs, tx.now)
            stored = [tx.runs.get(organization_id, run.id) for run in runs]
        for place in places:
            self._hints.send(queue, place)
        return [run for run in stored if run is not None]

    def rotate_token(self, organization_id: str, id: str, family: Family) -> CheckView:
        """Give a check that is pinged another token; pings with the old one are refused from now on.

        Raises:
            NotFound: there is no such check.
            NotRunnable: it is not pinged.
        """
        with self._storage.begin() as tx:
            check = self._found(tx, organization_id, id, family)
            if not is_passive(check.definition, self._plugins):
                raise NotRunnable(f"a check of the type {check.definition.type} is not pinged, and has no token")
            self._tokens.replace(tx, check)
            self._record_change(tx, Action.ROTATED, check, check)
            return self._views(tx, [check])[0]

    def locations(self) -> dict[str, bool]:
        """Return every location's name, and whether a worker that is alive serves it."""
        with self._storage.read() as tx:
            serving = Serving.of(tx)
            return {name: serving.anything_at(name) for name in tx.locations.names()}

    def _restored(self, tx: Transaction, check: Check) -> Check:
        """Return a new check in the place of the deleted one like it, stored; or itself, not stored yet."""
        deleted = tx.checks.deleted_like(check, since=tx.now - DELETED_CHECKS_KEPT)
        if deleted is None:
            return check
        restored = replace(
            check,
            id=deleted.id,
            revision=deleted.revision + 1,
            created_at=deleted.created_at,
            next_due_at=self._next_due(check.definition, deleted.id, tx.now),
        )
        return restored if tx.checks.restore(restored) else check

    def _record_change(self, tx: Transaction, action: Action, before: Check, after: Check) -> None:
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

    def _found(
        self, tx: Transaction, organization_id: str, id: str, family: Family | None, *, deleted_too: bool = False
    ) -> Check:
        check = tx.checks.get(organization_id, id, family, deleted_too=deleted_too)
        if check is None:
            raise NotFound(family.value.replace("_", " ") if family else "check", id)
        return check

    def _views(self, tx: Transaction, checks: Sequence[Check]) -> Sequence[CheckView]:
        last = tx.runs.last([check.id for check in checks]) if checks else {}
        serving = Serving.of(tx)
        tokens = self._tokens.of(tx, checks)
        placed_in = {id for check in checks if (id := check.definition.environment_id) is not None}
        environments = {found.id: found.name for found in tx.environments.of_ids(placed_in)}
        return [
            CheckView(
                check=check,
                settings=self.types.shown(check.definition),
                last_run=last.get(check.id),
                unserved=self._unserved(serving, check.definition),
                environment=environments.get(check.definition.environment_id or ""),
                ping_token=tokens.get(check.id),
            )
            for check in checks
        ]

    def _unserved(self, serving: Serving, definition: CheckDefinition) -> tuple[str, ...]:
        if is_passive(definition, self._plugins):
            return ()
        return serving.unserved(self._plugins.queue_of(definition.type), definition.locations)

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

    def _changed(self, check: Check, fields: CheckFields, known: Collection[str], now: datetime) -> Check:
        secrets = None
        before = check.definition
        if "secrets" in fields:
            opened = json.loads(self._secrets.open(check.sealed_secrets)) if check.sealed_secrets else {}
            secrets = merged_secrets(opened, fields["secrets"])
        names = secrets if secrets is not None else dict.fromkeys(before.secret_names, "")
        definition = self._validated(merged(before, fields), names, known, now)
        same_time = definition.status is before.status and definition.schedule == before.schedule
        due = check.next_due_at if same_time and check.next_due_at else self._next_due(definition, check.id, now)
        runnable = self.types.runnable_problem(definition) is None
        return replace(
            check,
            definition=definition,
            revision=check.revision + 1,
            next_due_at=due if runnable else None,
            updated_at=now,
            paused_reason=check.paused_reason if definition.status is CheckStatus.PAUSED else None,
            sealed_secrets=self._sealed(secrets) if secrets is not None else check.sealed_secrets,
            project_id=fields["project_id"],
        )

    def _validated(
        self, definition: CheckDefinition, secrets: Collection[str], known: Collection[str], now: datetime
    ) -> CheckDefinition:
        complete = replace(definition, secret_names=tuple(sorted(secrets)))
        validate(complete, types=self.types, locations=known, calendar=self._calendar, now=now)
        return complete

    def _next_due(self, definition: CheckDefinition, id: str, now: datetime) -> datetime | None:
        if definition.status is CheckStatus.PAUSED or definition.schedule is None:
            return None
        if self.types.runnable_problem(definition) is not None:
            return None
        return next_due(definition.schedule, id, now, self._calendar)

    def _sealed(self, secrets: dict[str, str]) -> str | None:
        return self._secrets.seal(json.dumps(secrets)) if secrets else None

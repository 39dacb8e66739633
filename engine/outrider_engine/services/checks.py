"""The definitions of checks: made, changed, paused, deleted and run on demand, by their owners."""

from collections.abc import Sequence
from dataclasses import replace

from outrider_engine.domain.audit import Action
from outrider_engine.domain.checks import Check, CheckStatus, Family
from outrider_engine.domain.runs import Overrides, Run, Trigger
from outrider_engine.domain.schedules import Calendar
from outrider_engine.domain.versions import Origin
from outrider_engine.errors import Conflict, NotFound, NotRunnable
from outrider_engine.plugin_manager import Plugins
from outrider_engine.ports.check_repository import CheckQuery
from outrider_engine.ports.hints import Hints
from outrider_engine.ports.secrets import SecretBox
from outrider_engine.ports.storage import Storage, Transaction
from outrider_engine.ports.told import Told

from .alerting import resolve
from .auditing import record
from .changes import Changes
from .check_fields import CheckFields
from .check_types import CheckTypes, is_passive
from .check_views import CheckView, CheckViews
from .definitions import Definitions, Ground, record_change
from .environments import placed
from .expecting import Expecting
from .finishing import announce
from .overriding import accepted
from .ping_tokens import PingTokens
from .quotas import Quotas
from .run_creation import refuse_unknown_location, requested_runs
from .serving import Serving
from .statistics import recent

UPDATE_TRIES = 3
"""How often a change is merged anew when somebody else changed the check meanwhile."""


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
        self._tokens = PingTokens(plugins=plugins, box=secrets)
        self.views = CheckViews(plugins=plugins, types=self.types, tokens=self._tokens)
        self._hints = hints
        self._told = told
        self._quotas = quotas
        self.definitions = Definitions(
            plugins=plugins,
            types=self.types,
            secrets=secrets,
            calendar=calendar,
            quotas=quotas,
            tokens=self._tokens,
            default_location=default_location,
        )

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
        with self._storage.read() as tx:
            ground = Ground.of(tx)
            fields = self.definitions.placed_new(tx, organization_id, fields)
        check = self.definitions.new(organization_id, family, fields, ground)
        with self._storage.begin() as tx:
            stored = self.definitions.add(tx, check, fields.get("origin", Origin()), restoring=restoring)
            return self.views.of(tx, [stored])[0]

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
                    expecting(self.views.of(tx, [check])[0])
                ground = Ground.of(tx)
                changes = placed(tx, organization_id, fields, check)
            changed = self.definitions.changed(check, changes, ground)
            with self._storage.begin() as tx:
                stored = self.definitions.replace(tx, check, changed, fields.get("origin", Origin()))
                if stored is not None:
                    return self.views.of(tx, [stored])[0]
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
            view = self.views.of(tx, [self._found(tx, organization_id, id, family, deleted_too=deleted_too)])[0]
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
            return self.views.of(tx, checks), total

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
                expecting(self.views.of(tx, [tx.checks.lock(organization_id, id) or check])[0])
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
            record_change(tx, Action.ROTATED, check, check)
            return self.views.of(tx, [check])[0]

    def locations(self) -> dict[str, bool]:
        """Return every location's name, and whether a worker that is alive serves it."""
        with self._storage.read() as tx:
            serving = Serving.of(tx)
            return {name: serving.anything_at(name) for name in tx.locations.names()}

    def _found(
        self, tx: Transaction, organization_id: str, id: str, family: Family | None, *, deleted_too: bool = False
    ) -> Check:
        check = tx.checks.get(organization_id, id, family, deleted_too=deleted_too)
        if check is None:
            raise NotFound(family.value.replace("_", " ") if family else "check", id)
        return check

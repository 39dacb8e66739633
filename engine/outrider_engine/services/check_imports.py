"""Storing several definitions at once: all of them, or none."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from outrider_engine.domain.batches import Selection
from outrider_engine.domain.checks import Check, Family
from outrider_engine.domain.environments import visible_in
from outrider_engine.domain.versions import Origin, VersionSource
from outrider_engine.errors import Conflict, InvalidInput
from outrider_engine.ports.storage import Storage, Transaction

from .check_fields import CheckFields
from .check_views import CheckView
from .checks import CheckService
from .definitions import Ground
from .environments import placed
from .found_checks import found_check
from .projects import chosen_project


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A definition that has been held against the rules and can be stored.

    Attributes:
        check: what it will be.
        before: what it takes the place of; ``None`` for a new one.
        needs: names of secrets without which it can't run.
    """

    check: Check
    before: Check | None
    origin: Origin
    needs: tuple[str, ...] = ()

    @property
    def changes_nothing(self) -> bool:
        """Whether there is such a check already."""
        before = self.before
        if before is None or self.check.project_id != before.project_id:
            return False
        is_same = before.version == self.check.version
        return is_same and (before.sealed_secrets, before.definition.status) == (
            self.check.sealed_secrets,
            self.check.definition.status,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a definition. ``before`` is what was there; ``missing`` names secrets that have no value yet."""

    view: CheckView
    before: CheckView | None
    is_changed: bool
    missing: tuple[str, ...] = field(default=())


class _Rehearsed(Exception):
    """Ends a transaction whose changes are not to stay."""


class CheckImports:
    """Takes definitions over from files, for one organization at a time."""

    def __init__(self, *, storage: Storage, checks: CheckService) -> None:
        self._storage = storage
        self._checks = checks

    def target(
        self, organization_id: str, family: Family, *, id: str | None, name: str, project_id: str | None
    ) -> CheckView | None:
        """Return the check that a definition is to take the place of: the one of an id, else of a name in its project.

        Raises:
            NotFound: there is no check of that id.
            InvalidInput: there is no such project.
            Conflict: several are called so.
        """
        with self._storage.read() as tx:
            if id is not None:
                found: Sequence[Check] = [found_check(tx, organization_id, id, family)]
            else:
                project = chosen_project(tx, organization_id, project_id)
                wanted = Selection(names=(name,), families=(family,), project_id=project)
                found = tx.checks.selected(organization_id, wanted, 2)
            if len(found) > 1:
                ids = ", ".join(check.id for check in found)
                raise Conflict(f"several are called {name!r} ({ids}); say by its id which one is meant", field="id")
            return self._checks.views.of(tx, found)[0] if found else None

    def ready(
        self,
        organization_id: str,
        family: Family,
        fields: CheckFields,
        before: CheckView | None,
        *,
        needs: Collection[str] = (),
    ) -> Ready:
        """Hold a definition against the rules; nothing is stored.

        Raises:
            InvalidInput: a field is wrong.
        """
        definitions = self._checks.definitions
        origin = fields.get("origin", Origin())
        origin = Origin(source=VersionSource.IMPORTED, message=origin.message)
        with self._storage.read() as tx:
            ground = Ground.of(tx)
            if before is None:
                fields = definitions.placed_new(tx, organization_id, fields)
            else:
                fields = placed(tx, organization_id, fields, before.check)
        if before is None:
            check = definitions.new(organization_id, family, fields, ground)
        else:
            check = definitions.changed(before.check, fields, ground)
        kept = before.check if before is not None else None
        return Ready(check=check, before=kept, origin=origin, needs=tuple(needs))

    def store(self, organization_id: str, wanted: Sequence[Ready], *, rehearse: bool = False) -> Sequence[Taken]:
        """Store definitions, all or none of them; with ``rehearse`` none, though all that could go wrong goes wrong.

        Raises:
            InvalidInput: two of them would take the place of the same check.
            Conflict: a check was changed since it was looked at.
            PlanLimitReached: the organization's plan does not allow one more.
        """
        _refuse_twice(wanted)
        taken: list[Taken] = []
        with suppress(_Rehearsed), self._storage.begin() as tx:
            taken = self._taken(tx, organization_id, wanted)
            if rehearse:
                raise _Rehearsed
        return taken

    def _taken(self, tx: Transaction, organization_id: str, wanted: Sequence[Ready]) -> list[Taken]:
        views = self._checks.views
        before = {one.before.id: one.before for one in wanted if one.before is not None}
        seen = {view.check.id: view for view in views.of(tx, list(before.values()))}
        stored = [self._stored(tx, one) for one in wanted]
        return [
            Taken(
                view=view,
                before=seen.get(view.check.id),
                is_changed=not one.changes_nothing,
                missing=_missing(tx, organization_id, view.check, one.needs),
            )
            for view, one in zip(views.of(tx, stored), wanted, strict=True)
        ]

    def _stored(self, tx: Transaction, one: Ready) -> Check:
        if one.before is None:
            return self._checks.definitions.add(tx, one.check, one.origin)
        if one.changes_nothing:
            return one.before
        stored = self._checks.definitions.replace(tx, one.before, one.check, one.origin)
        if stored is None:
            raise Conflict(f"{one.before.definition.name!r} was changed by somebody else at the same time")
        return stored


def _refuse_twice(wanted: Sequence[Ready]) -> None:
    seen: set[str] = set()
    for one in wanted:
        if one.before is not None and one.before.id in seen:
            raise InvalidInput(f"two of them are to be {one.before.definition.name!r} ({one.before.id})", field="name")
        seen.add(one.check.id)


def _missing(tx: Transaction, organization_id: str, check: Check, needs: Collection[str]) -> tuple[str, ...]:
    """Return those of the secrets that neither the check has nor what is around it."""
    definition = check.definition
    open_ = [name for name in dict.fromkeys(needs) if name not in definition.secret_names]
    open_ = [name for name in open_ if name not in definition.variables]
    if not open_:
        return ()
    environments = {definition.environment_id} if definition.environment_id is not None else set()
    found = tx.variables.named({organization_id}, open_, environments, {check.project_id})
    around: Mapping[str, object] = visible_in(definition.environment_id, found, project_id=check.project_id)
    return tuple(name for name in open_ if name not in around)

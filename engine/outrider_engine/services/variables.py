"""Variables and secrets of an organization and of its environments; the values of secrets are never given back."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypedDict

from outrider_engine.domain.audit import Action
from outrider_engine.domain.environments import (
    LONGEST_NAME,
    LONGEST_VALUE,
    MOST_VARIABLES,
    Environment,
    Variable,
    is_variable_name,
)
from outrider_engine.domain.ids import new_id
from outrider_engine.errors import Conflict, InvalidInput, NotFound
from outrider_engine.ports.environment_repository import VariableQuery
from outrider_engine.ports.secrets import SecretBox
from outrider_engine.ports.storage import Storage, Transaction

from .auditing import record
from .environments import chosen_environment
from .expecting import Expecting, anything
from .projects import owning_project, refuse_shared
from .validation import refuse_unstorable


class VariableFields(TypedDict, total=False):
    """What is set or changed; what is absent keeps its value."""

    name: str
    value: str
    secret: bool


class VariableService:
    """Variables of an organization."""

    def __init__(self, *, storage: Storage, secrets: SecretBox) -> None:
        self._storage = storage
        self._secrets = secrets

    def create(
        self,
        organization_id: str,
        fields: VariableFields,
        environment: str | None = None,
        project_id: str | None = None,
    ) -> Variable:
        """Store a new variable of an environment (its name or id), of a project, or of the whole organization.

        Raises:
            InvalidInput: a field is wrong; nothing is stored.
            Forbidden: the environment is for all projects, and the caller is bound to one.
            Conflict: there is one of that name in the same place, or there are too many.
        """
        _validate(fields)
        with self._storage.begin() as tx:
            place, project_id = _place(tx, organization_id, environment, project_id)
            blank = Variable(
                id=new_id("variable", tx.now),
                organization_id=organization_id,
                environment_id=place.id if place is not None else None,
                environment=place.name if place is not None else None,
                name=fields["name"],
                is_secret=fields.get("secret", False),
                value=None,
                created_at=tx.now,
                updated_at=tx.now,
                project_id=project_id,
            )
            variable = self._holding(blank, fields["value"])
            if tx.variables.count(organization_id) >= MOST_VARIABLES:
                raise Conflict(f"there are {MOST_VARIABLES} variables already; delete one that is not needed")
            _refuse_taken(tx, variable)
            tx.variables.add(variable)
            record(tx, organization_id, Action.CREATED, "variable", variable.id, after=variable)
        return variable

    def update(
        self, organization_id: str, id: str, fields: VariableFields, *, expecting: Expecting[Variable] = anything
    ) -> Variable:
        """Change some fields of a variable; where it belongs stays.

        Raises:
            NotFound: there is no such variable.
            Forbidden: it is for all projects, and the caller is bound to one.
            PreconditionFailed: it is not what the caller expects.
            InvalidInput: a field is wrong; nothing is changed.
            Conflict: another one has that name.
        """
        _validate(fields)
        with self._storage.begin() as tx:
            before = _found(tx, organization_id, id, lock=True)
            refuse_shared(tx, before.project_id)
            expecting(before)
            after = self._changed(before, fields)
            after = replace(after, updated_at=tx.now)
            _refuse_taken(tx, after)
            tx.variables.replace(after)
            # what has become a secret is told nowhere, not even as it was
            told = replace(before, value=None) if after.is_secret else before
            changed = before.sealed != after.sealed or before.value != after.value
            record(
                tx,
                *(organization_id, Action.UPDATED, "variable", id),
                before=told,
                after=after,
                secrets_changed=after.is_secret and changed,
            )
        return after

    def get(self, organization_id: str, id: str) -> Variable:
        """Return a variable.

        Raises:
            NotFound: there is none of that id.
        """
        with self._storage.read() as tx:
            return _found(tx, organization_id, id)

    def list(
        self, organization_id: str, query: VariableQuery, environment: str | None = None
    ) -> tuple[Sequence[Variable], int]:
        """Return one page of variables, and how many there are on all pages; with an environment, only its own.

        Raises:
            InvalidInput: there is no such environment.
        """
        with self._storage.read() as tx:
            if environment is not None:
                seen_from = query.project_id or tx.project_id
                chosen = chosen_environment(tx, organization_id, environment, seen_from)
                query = replace(query, environment_id=chosen.id)
            return tx.variables.list(organization_id, query)

    def delete(self, organization_id: str, id: str, *, expecting: Expecting[Variable] = anything) -> None:
        """Delete a variable; runs that need it end as errors from now on.

        Raises:
            NotFound: there is none of that id.
            Forbidden: it is for all projects, and the caller is bound to one.
            PreconditionFailed: it is not what the caller expects.
        """
        with self._storage.begin() as tx:
            variable = _found(tx, organization_id, id, lock=True)
            refuse_shared(tx, variable.project_id)
            expecting(variable)
            tx.variables.delete(organization_id, id)
            record(tx, organization_id, Action.DELETED, "variable", id, before=variable)

    def _changed(self, before: Variable, fields: VariableFields) -> Variable:
        is_secret = fields.get("secret", before.is_secret)
        value = fields.get("value")
        if before.is_secret and not is_secret and value is None:
            raise InvalidInput("is required when a secret becomes a plain variable", field="value")
        named = replace(before, name=fields.get("name", before.name), is_secret=is_secret)
        if value is None and is_secret is not before.is_secret:
            value = before.value
        return named if value is None else self._holding(named, value)

    def _holding(self, variable: Variable, value: str) -> Variable:
        if variable.is_secret:
            return replace(variable, value=None, sealed=self._secrets.seal(value))
        return replace(variable, value=value, sealed=None)


def _place(
    tx: Transaction, organization_id: str, environment: str | None, project_id: str | None
) -> tuple[Environment | None, str | None]:
    """Return where a new variable belongs: the environment, and the project."""
    owner = owning_project(tx, organization_id, project_id)
    if environment is None:
        return None, owner
    place = chosen_environment(tx, organization_id, environment, owner)
    refuse_shared(tx, place.project_id)
    if owner is not None and place.project_id is None:
        raise InvalidInput("is an environment for all projects; leave project_id out", field="environment")
    return place, place.project_id


def _validate(fields: VariableFields) -> None:
    name, value = fields.get("name"), fields.get("value")
    if name is not None and not is_variable_name(name):
        raise InvalidInput(
            f"must be 1 to {LONGEST_NAME} letters, digits and '_', and begin with a letter or '_'", field="name"
        )
    if value is not None:
        if len(value) > LONGEST_VALUE:
            raise InvalidInput(f"must have at most {LONGEST_VALUE} characters", field="value")
        refuse_unstorable(value, "value")


def _refuse_taken(tx: Transaction, variable: Variable) -> None:
    there = tx.variables.beside(variable)
    if there is not None and there.id != variable.id:
        whose = "the organization" if variable.project_id is None else "the project"
        place = f"of {variable.environment or whose}"
        raise Conflict(
            f"there is a variable {variable.name} {place} already; change it with PUT /api/v1/variables/{there.id}",
            field="name",
        )


def _found(tx: Transaction, organization_id: str, id: str, *, lock: bool = False) -> Variable:
    variable = tx.variables.get(organization_id, id, lock=lock)
    if variable is None:
        raise NotFound("variable", id)
    return variable

"""Environments: the places where the same site runs, named by checks and by whoever starts a run."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypedDict
from urllib.parse import urlsplit

from outrider_engine.domain.audit import Action
from outrider_engine.domain.checks import Check
from outrider_engine.domain.environments import (
    LONGEST_NAME,
    MOST_ENVIRONMENTS,
    Environment,
    is_environment_name,
)
from outrider_engine.domain.ids import new_id
from outrider_engine.errors import Conflict, InvalidInput, NotFound
from outrider_engine.ports.listing import DefinitionQuery
from outrider_engine.ports.storage import Storage, Transaction

from .auditing import record
from .check_fields import CheckFields
from .expecting import Expecting, anything
from .projects import chosen_project

LONGEST_URL = 2000
_SHOWN = 3
"""Checks that are named when an environment can't be deleted because of them."""


class EnvironmentFields(TypedDict, total=False):
    """What is set or changed; what is absent keeps its value."""

    name: str
    base_url: str | None


class EnvironmentService:
    """Environments of an organization."""

    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    def create(self, organization_id: str, fields: EnvironmentFields) -> Environment:
        """Store a new environment.

        Raises:
            InvalidInput: a field is wrong; nothing is stored.
            Conflict: there is one of that name, or there are too many.
        """
        _validate(fields)
        with self._storage.begin() as tx:
            environment = Environment(
                id=new_id("environment", tx.now),
                organization_id=organization_id,
                name=fields["name"],
                base_url=fields.get("base_url"),
                created_at=tx.now,
                updated_at=tx.now,
            )
            if len(tx.environments.names(organization_id)) >= MOST_ENVIRONMENTS:
                raise Conflict(f"there are {MOST_ENVIRONMENTS} environments already; delete one that is not needed")
            _refuse_taken(tx, environment)
            tx.environments.add(environment)
            record(tx, organization_id, Action.CREATED, "environment", environment.id, after=environment)
        return environment

    def update(
        self, organization_id: str, id: str, fields: EnvironmentFields, *, expecting: Expecting[Environment] = anything
    ) -> Environment:
        """Change some fields of an environment; the checks that name it go along.

        Raises:
            NotFound: there is no such environment.
            InvalidInput: a field is wrong; nothing is changed.
            Conflict: another one has that name.
            PreconditionFailed: it is not what the caller expects.
        """
        _validate(fields)
        with self._storage.begin() as tx:
            before = _found(tx, organization_id, id, lock=True)
            expecting(before)
            changed = replace(before, **fields, updated_at=tx.now)
            _refuse_taken(tx, changed)
            tx.environments.replace(changed)
            record(tx, organization_id, Action.UPDATED, "environment", id, before=before, after=changed)
        return changed

    def get(self, organization_id: str, id: str) -> Environment:
        """Return an environment.

        Raises:
            NotFound: there is none of that id.
        """
        with self._storage.read() as tx:
            return _found(tx, organization_id, id)

    def list(self, organization_id: str, query: DefinitionQuery) -> tuple[Sequence[Environment], int]:
        """Return one page of environments, and how many there are on all pages."""
        with self._storage.read() as tx:
            return tx.environments.list(organization_id, query)

    def delete(self, organization_id: str, id: str, *, expecting: Expecting[Environment] = anything) -> None:
        """Delete an environment with its variables.

        Raises:
            NotFound: there is none of that id.
            Conflict: a check names it.
            PreconditionFailed: it is not what the caller expects.
        """
        with self._storage.begin() as tx:
            environment = _found(tx, organization_id, id, lock=True)
            expecting(environment)
            named_by = tx.environments.checks_in(organization_id, id, _SHOWN + 1)
            if named_by:
                shown = ", ".join(repr(name) for name in named_by[:_SHOWN])
                more = " and others" if len(named_by) > _SHOWN else ""
                raise Conflict(
                    f"checks run in this environment: {shown}{more}; give them another one, or none, first "
                    'with PUT {"environment": null}'
                )
            tx.environments.delete(organization_id, id)
            record(tx, organization_id, Action.DELETED, "environment", id, before=environment)


def chosen_environment(tx: Transaction, organization_id: str, name_or_id: str) -> Environment:
    """Return the environment that a field called ``environment`` means.

    Raises:
        InvalidInput: there is none of that name or id.
    """
    found = tx.environments.find(organization_id, name_or_id)
    if found is None:
        names = tx.environments.names(organization_id)
        problem = "is not an environment" if names else "is not an environment; there is none yet"
        raise InvalidInput(problem, field="environment", allowed=names or None)
    return found


def placed(tx: Transaction, organization_id: str, fields: CheckFields, check: Check | None = None) -> CheckFields:
    """Return the fields of a check with the project to which it belongs, and the id of the environment that they name.

    Raises:
        InvalidInput: there is no such project or environment.
    """
    if check is None or "project_id" in fields:
        fields = {**fields, "project_id": chosen_project(tx, organization_id, fields.get("project_id"))}
    if "environment" not in fields:
        return fields
    named = fields["environment"]
    chosen = chosen_environment(tx, organization_id, named).id if named is not None else None
    return {**fields, "environment_id": chosen}


def _refuse_bad_base_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole or len(url) > LONGEST_URL or not url.isprintable() or any(odd in url for odd in " \\{}"):
        raise InvalidInput("must begin with http:// or https:// and name a host", field="base_url")
    if parts.username is not None:
        raise InvalidInput("contains user information; use a header", field="base_url")


def _validate(fields: EnvironmentFields) -> None:
    name, url = fields.get("name"), fields.get("base_url")
    if name is not None and not is_environment_name(name):
        raise InvalidInput(
            f"must be 1 to {LONGEST_NAME} letters, digits, spaces, '_', '.' and '-', begin with a letter or digit, and "
            "not with env_, as ids do",
            field="name",
        )
    if url is not None:
        _refuse_bad_base_url(url)


def _refuse_taken(tx: Transaction, environment: Environment) -> None:
    there = tx.environments.find(environment.organization_id, environment.name)
    if there is not None and there.id != environment.id:
        raise Conflict(f"there is an environment {environment.name!r} already: {there.id}", field="name")


def _found(tx: Transaction, organization_id: str, id: str, *, lock: bool = False) -> Environment:
    environment = tx.environments.get(organization_id, id, lock=lock)
    if environment is None:
        raise NotFound("environment", id)
    return environment

"""Environments: the places where the same site runs, named by checks and by whoever starts a run."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypedDict
from urllib.parse import urlsplit

from outrider_engine.domain.audit import Action
from outrider_engine.domain.checks import Check
from outrider_engine.domain.environments import (
    BASE_URL_FORM,
    LONGEST_NAME,
    MOST_ENVIRONMENTS,
    Environment,
    is_base_url,
    is_environment_name,
)
from outrider_engine.domain.ids import new_id
from outrider_engine.errors import Conflict, InvalidInput, NotFound
from outrider_engine.ports.environment_repository import EnvironmentQuery
from outrider_engine.ports.storage import Storage, Transaction

from .auditing import record
from .check_fields import CheckFields
from .expecting import Expecting, anything
from .projects import chosen_project, owning_project, refuse_shared

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

    def create(self, organization_id: str, fields: EnvironmentFields, project_id: str | None = None) -> Environment:
        """Store a new environment of a project, or (``None``) of the whole organization.

        Raises:
            InvalidInput: a field is wrong, or there is no such project; nothing is stored.
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
                project_id=owning_project(tx, organization_id, project_id),
            )
            if tx.environments.count(organization_id) >= MOST_ENVIRONMENTS:
                raise Conflict(f"there are {MOST_ENVIRONMENTS} environments already; delete one that is not needed")
            _refuse_taken(tx, environment)
            tx.environments.add(environment)
            record(tx, organization_id, Action.CREATED, "environment", environment.id, after=environment)
        return environment

    def update(
        self, organization_id: str, id: str, fields: EnvironmentFields, *, expecting: Expecting[Environment] = anything
    ) -> Environment:
        """Change some fields of an environment; the checks that name it go along, its project stays.

        Raises:
            NotFound: there is no such environment.
            Forbidden: it is for all projects, and the caller is bound to one.
            InvalidInput: a field is wrong; nothing is changed.
            Conflict: another one has that name.
            PreconditionFailed: it is not what the caller expects.
        """
        _validate(fields)
        with self._storage.begin() as tx:
            before = _found(tx, organization_id, id, lock=True)
            refuse_shared(tx, before.project_id)
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

    def list(self, organization_id: str, query: EnvironmentQuery) -> tuple[Sequence[Environment], int]:
        """Return one page of environments, and how many there are on all pages."""
        with self._storage.read() as tx:
            return tx.environments.list(organization_id, query)

    def delete(self, organization_id: str, id: str, *, expecting: Expecting[Environment] = anything) -> None:
        """Delete an environment with its variables.

        Raises:
            NotFound: there is none of that id.
            Forbidden: it is for all projects, and the caller is bound to one.
            Conflict: a check names it.
            PreconditionFailed: it is not what the caller expects.
        """
        with self._storage.begin() as tx:
            environment = _found(tx, organization_id, id, lock=True)
            refuse_shared(tx, environment.project_id)
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


def chosen_environment(tx: Transaction, organization_id: str, name_or_id: str, project_id: str | None) -> Environment:
    """Return the environment that a field called ``environment`` means, as it is seen from a project.

    By name it is the project's own one, else the one for all projects. From no project in particular (``None``) it is
    the one for all, else the only one that is called so.

    Raises:
        InvalidInput: there is none of that name or id, or several projects have one.
    """
    called = tx.environments.called(organization_id, name_or_id)
    seen = [one for one in called if project_id is None or one.project_id in (None, project_id)]
    exact = [one for one in seen if one.id == name_or_id]
    shared = [one for one in seen if one.project_id is None]
    own = [one for one in seen if one.project_id is not None]
    meant = exact or (shared or own if project_id is None else own or shared)
    if len(meant) == 1:
        return meant[0]
    if meant:
        problem, allowed = "several projects have an environment of that name; give its id", [one.id for one in meant]
        raise InvalidInput(problem, field="environment", allowed=allowed)
    names = tx.environments.names(organization_id, project_id)
    problem = "is not an environment" if names else "is not an environment; there is none yet"
    raise InvalidInput(problem, field="environment", allowed=names or None, given=name_or_id)


def placed(tx: Transaction, organization_id: str, fields: CheckFields, check: Check | None = None) -> CheckFields:
    """Return the fields of a check with the project to which it belongs, and the id of the environment that they name.

    Raises:
        InvalidInput: there is no such project or environment, or the check would leave its environment's project.
    """
    if check is None or "project_id" in fields:
        project_id = chosen_project(tx, organization_id, fields.get("project_id"))
    else:
        project_id = check.project_id
    fields = {**fields, "project_id": project_id}
    if "environment" in fields:
        named = fields["environment"]
        chosen = chosen_environment(tx, organization_id, named, project_id).id if named is not None else None
        return {**fields, "environment_id": chosen}
    stays_in = check.definition.environment_id if check is not None and project_id != check.project_id else None
    if stays_in is not None:
        chosen_environment(tx, organization_id, stays_in, project_id)
    return fields


def refuse_bad_base_url(url: str, *, may_name_variables: bool = False) -> None:
    """Refuse what is no address of a site.

    Raises:
        InvalidInput: it has no host, or what no address has.
    """
    if not is_base_url(url, may_name_variables=may_name_variables):
        raise InvalidInput(BASE_URL_FORM, field="base_url")


def _validate(fields: EnvironmentFields) -> None:
    name, url = fields.get("name"), fields.get("base_url")
    if name is not None and not is_environment_name(name):
        raise InvalidInput(
            f"must be 1 to {LONGEST_NAME} letters, digits, spaces, '_', '.' and '-', begin with a letter or digit, and "
            "not with env_, as ids do",
            field="name",
        )
    if url is not None:
        refuse_bad_base_url(url)
        if urlsplit(url).username is not None:
            raise InvalidInput("contains user information; use a header", field="base_url")


def _refuse_taken(tx: Transaction, environment: Environment) -> None:
    called = tx.environments.called(environment.organization_id, environment.name)
    place = (environment.name, environment.project_id)
    there = next((one for one in called if (one.name, one.project_id) == place), None)
    if there is not None and there.id != environment.id:
        raise Conflict(f"there is an environment {environment.name!r} already: {there.id}", field="name")


def _found(tx: Transaction, organization_id: str, id: str, *, lock: bool = False) -> Environment:
    environment = tx.environments.get(organization_id, id, lock=lock)
    if environment is None:
        raise NotFound("environment", id)
    return environment

"""Projects: the parts into which the people of an organization divide what they watch."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypedDict

from outrider_engine.domain.audit import Action
from outrider_engine.domain.checks import Check
from outrider_engine.domain.ids import new_id, project_of
from outrider_engine.domain.projects import MOST_PROJECTS, Project
from outrider_engine.errors import Conflict, Forbidden, InvalidInput, NotFound
from outrider_engine.ports.listing import DefinitionQuery
from outrider_engine.ports.storage import Storage, Transaction

from .auditing import record
from .expecting import Expecting, anything
from .organizations import validate_name

_COUNTED = 101
"""Up to which number things are counted that are still in a project."""


class ProjectFields(TypedDict, total=False):
    """What is set or changed; what is absent keeps its value."""

    name: str


class ProjectService:
    """Projects of an organization."""

    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    def create(self, organization_id: str, fields: ProjectFields) -> Project:
        """Store a new project.

        Raises:
            InvalidInput: the name is wrong; nothing is stored.
            Conflict: there is one of that name, or there are too many.
        """
        if "name" not in fields:
            raise InvalidInput("is required", field="name")
        validate_name(fields["name"])
        with self._storage.begin() as tx:
            project = Project(
                id=new_id("project", tx.now),
                organization_id=organization_id,
                name=fields["name"],
                created_at=tx.now,
                updated_at=tx.now,
            )
            if tx.projects.list(organization_id, DefinitionQuery(per_page=1))[1] >= MOST_PROJECTS:
                raise Conflict(f"there are {MOST_PROJECTS} projects already; delete one that is not needed")
            _refuse_taken(tx, project)
            tx.projects.add(project)
            record(tx, organization_id, Action.CREATED, "project", project.id, after=project)
        return project

    def update(
        self, organization_id: str, id: str, fields: ProjectFields, *, expecting: Expecting[Project] = anything
    ) -> Project:
        """Change some fields of a project.

        Raises:
            NotFound: there is no such project.
            InvalidInput: the name is wrong; nothing is changed.
            Conflict: another one has that name.
            PreconditionFailed: it is not what the caller expects.
        """
        if "name" in fields:
            validate_name(fields["name"])
        with self._storage.begin() as tx:
            before = _found(tx, organization_id, id, lock=True)
            expecting(before)
            changed = replace(before, **fields, updated_at=tx.now)
            _refuse_taken(tx, changed)
            tx.projects.replace(changed)
            record(tx, organization_id, Action.UPDATED, "project", id, before=before, after=changed)
        return changed

    def get(self, organization_id: str, id: str) -> Project:
        """Return a project.

        Raises:
            NotFound: there is none of that id.
        """
        with self._storage.read() as tx:
            return _found(tx, organization_id, id)

    def list(self, organization_id: str, query: DefinitionQuery) -> tuple[Sequence[Project], int]:
        """Return one page of projects, and how many there are on all pages."""
        with self._storage.read() as tx:
            return tx.projects.list(organization_id, query)

    def delete(self, organization_id: str, id: str, *, expecting: Expecting[Project] = anything) -> None:
        """Delete a project that has nothing any more; runs of its deleted checks are kept by the default project.

        Raises:
            NotFound: there is none of that id.
            Conflict: something is in it, or it is the default project.
            PreconditionFailed: it is not what the caller expects.
        """
        with self._storage.begin() as tx:
            project = _found(tx, organization_id, id, lock=True)
            expecting(project)
            if project.is_default:
                raise Conflict("this is the organization's default project, which stays; it can be renamed")
            contents = tx.projects.contents(id, _COUNTED)
            if contents:
                held = ", ".join(f"{_said(number)} {kind}" for kind, number in contents.items())
                raise Conflict(f"the project is not empty: {held}; delete them or move them to another project first")
            tx.projects.delete(organization_id, id, heir_id=project_of(organization_id))
            record(tx, organization_id, Action.DELETED, "project", id, before=project)


def chosen_project(tx: Transaction, organization_id: str, id: str | None) -> str:
    """Return the project that a field called ``project_id`` means.

    When nobody said, it is the one to which the caller is bound, else the organization's default one.

    Raises:
        InvalidInput: there is none of that id that the caller sees.
    """
    if id is None:
        return tx.project_id or project_of(organization_id)
    if tx.projects.get(organization_id, id) is None:
        raise InvalidInput("is not a project that you see", field="project_id")
    return id


def owning_project(tx: Transaction, organization_id: str, id: str | None) -> str | None:
    """Return the project of something new that can also be for all projects (``None``), as nobody's ``id`` says.

    Raises:
        InvalidInput: there is no such project that the caller sees.
    """
    return None if id is None and tx.project_id is None else chosen_project(tx, organization_id, id)


def refuse_shared(tx: Transaction, project_id: str | None) -> None:
    """Refuse that something for all projects is changed by who may act in one only.

    Raises:
        Forbidden: it is that.
    """
    if project_id is None and tx.project_id is not None:
        raise Forbidden("it belongs to the whole organization, and this key is bound to a project")


def keep_together(tx: Transaction, before: Check, after: Check) -> None:
    """Let the open incident that the alerts of a check opened go along when the check has moved to another project.

    Incidents that are over, and those that people wrote, stay where they happened.

    Raises:
        Conflict: the incident is about other checks of its project as well.
    """
    incident = tx.incidents.lock_open_of_check(after.id) if after.project_id != before.project_id else None
    if incident is None:
        return
    checks = tx.checks.projects_of(after.organization_id, incident.check_ids)
    alerts = tx.alerts.projects_of(after.organization_id, incident.alert_ids)
    if {*checks.values(), *alerts.values()} != {after.project_id}:
        raise Conflict(f"the open incident {incident.id} is about other checks of its project too; resolve it first")
    tx.incidents.replace(incident, replace(incident, project_id=after.project_id))


def _said(number: int) -> str:
    return str(number) if number < _COUNTED else f"more than {_COUNTED - 1}"


def _refuse_taken(tx: Transaction, project: Project) -> None:
    there = tx.projects.named(project.organization_id, project.name)
    if there is not None and there.id != project.id:
        raise Conflict(f"there is a project {project.name!r} already: {there.id}", field="name")


def _found(tx: Transaction, organization_id: str, id: str, *, lock: bool = False) -> Project:
    project = tx.projects.get(organization_id, id, lock=lock)
    if project is None:
        raise NotFound("project", id)
    return project

"""Projects in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update

from outrider_engine.domain.checks import Family
from outrider_engine.domain.projects import Project
from outrider_engine.ports.listing import DefinitionQuery

from .listing import listed
from .narrowing import in_project
from .schema import (
    DELETED,
    NOT_REVOKED,
    OF_PROJECT,
    api_keys,
    checks,
    environments,
    incidents,
    projects,
    releases,
    variables,
    where,
)
from .session import Session

_KINDS = {
    "monitors": Family.MONITOR,
    "API monitors": Family.API_MONITOR,
    "journeys": Family.JOURNEY,
}
_TABLES = {"incidents": incidents, "releases": releases, "environments": environments}


class SqlProjects:
    """Implements ``ProjectRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, project: Project) -> None:
        """Store a new project."""
        self._session.run(insert(projects).values(**asdict(project)))

    def get(self, organization_id: str, id: str, *, lock: bool = False) -> Project | None:
        """Return a project; with ``lock``, nobody else changes it before this transaction ends."""
        if lock:
            self._session.serialize([id])
        within = in_project(self._session, projects.c.id)
        return self._one(projects.c.organization_id == organization_id, projects.c.id == id, *within)

    def named(self, organization_id: str, name: str) -> Project | None:
        """Return the project of a name."""
        return self._one(projects.c.organization_id == organization_id, projects.c.name == name)

    def list(self, organization_id: str, query: DefinitionQuery) -> tuple[Sequence[Project], int]:
        """Return one page of projects, and how many there are on all pages."""
        within = in_project(self._session, projects.c.id)
        mine = select(projects).where(projects.c.organization_id == organization_id, *within)
        rows, total = self._session.page(listed(mine, projects, query), query.page, query.per_page)
        return [_project_of(row) for row in rows], total

    def replace(self, project: Project) -> None:
        """Store a changed project."""
        values = asdict(project)
        it = (projects.c.organization_id == values.pop("organization_id"), projects.c.id == values.pop("id"))
        self._session.run(update(projects).where(*it).values(**values))

    def contents(self, id: str, limit: int) -> Mapping[str, int]:
        """Return how much of each kind is in a project, counted up to ``limit``."""
        present = (checks.c.project_id == id, checks.c.deleted_at.is_(None))
        wanted = {kind: select(checks.c.id).where(*present, checks.c.family == of) for kind, of in _KINDS.items()}
        wanted |= {kind: select(table.c.id).where(table.c.project_id == id) for kind, table in _TABLES.items()}
        wanted["variables"] = select(variables.c.id).where(where(OF_PROJECT), variables.c.project_id == id)
        wanted["API keys"] = select(api_keys.c.id).where(api_keys.c.project_id == id, where(NOT_REVOKED))
        counted = [
            select(func.count()).select_from(some.limit(limit).subquery()).scalar_subquery().label(kind)
            for kind, some in wanted.items()
        ]
        row = self._session.first(select(*counted))
        return {} if row is None else {kind: number for kind, number in row._mapping.items() if number}

    def delete(self, organization_id: str, id: str, *, heir_id: str) -> None:
        """Delete a project; the checks of it that were deleted before are kept by another one."""
        gone = (checks.c.project_id == id, where(DELETED))
        self._session.run(update(checks).where(*gone).values(project_id=heir_id))
        it = (projects.c.organization_id == organization_id, projects.c.id == id)
        self._session.run(delete(projects).where(*it))

    def _one(self, *conditions: ColumnElement[bool]) -> Project | None:
        row = self._session.first(select(projects).where(*conditions))
        return None if row is None else _project_of(row)


def _project_of(row: Row[Any]) -> Project:
    return Project(**row._mapping)

"""Environments and variables in the database."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, delete, func, insert, or_, select, update

from outrider_engine.domain.environments import Environment, Variable
from outrider_engine.ports.environment_repository import EnvironmentQuery, VariableQuery

from .listing import listed
from .narrowing import seen_in_project, shared_or_in
from .schema import PLACED, checks, environments, variables, where
from .session import Session

_PLACE = ("environment_id", "project_id")


class SqlEnvironments:
    """Implements ``EnvironmentRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, environment: Environment) -> None:
        """Store a new environment."""
        self._session.run(insert(environments).values(**asdict(environment)))

    def get(self, organization_id: str, id: str, *, lock: bool = False) -> Environment | None:
        """Return an environment; with ``lock``, nobody else changes it before this transaction ends."""
        if lock:
            self._session.serialize([id])
        row = self._session.first(self._mine(organization_id).where(environments.c.id == id))
        return None if row is None else _environment_of(row)

    def called(self, organization_id: str, name_or_id: str) -> Sequence[Environment]:
        """Return the environments of an id or name: at most one of each project, and one that is for all."""
        meant = or_(environments.c.id == name_or_id, environments.c.name == name_or_id)
        return [_environment_of(row) for row in self._session.all(self._mine(organization_id).where(meant))]

    def of_ids(self, ids: Collection[str]) -> Sequence[Environment]:
        """Return the environments of ids, of whichever organizations."""
        if not ids:
            return []
        return [
            _environment_of(row) for row in self._session.all(select(environments).where(environments.c.id.in_(ids)))
        ]

    def names(self, organization_id: str, project_id: str | None) -> Sequence[str]:
        """Return the names of the environments that a project (``None``: any) can use, in their order."""
        mine = self._mine(organization_id)
        if project_id is not None:
            mine = mine.where(shared_or_in(environments.c.project_id, project_id))
        named = mine.with_only_columns(environments.c.name).distinct()
        return [row.name for row in self._session.all(named.order_by(environments.c.name))]

    def count(self, organization_id: str) -> int:
        """Return how many environments there are, also of projects that whoever asks does not see."""
        row = self._session.first(select(func.count()).where(environments.c.organization_id == organization_id))
        return row[0] if row is not None else 0

    def list(self, organization_id: str, query: EnvironmentQuery) -> tuple[Sequence[Environment], int]:
        """Return one page of environments, and how many there are on all pages."""
        mine = self._mine(organization_id)
        if query.project_id is not None:
            mine = mine.where(environments.c.project_id == query.project_id)
        rows, total = self._session.page(listed(mine, environments, query), query.page, query.per_page)
        return [_environment_of(row) for row in rows], total

    def replace(self, environment: Environment) -> None:
        """Store a changed environment."""
        values = asdict(environment)
        it = (environments.c.organization_id == values.pop("organization_id"), environments.c.id == values.pop("id"))
        self._session.run(update(environments).where(*it).values(**values))

    def checks_in(self, organization_id: str, id: str, limit: int) -> Sequence[str]:
        """Return the names of checks that name the environment, at most ``limit``."""
        here = (where(PLACED), checks.c.environment_id == id, checks.c.organization_id == organization_id)
        return [
            row.name for row in self._session.all(select(checks.c.name).where(*here).order_by(checks.c.id).limit(limit))
        ]

    def delete(self, organization_id: str, id: str) -> None:
        """Delete an environment with its variables."""
        it = (environments.c.organization_id == organization_id, environments.c.id == id)
        self._session.run(delete(environments).where(*it))

    def _mine(self, organization_id: str) -> Select[Any]:
        within = seen_in_project(self._session, environments.c.project_id)
        return select(environments).where(environments.c.organization_id == organization_id, *within)


class SqlVariables:
    """Implements ``VariableRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, variable: Variable) -> None:
        """Store a new variable."""
        self._session.run(insert(variables).values(**_variable_values(variable)))

    def get(self, organization_id: str, id: str, *, lock: bool = False) -> Variable | None:
        """Return a variable; with ``lock``, nobody else changes it before this transaction ends."""
        if lock:
            self._session.serialize([id])
        return self._one(organization_id, variables.c.id == id)

    def beside(self, variable: Variable) -> Variable | None:
        """Return the variable that has the name of another, in the same place; it may be that one itself."""
        place = [variables.c[name].is_not_distinct_from(getattr(variable, name)) for name in _PLACE]
        return self._one(variable.organization_id, variables.c.name == variable.name, *place)

    def count(self, organization_id: str) -> int:
        """Return how many variables there are, also of projects that whoever asks does not see."""
        row = self._session.first(select(func.count()).where(variables.c.organization_id == organization_id))
        return row[0] if row is not None else 0

    def list(self, organization_id: str, query: VariableQuery) -> tuple[Sequence[Variable], int]:
        """Return one page of variables, and how many there are on all pages."""
        within = seen_in_project(self._session, variables.c.project_id)
        mine = _with_environment().where(variables.c.organization_id == organization_id, *within)
        if query.project_id is not None:
            mine = mine.where(variables.c.project_id == query.project_id)
        if query.environment_id is not None:
            mine = mine.where(variables.c.environment_id == query.environment_id)
        rows, total = self._session.page(listed(mine, variables, query), query.page, query.per_page)
        return [_variable_of(row) for row in rows], total

    def named(
        self,
        organization_ids: Collection[str],
        names: Collection[str],
        environment_ids: Collection[str] = (),
        project_ids: Collection[str] = (),
    ) -> Sequence[Variable]:
        """Return variables of organizations by name: those for all, and those of environments and projects."""
        if not names:
            return []
        wanted = _with_environment().where(
            variables.c.organization_id.in_(organization_ids),
            variables.c.name.in_(names),
            or_(
                variables.c.environment_id.in_(environment_ids),
                and_(variables.c.environment_id.is_(None), shared_or_in(variables.c.project_id, *project_ids)),
            ),
        )
        return [_variable_of(row) for row in self._session.all(wanted)]

    def replace(self, variable: Variable) -> None:
        """Store a changed variable."""
        values = _variable_values(variable)
        it = (variables.c.organization_id == values.pop("organization_id"), variables.c.id == values.pop("id"))
        self._session.run(update(variables).where(*it).values(**values))

    def delete(self, organization_id: str, id: str) -> bool:
        """Delete a variable; ``False`` when there was none."""
        it = (variables.c.organization_id == organization_id, variables.c.id == id)
        return self._session.changes(delete(variables).where(*it)) == 1

    def _one(self, organization_id: str, *conditions: ColumnElement[bool]) -> Variable | None:
        within = seen_in_project(self._session, variables.c.project_id)
        mine = _with_environment().where(variables.c.organization_id == organization_id, *within)
        row = self._session.first(mine.where(*conditions))
        return None if row is None else _variable_of(row)


def _with_environment() -> Select[Any]:
    both = variables.outerjoin(environments, environments.c.id == variables.c.environment_id)
    return select(variables, environments.c.name.label("environment")).select_from(both)


def _environment_of(row: Row[Any]) -> Environment:
    return Environment(**row._mapping)


def _variable_of(row: Row[Any]) -> Variable:
    return Variable(**row._mapping)


def _variable_values(variable: Variable) -> dict[str, Any]:
    values = asdict(variable)
    del values["environment"]
    return values

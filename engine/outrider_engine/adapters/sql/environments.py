"""Environments and variables in the database."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, func, insert, select, update

from outrider_engine.domain.environments import Environment, Variable
from outrider_engine.ports.environment_repository import VariableQuery
from outrider_engine.ports.listing import DefinitionQuery

from .listing import listed
from .schema import PLACED, checks, environments, variables, where
from .session import Session


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
        return self._one(environments.c.organization_id == organization_id, environments.c.id == id)

    def find(self, organization_id: str, name_or_id: str) -> Environment | None:
        """Return the environment of an id or name."""
        mine = environments.c.organization_id == organization_id
        return self._one(mine, environments.c.id == name_or_id) or self._one(mine, environments.c.name == name_or_id)

    def of_ids(self, ids: Collection[str]) -> Sequence[Environment]:
        """Return the environments of ids, of whichever organizations."""
        if not ids:
            return []
        return [
            _environment_of(row) for row in self._session.all(select(environments).where(environments.c.id.in_(ids)))
        ]

    def names(self, organization_id: str) -> Sequence[str]:
        """Return the names of all environments, in their order."""
        mine = select(environments.c.name).where(environments.c.organization_id == organization_id)
        return [row.name for row in self._session.all(mine.order_by(environments.c.name))]

    def list(self, organization_id: str, query: DefinitionQuery) -> tuple[Sequence[Environment], int]:
        """Return one page of environments, and how many there are on all pages."""
        mine = select(environments).where(environments.c.organization_id == organization_id)
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

    def _one(self, *conditions: ColumnElement[bool]) -> Environment | None:
        row = self._session.first(select(environments).where(*conditions))
        return None if row is None else _environment_of(row)


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
        return self._one(variables.c.organization_id == organization_id, variables.c.id == id)

    def find(self, organization_id: str, environment_id: str | None, name: str) -> Variable | None:
        """Return the variable of a name, of one environment or (``None``) of the organization."""
        place = (
            variables.c.environment_id.is_(None)
            if environment_id is None
            else variables.c.environment_id == environment_id
        )
        return self._one(variables.c.organization_id == organization_id, variables.c.name == name, place)

    def count(self, organization_id: str) -> int:
        """Return how many variables there are."""
        row = self._session.first(select(func.count()).where(variables.c.organization_id == organization_id))
        return row[0] if row is not None else 0

    def list(self, organization_id: str, query: VariableQuery) -> tuple[Sequence[Variable], int]:
        """Return one page of variables, and how many there are on all pages."""
        mine = _with_environment().where(variables.c.organization_id == organization_id)
        if query.environment_id is not None:
            mine = mine.where(variables.c.environment_id == query.environment_id)
        rows, total = self._session.page(listed(mine, variables, query), query.page, query.per_page)
        return [_variable_of(row) for row in rows], total

    def named(
        self, organization_ids: Collection[str], names: Collection[str], environment_ids: Collection[str] = ()
    ) -> Sequence[Variable]:
        """Return variables of organizations by name: those of all environments, and those of the given ones."""
        if not names:
            return []
        wanted = _with_environment().where(
            variables.c.organization_id.in_(organization_ids),
            variables.c.name.in_(names),
            variables.c.environment_id.is_(None) | variables.c.environment_id.in_(environment_ids),
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

    def _one(self, *conditions: ColumnElement[bool]) -> Variable | None:
        row = self._session.first(_with_environment().where(*conditions))
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

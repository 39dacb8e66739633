"""Login states in the database."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, delete, insert, or_, select

from outrider_engine.domain.login_states import StatePlace, StoredLoginState
from outrider_engine.ports.login_state_repository import LoginStateQuery

from .listing import listed
from .narrowing import in_project
from .schema import environments, login_states, projects
from .session import Session


class SqlLoginStates:
    """Implements ``LoginStateRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def named(self, places: Collection[StatePlace], names: Collection[str]) -> Sequence[StoredLoginState]:
        """Return those of some places and names that have not expired."""
        if not places or not names:
            return []
        wanted = select(login_states).where(
            or_(*map(_in, places)),
            login_states.c.name.in_(names),
            login_states.c.expires_at > self._session.now,
        )
        return [_state_of(row) for row in self._session.all(wanted)]

    def get(self, organization_id: str, id: str, *, lock: bool = False) -> StoredLoginState | None:
        """Return one, expired or not; with ``lock``, nobody else changes it before this transaction ends."""
        wanted = self._mine(organization_id).where(login_states.c.id == id)
        row = self._session.first(self._session.locked(wanted) if lock else wanted)
        return None if row is None else _state_of(row)

    def list(self, organization_id: str, query: LoginStateQuery) -> tuple[Sequence[StoredLoginState], int]:
        """Return one page of those that have not expired, and how many there are on all pages."""
        mine = self._mine(organization_id, query.project_id).where(login_states.c.expires_at > self._session.now)
        rows, total = self._session.page(listed(mine, login_states, query), query.page, query.per_page)
        return [_state_of(row) for row in rows], total

    def delete(self, organization_id: str, id: str) -> bool:
        """Delete one; ``False`` when there was none."""
        it = (login_states.c.organization_id == organization_id, login_states.c.id == id)
        return self._session.changes(delete(login_states).where(*it)) == 1

    def put(self, state: StoredLoginState) -> bool:
        """Store one in place of what had its name; ``False`` when its project or environment is gone."""
        place = state.place
        self._session.serialize([f"login state {place.project_id} {place.environment_id} {state.name}"])
        if not self._is_there(place):
            return False
        self._session.run(delete(login_states).where(_in(place), login_states.c.name == state.name))
        self._session.run(insert(login_states).values(**_values(state)))
        return True

    def _mine(self, organization_id: str, project_id: str | None = None) -> Select[Any]:
        within = in_project(self._session, login_states.c.project_id, project_id)
        return select(login_states).where(login_states.c.organization_id == organization_id, *within)

    def _is_there(self, place: StatePlace) -> bool:
        """Whether project and environment exist; they can't be deleted before this transaction ends."""
        wanted = [(projects, place.project_id)]
        if place.environment_id is not None:
            wanted.append((environments, place.environment_id))
        looked_for = (
            select(table.c.id)
            .where(table.c.id == id, table.c.organization_id == place.organization_id)
            .with_for_update(read=True, key_share=True)
            for table, id in wanted
        )
        return all(self._session.first(query) is not None for query in looked_for)


def _in(place: StatePlace) -> ColumnElement[bool]:
    return and_(
        login_states.c.organization_id == place.organization_id,
        login_states.c.project_id == place.project_id,
        login_states.c.environment_id.is_not_distinct_from(place.environment_id),
    )


def _values(state: StoredLoginState) -> dict[str, Any]:
    return {
        "id": state.id,
        "organization_id": state.place.organization_id,
        "project_id": state.place.project_id,
        "environment_id": state.place.environment_id,
        "name": state.name,
        "sealed": state.sealed,
        "saved_at": state.saved_at,
        "expires_at": state.expires_at,
        "run_id": state.run_id,
    }


def _state_of(row: Row[Any]) -> StoredLoginState:
    values = row._asdict()
    place = StatePlace(**{name: values.pop(name) for name in ("organization_id", "project_id", "environment_id")})
    return StoredLoginState(place=place, **values)

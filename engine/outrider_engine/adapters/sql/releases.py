"""Releases in the database."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update

from outrider_engine.domain.releases import Release
from outrider_engine.ports.release_repository import ReleaseQuery

from .narrowing import in_project
from .schema import releases
from .session import Session


class SqlReleases:
    """Implements ``ReleaseRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, release: Release) -> None:
        """Store a new release."""
        self._session.run(insert(releases).values(**_values(release)))

    def get(self, organization_id: str, id: str) -> Release | None:
        """Return a release."""
        row = self._session.first(select(releases).where(*self._mine(organization_id, id)))
        return None if row is None else _release_of(row)

    def lock(self, organization_id: str, id: str) -> Release | None:
        """Return a release that nobody else changes before this transaction ends."""
        row = self._session.first(self._session.locked(select(releases).where(*self._mine(organization_id, id))))
        return None if row is None else _release_of(row)

    def replace(self, release: Release) -> bool:
        """Store a changed release; ``False`` when there was none."""
        mine = self._mine(release.organization_id, release.id)
        return self._session.changes(update(releases).where(*mine).values(**_values(release))) == 1

    def delete(self, organization_id: str, id: str) -> bool:
        """Delete a release; ``False`` when there was none."""
        return self._session.changes(delete(releases).where(*self._mine(organization_id, id))) == 1

    def list(self, organization_id: str, query: ReleaseQuery) -> Sequence[Release]:
        """Return some releases, newest first."""
        within = in_project(self._session, releases.c.project_id, query.project_id)
        wanted = select(releases).where(releases.c.organization_id == organization_id, *within)
        if query.before is not None:
            wanted = wanted.where(releases.c.id < query.before)
        if query.environment is not None:
            wanted = wanted.where(releases.c.environment == query.environment)
        if query.since is not None:
            wanted = wanted.where(releases.c.started_at >= query.since)
        if query.until is not None:
            wanted = wanted.where(releases.c.started_at <= query.until)
        rows = self._session.all(wanted.order_by(releases.c.id.desc()).limit(query.limit))
        return [_release_of(row) for row in rows]

    def _mine(self, organization_id: str, id: str) -> tuple[ColumnElement[bool], ...]:
        within = in_project(self._session, releases.c.project_id)
        return (releases.c.organization_id == organization_id, releases.c.id == id, *within)


def _values(release: Release) -> dict[str, Any]:
    return {each.name: getattr(release, each.name) for each in fields(release)} | {"tags": list(release.tags)}


def _release_of(row: Row[Any]) -> Release:
    return Release(**{**row._asdict(), "tags": tuple(row.tags)})

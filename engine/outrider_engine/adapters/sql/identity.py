"""Organizations, API keys, locations and signs of life in the database."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, TextClause, bindparam, delete, func, or_, select, update

from outrider_engine.domain.identity import ApiKey, Organization, Role, exceeds
from outrider_engine.domain.projects import default_project
from outrider_engine.ports.identity_repository import Heartbeat

from .narrowing import in_project
from .projects import SqlProjects
from .schema import ACTIVE, NOT_REVOKED, api_keys, checks, heartbeats, locations, organizations, where
from .session import Session

KEY_COLUMNS = tuple(api_keys.c[each.name] for each in fields(ApiKey) if each.name in api_keys.c)
"""What makes up a key."""
_BY_DIGEST = select(*KEY_COLUMNS).where(api_keys.c.digest == bindparam("digest"))
"""Sent with every request, so made once."""


class SqlOrganizations:
    """Implements ``OrganizationRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, organization: Organization) -> bool:
        """Store a new organization with its default project; ``False`` when another one has its slug."""
        values = _organization_values(organization) | {"id": organization.id, "created_at": organization.created_at}
        new = self._session.insert(organizations).values(**values).on_conflict_do_nothing()
        if not self._session.inserts(new):
            return False
        SqlProjects(self._session).add(default_project(organization))
        return True

    def replace(self, organization: Organization) -> bool:
        """Store a changed organization; ``False`` when another one has its slug."""
        if organization.slug is not None:
            self._session.serialize([f"slug {organization.slug}"])
            taken = (organizations.c.slug == organization.slug, organizations.c.id != organization.id)
            if self._session.first(select(organizations.c.id).where(*taken)) is not None:
                return False
        mine = organizations.c.id == organization.id
        self._session.run(update(organizations).where(mine).values(**_organization_values(organization)))
        return True

    def get(self, id: str, *, lock: bool = False) -> Organization | None:
        """Return an organization; with ``lock``, nobody else changes it before this transaction ends."""
        wanted = select(organizations).where(organizations.c.id == id)
        row = self._session.first(self._session.locked(wanted) if lock else wanted)
        return None if row is None else organization_of(row)

    def list(self) -> Sequence[Organization]:
        """Return all organizations, oldest first."""
        return [organization_of(row) for row in self._session.all(select(organizations).order_by(organizations.c.id))]

    def ids_after(self, id: str | None, limit: int) -> Sequence[str]:
        """Return the ids of the next organizations after one, or of the first ones, oldest first."""
        wanted = select(organizations.c.id).where(organizations.c.id > (id or ""))
        return [row.id for row in self._session.all(wanted.order_by(organizations.c.id).limit(limit))]

    def count(self) -> int:
        """Return how many there are."""
        row = self._session.first(select(func.count().label("all")).select_from(organizations))
        return row.all if row else 0


class SqlApiKeys:
    """Implements ``ApiKeyRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, key: ApiKey, digest: str) -> bool:
        """Store a new key; ``False`` when a key in force has that name, or any key that text."""
        values = {
            "id": key.id,
            "organization_id": key.organization_id,
            "name": key.name,
            "digest": digest,
            "prefix": key.prefix,
            "role": key.role.value,
            "scopes": None if key.scopes is None else list(key.scopes),
            "created_at": key.created_at,
            "expires_at": key.expires_at,
            "last_used_at": key.last_used_at,
            "revoked_at": key.revoked_at,
            "monthly_limit": key.monthly_limit,
            "user_id": key.user_id,
            "project_id": key.project_id,
        }
        return self._session.inserts(self._session.insert(api_keys).values(**values).on_conflict_do_nothing())

    def by_digest(self, digest: str) -> ApiKey | None:
        """Return the key whose text has that digest, revoked and expired ones too."""
        row = self._session.run(_BY_DIGEST, {"digest": digest}).first()
        if row is None:
            earlier = (api_keys.c.previous_digest == digest, api_keys.c.previous_until > self._session.now)
            row = self._session.first(select(api_keys).where(*earlier))
        return None if row is None else key_of(row)

    def get(self, organization_id: str, id: str) -> ApiKey | None:
        """Return a key that is not revoked."""
        wanted = select(api_keys).where(api_keys.c.id == id, *self._valid(organization_id))
        row = self._session.first(self._session.locked(wanted))
        return None if row is None else key_of(row)

    def rotate(self, key: ApiKey, digest: str, previous_until: datetime | None) -> None:
        """Give a key another text (and the prefix of ``key``); the old one counts until ``previous_until``."""
        values = {
            "digest": digest,
            "prefix": key.prefix,
            "previous_digest": None if previous_until is None else api_keys.c.digest,
            "previous_until": previous_until,
        }
        mine = (api_keys.c.organization_id == key.organization_id, api_keys.c.id == key.id)
        self._session.run(update(api_keys).where(*mine).values(**values))

    def list(self, organization_id: str, page: int, per_page: int) -> tuple[Sequence[ApiKey], int]:
        """Return one page of the keys that are not revoked, oldest first, and how many there are."""
        wanted = select(api_keys).where(*self._valid(organization_id))
        rows, total = self._session.page(wanted.order_by(api_keys.c.id), page, per_page)
        return [key_of(row) for row in rows], total

    def revoke(self, organization_id: str, id: str, now: datetime) -> bool:
        """Revoke a key; ``False`` when there is none that is not revoked yet."""
        it = (api_keys.c.id == id, *self._valid(organization_id))
        return self._session.changes(update(api_keys).where(*it).values(revoked_at=now)) == 1

    def revoke_of_user(self, organization_id: str, user_id: str, now: datetime) -> int:
        """Revoke all keys that act for a user in an organization, and return how many."""
        his = (api_keys.c.organization_id == organization_id, api_keys.c.user_id == user_id, where(NOT_REVOKED))
        return self._session.changes(update(api_keys).where(*his).values(revoked_at=now))

    def limit_of_user(self, organization_id: str, user_id: str, role: Role) -> int:
        """Take from the keys of a user what they may do beyond a role, and return how many these were."""
        above = [each.value for each in Role if exceeds(each, role)]
        his = (api_keys.c.organization_id == organization_id, api_keys.c.user_id == user_id)
        changed = update(api_keys).where(*his, api_keys.c.role.in_(above)).values(role=role.value)
        return self._session.changes(changed)

    def used(self, id: str, now: datetime) -> None:
        """Note that a key was used."""
        earlier = or_(api_keys.c.last_used_at.is_(None), api_keys.c.last_used_at < now)
        self._session.run(update(api_keys).where(api_keys.c.id == id, earlier).values(last_used_at=now))

    def _valid(self, organization_id: str) -> tuple[ColumnElement[bool] | TextClause, ...]:
        within = in_project(self._session, api_keys.c.project_id)
        return (api_keys.c.organization_id == organization_id, where(NOT_REVOKED), *within)


class SqlLocations:
    """Implements ``LocationRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def names(self) -> Sequence[str]:
        """Return all names, sorted."""
        return [row.name for row in self._session.all(select(locations).order_by(locations.c.name))]

    def in_use(self) -> set[str]:
        """Return the names at which active checks run."""
        rows = self._session.all(select(checks.c.locations).where(where(ACTIVE)).distinct())
        return {name for row in rows for name in row.locations}

    def add(self, names: Collection[str]) -> None:
        """Add names; known ones are left alone."""
        if names:
            rows = [{"name": name} for name in sorted(names)]
            self._session.run(self._session.insert(locations).on_conflict_do_nothing(), rows)


class SqlHeartbeats:
    """Implements ``HeartbeatRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def beat(self, heartbeat: Heartbeat) -> None:
        """Record a sign of life."""
        statement = self._session.insert(heartbeats).values(
            component=heartbeat.component,
            instance=heartbeat.instance,
            seen_at=heartbeat.seen_at,
            location=heartbeat.location,
            queues=list(heartbeat.queues),
        )
        newer = {name: statement.excluded[name] for name in ("seen_at", "location", "queues")}
        self._session.run(statement.on_conflict_do_update(index_elements=["component", "instance"], set_=newer))

    def gone(self, component: str, instance: str) -> None:
        """Forget a part that stopped in order."""
        self._session.run(
            delete(heartbeats).where(heartbeats.c.component == component, heartbeats.c.instance == instance)
        )

    def list(self, *, seen_after: datetime | None = None) -> Sequence[Heartbeat]:
        """Return the signs of life, newest first."""
        wanted = select(heartbeats).order_by(heartbeats.c.seen_at.desc(), heartbeats.c.instance)
        if seen_after is not None:
            wanted = wanted.where(heartbeats.c.seen_at > seen_after)
        return [_heartbeat_of(row) for row in self._session.all(wanted)]


def organization_of(row: Row[Any]) -> Organization:
    """Return the organization of a row."""
    return Organization(id=row.id, name=row.name, slug=row.slug, industry=row.industry, created_at=row.created_at)


def _organization_values(organization: Organization) -> dict[str, Any]:
    return {"name": organization.name, "slug": organization.slug, "industry": organization.industry}


def key_of(row: Row[Any]) -> ApiKey:
    """Return the key of a row."""
    return ApiKey(
        id=row.id,
        organization_id=row.organization_id,
        name=row.name,
        prefix=row.prefix,
        role=Role(row.role),
        scopes=None if row.scopes is None else tuple(row.scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
        monthly_limit=row.monthly_limit,
        user_id=row.user_id,
        project_id=row.project_id,
    )


def _heartbeat_of(row: Row[Any]) -> Heartbeat:
    return Heartbeat(
        component=row.component,
        instance=row.instance,
        seen_at=row.seen_at,
        location=row.location,
        queues=tuple(row.queues),
    )

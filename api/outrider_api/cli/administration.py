"""The database, organizations and keys, by an operator who holds the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import typer

from outrider_engine.bootstrap.databases import upgrade_database
from outrider_engine.bootstrap.engine import quotas_of
from outrider_engine.bootstrap.tools import open_storage
from outrider_engine.domain.identity import ApiKey, Role
from outrider_engine.errors import InvalidInput, NotFound
from outrider_engine.services.identity import IdentityService, KeyMade
from outrider_engine.settings import Settings

from .tables import day_and_time, show_table

_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyWish:
    """The key that is to be made."""

    name: str
    role: str
    scopes: tuple[str, ...] | None
    expires_in_days: int | None
    project_id: str | None = None


def upgrade_schema(settings: Settings) -> None:
    """Upgrade the database and say so."""
    upgrade_database(settings)
    typer.echo("The database is at the newest revision.")


def add_organization(settings: Settings, name: str) -> None:
    """Make an organization and its owner's key."""
    with _identity(settings) as identity:
        organization = identity.create_organization(name)
        made = identity.create_key(organization.id, name="owner", role=Role.OWNER)
    typer.echo(f"Organization {organization.name}: {organization.id}")
    _show_once(made)


def show_organizations(settings: Settings) -> None:
    """List all organizations."""
    with _identity(settings) as identity:
        found = identity.organizations()
    show_table(("id", "name", "created"), [(each.id, each.name, day_and_time(each.created_at)) for each in found])


def assign_plan(settings: Settings, organization: str, plan: str) -> None:
    """Give an organization a plan."""
    quotas = quotas_of(settings)
    with open_storage(settings) as storage:
        assigned = quotas.assign(storage, organization, plan)
    typer.echo(f"Organization {organization} has the plan {assigned.name} ({assigned.id}).")


def add_key(settings: Settings, organization: str | None, wish: KeyWish) -> None:
    """Make a key."""
    expires = datetime.now(UTC) + timedelta(days=wish.expires_in_days) if wish.expires_in_days else None
    with _identity(settings) as identity:
        made = identity.create_key(
            _chosen(identity, organization),
            name=wish.name,
            role=wish.role,
            scopes=wish.scopes,
            expires_at=expires,
            project_id=wish.project_id,
        )
    _show_once(made)


def show_keys(settings: Settings, organization: str | None) -> None:
    """List the keys of an organization."""
    with _identity(settings) as identity:
        chosen = _chosen(identity, organization)
        found: list[ApiKey] = []
        page, total = 1, 1
        while len(found) < total:
            keys, total = identity.keys(chosen, page, _PAGE)
            found.extend(keys)
            page += 1
    show_table(
        ("id", "name", "begins with", "role", "scopes", "project", "created", "expires", "last used"),
        [
            (
                *(
                    key.id,
                    key.name,
                    f"{key.prefix}…",
                    key.role.value,
                    ", ".join(key.scopes or ("all",)),
                    key.project_id or "all",
                ),
                *(day_and_time(key.created_at), day_and_time(key.expires_at), day_and_time(key.last_used_at)),
            )
            for key in found
        ],
    )


def drop_key(settings: Settings, organization: str | None, id: str) -> None:
    """Revoke a key."""
    with _identity(settings) as identity:
        identity.revoke_key(_chosen(identity, organization), id)
    typer.echo(f"Revoked {id}.")


@contextmanager
def _identity(settings: Settings) -> Iterator[IdentityService]:
    with open_storage(settings) as storage:
        yield IdentityService(storage=storage)


def _chosen(identity: IdentityService, wanted: str | None) -> str:
    ids = [organization.id for organization in identity.organizations()]
    if wanted is not None:
        if wanted not in ids:
            raise NotFound("organization", wanted)
        return wanted
    if not ids:
        raise InvalidInput("there is none; make one with `outrider organizations create NAME`", field="--organization")
    if len(ids) > 1:
        raise InvalidInput("there are several; say which", field="--organization", allowed=ids)
    return ids[0]


def _show_once(made: KeyMade) -> None:
    typer.echo(f"Key {made.key.name} ({made.key.role}): {made.key.id}")
    typer.echo("Its text, shown this once:\n", err=True)
    typer.echo(made.text)

"""Organizations: made and changed by their people, and what a key may do in those of its user."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

from outrider_engine.domain.audit import Action
from outrider_engine.domain.identity import LONGEST_SLUG, ApiKey, Organization, Role, is_slug, lesser, slug_of
from outrider_engine.domain.ids import new_id
from outrider_engine.domain.members import Member, User
from outrider_engine.errors import Conflict, InvalidInput, NotFound
from outrider_engine.ports.storage import Storage, Transaction

from .auditing import record
from .expecting import Expecting, anything
from .validation import refuse_unstorable

LONGEST_NAME = 200
NAMELESS = "Owner"
"""What a user is called who was made for an organization of the operator's."""


class OrganizationFields(TypedDict, total=False):
    """What is set or changed of an organization; what is absent keeps its value."""

    name: str
    slug: str
    industry: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An organization, and what somebody is in it."""

    organization: Organization
    role: Role


class OrganizationService:
    """What people do with their organizations."""

    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    def create(self, fields: OrganizationFields, by: ApiKey) -> Standing:
        """Store a new organization, whose owner is the user of ``by``.

        Raises:
            InvalidInput: a field is wrong.
            Conflict: the slug is taken.
        """
        with self._storage.begin() as tx:
            organization = new_organization(tx, fields, owner_id=by.user_id)
        return Standing(organization=organization, role=Role.OWNER)

    def of_key(self, key: ApiKey) -> Sequence[Standing]:
        """Return the organizations of a key's user, oldest first; always the key's own one among them.

        A key that is bound to a project leads nowhere else.
        """
        with self._storage.read() as tx:
            found = {
                organization.id: Standing(organization=organization, role=lesser(role, key.role))
                for organization, role in (
                    tx.members.organizations_of(key.user_id) if key.user_id and key.project_id is None else ()
                )
            }
            own = tx.organizations.get(key.organization_id)
        if own is not None:
            found[own.id] = Standing(organization=own, role=key.role)
        return [found[id] for id in sorted(found)]

    def standing(self, key: ApiKey, organization_id: str) -> ApiKey:
        """Return a key as it counts in an organization: itself at home, else limited to what its user is there.

        Raises:
            NotFound: neither the key nor its user belongs to that organization, or the key is bound to a project.
        """
        if organization_id == key.organization_id:
            return key
        with self._storage.read() as tx:
            leads_there = key.user_id is not None and key.project_id is None
            member = tx.members.of_user(organization_id, key.user_id or "") if leads_there else None
        if member is None:
            raise NotFound("organization", organization_id)
        return replace(key, organization_id=organization_id, role=lesser(member.role, key.role), guest=True)

    def get(self, key: ApiKey) -> Standing:
        """Return the organization in which a key stands."""
        with self._storage.read() as tx:
            return Standing(organization=_found(tx, key.organization_id), role=key.role)

    def update(self, key: ApiKey, fields: OrganizationFields, *, expecting: Expecting[Standing] = anything) -> Standing:
        """Change some fields of the organization in which a key stands.

        Raises:
            InvalidInput: a field is wrong; nothing is changed.
            Conflict: the slug is taken.
            PreconditionFailed: it is not what the caller expects.
        """
        with self._storage.begin() as tx:
            before = _found(tx, key.organization_id, lock=True)
            expecting(Standing(organization=before, role=key.role))
            after = replace(
                before,
                name=fields.get("name", before.name),
                slug=fields.get("slug", before.slug),
                industry=fields.get("industry", before.industry),
            )
            _validate(after)
            if not tx.organizations.replace(after):
                raise _slug_taken()
            record(tx, after.id, Action.UPDATED, "organization", after.id, before=before, after=after)
        return Standing(organization=after, role=key.role)


def new_organization(tx: Transaction, fields: OrganizationFields, *, owner_id: str | None = None) -> Organization:
    """Store a new organization with its owner: a user that there is, else a new one without a name or address.

    Raises:
        InvalidInput: a field is wrong.
        Conflict: the slug is taken.
    """
    id, name, slug = new_id("organization", tx.now), fields.get("name", ""), fields.get("slug")
    organization = Organization(id=id, name=name, slug=slug, industry=fields.get("industry"), created_at=tx.now)
    _validate(organization)
    suggested = slug is None
    if suggested:
        organization = replace(organization, slug=slug_of(name))
    if not tx.organizations.add(organization):
        if not suggested:
            raise _slug_taken()
        organization = replace(organization, slug=f"{organization.slug}-{id[-10:]}")
        if not tx.organizations.add(organization):
            raise _slug_taken()
    member = Member(
        id=new_id("member", tx.now),
        organization_id=id,
        user_id=owner_id or new_user(tx, NAMELESS).id,
        role=Role.OWNER,
        created_at=tx.now,
    )
    tx.members.add(member)
    record(tx, id, Action.CREATED, "organization", id, after=organization)
    return organization


def new_user(tx: Transaction, name: str) -> User:
    """Store a new user without an address or password: somebody for whom keys can act."""
    user = User(id=new_id("user", tx.now), name=name, created_at=tx.now)
    tx.users.add(user)
    return user


def _found(tx: Transaction, id: str, *, lock: bool = False) -> Organization:
    organization = tx.organizations.get(id, lock=lock)
    if organization is None:
        raise NotFound("organization", id)
    return organization


def _validate(organization: Organization) -> None:
    validate_name(organization.name)
    if organization.slug is not None and not is_slug(organization.slug):
        raise InvalidInput(
            f"must be 1 to {LONGEST_SLUG} lower-case letters, digits and hyphens, with no hyphen at an end",
            field="slug",
        )
    if organization.industry is not None:
        if len(organization.industry) > LONGEST_NAME:
            raise InvalidInput(f"must have at most {LONGEST_NAME} characters", field="industry")
        refuse_unstorable(organization.industry, "industry")


def validate_name(name: str, field: str = "name") -> None:
    """Refuse a name that is empty, too long or can't be stored.

    Raises:
        InvalidInput: says so.
    """
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        raise InvalidInput(f"must have 1 to {LONGEST_NAME} characters", field=field)
    refuse_unstorable(name, field)


def _slug_taken() -> Conflict:
    return Conflict("there is an organization of that slug already", field="slug")

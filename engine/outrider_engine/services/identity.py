"""Organizations and API keys: made, recognised, revoked."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from outrider_engine.domain.audit import Action
from outrider_engine.domain.identity import (
    EVERY_SCOPE,
    SCOPE_GROUPS,
    SCOPES,
    ApiKey,
    Organization,
    Role,
    exceeds,
    has_valid_form,
    key_digest,
    new_key_text,
    shown_prefix,
)
from outrider_engine.domain.ids import new_id
from outrider_engine.errors import ConfigurationError, Conflict, Forbidden, InvalidInput, NotFound, Unauthenticated
from outrider_engine.ports.storage import Storage, Transaction

from .auditing import record
from .expecting import Expecting, anything
from .organizations import new_organization, new_user, validate_name
from .projects import chosen_project

LONGEST_GRACE_S = 30 * 86_400
"""For how long the old text of a rotated key may go on working at most."""

NOTED_EVERY = timedelta(minutes=1)
"""How exactly a key's last use is known; not every request is a write."""

FIRST_ORGANIZATION = "Default"
FIRST_KEY = "bootstrap"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyMade:
    """A new key and its text, which is shown this once."""

    key: ApiKey
    text: str = field(repr=False)


class IdentityService:
    """Who asks, and what they may do."""

    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    def authenticate(self, text: str) -> ApiKey:
        """Return the key that has this text, and note that it was used.

        Raises:
            Unauthenticated: with the same words whether it was never issued, was revoked or has expired.
        """
        digest = digest_of(text)
        with self._storage.read() as tx:
            key, now = key_in_force(tx, digest), tx.now
        if _is_worth_noting(key, now):
            with self._storage.begin() as tx:
                tx.keys.used(key.id, now)
        return key

    def create_organization(self, name: str) -> Organization:
        """Store a new organization for the operator; its owner is a new user without an address.

        Raises:
            InvalidInput: the name is wrong.
        """
        with self._storage.begin() as tx:
            return new_organization(tx, {"name": name})

    def organizations(self) -> Sequence[Organization]:
        """Return all organizations, oldest first."""
        with self._storage.read() as tx:
            return tx.organizations.list()

    def create_key(
        self,
        organization_id: str,
        *,
        name: str,
        role: str = Role.MEMBER,
        scopes: Sequence[str] | None = None,
        expires_at: datetime | None = None,
        monthly_limit: int | None = None,
        project_id: str | None = None,
        by: ApiKey | None = None,
    ) -> KeyMade:
        """Make a key; ``by`` is the key of the one who asks (``None``: the operator), which it can't exceed.

        It acts for the same user as ``by``, for the first owner when the operator makes it. When ``by`` is a guest's,
        it acts for a new user of its own: whoever gets it must not reach what the guest has elsewhere. With
        ``project_id`` it sees that project only; a key that is bound to one makes keys that are bound to it.

        Raises:
            InvalidInput: a field is wrong.
            Forbidden: it could do more than ``by`` can.
            Conflict: the organization has a key of that name.
            NotFound: there is no such organization.
        """
        validate_name(name)
        _validate_grants(role, scopes)
        scopes = _without_groups(scopes)
        if by is not None:
            _refuse_more_than(by, Role(role), scopes)
        with self._storage.begin() as tx:
            if tx.organizations.get(organization_id) is None:
                raise NotFound("organization", organization_id)
            if expires_at is not None and expires_at <= tx.now:
                raise InvalidInput("must be in the future", field="expires_at")
            if project_id is not None or tx.project_id is not None:
                project_id = chosen_project(tx, organization_id, project_id)
            text = new_key_text()
            key = _new_key(
                tx,
                organization_id,
                text,
                name=name,
                role=Role(role),
                scopes=scopes,
                expires_at=expires_at,
                monthly_limit=monthly_limit,
                project_id=project_id,
                user_id=_user_of(tx, organization_id, name, by),
            )
        return KeyMade(key=key, text=text)

    def keys(self, organization_id: str, page: int = 1, per_page: int = 20) -> tuple[Sequence[ApiKey], int]:
        """Return one page of the keys that are not revoked, oldest first, and how many there are."""
        with self._storage.read() as tx:
            return tx.keys.list(organization_id, page, per_page)

    def key(self, organization_id: str, id: str) -> ApiKey:
        """Return a key.

        Raises:
            NotFound: there is none of that id that is not revoked.
        """
        with self._storage.read() as tx:
            return _found(tx, organization_id, id)

    def revoke_key(self, organization_id: str, id: str, *, expecting: Expecting[ApiKey] = anything) -> None:
        """Revoke a key; from now on it is as if it had never been issued.

        Raises:
            NotFound: there is none of that id that is not revoked yet.
            PreconditionFailed: it is not what the caller expects.
        """
        with self._storage.begin() as tx:
            key = _found(tx, organization_id, id)
            expecting(key)
            tx.keys.revoke(organization_id, id, tx.now)
            record(tx, organization_id, Action.REVOKED, "api_key", id, before=key)

    def rotate_key(
        self,
        organization_id: str,
        id: str,
        *,
        grace_s: int = 0,
        by: ApiKey,
        expecting: Expecting[ApiKey] = anything,
    ) -> KeyMade:
        """Give a key another text; the old one goes on working for ``grace_s`` seconds.

        Raises:
            NotFound: there is none of that id that is not revoked.
            InvalidInput: the grace period is too long.
            Forbidden: the key could do more than ``by`` can.
            PreconditionFailed: it is not what the caller expects.
        """
        if not 0 <= grace_s <= LONGEST_GRACE_S:
            raise InvalidInput(f"must be between 0 and {LONGEST_GRACE_S} seconds", field="grace_seconds")
        text = new_key_text()
        with self._storage.begin() as tx:
            key = _found(tx, organization_id, id)
            expecting(key)
            _refuse_more_than(by, key.role, key.scopes)
            rotated = replace(key, prefix=shown_prefix(text))
            tx.keys.rotate(rotated, key_digest(text), tx.now + timedelta(seconds=grace_s) if grace_s else None)
            record(tx, organization_id, Action.ROTATED, "api_key", id, before=key, after=rotated)
        return KeyMade(key=rotated, text=text)

    def ensure_first_organization(self, bootstrap_key: str | None = None) -> str | None:
        """Make the first organization and its owner's key, unless there is one already.

        Returns:
            The text of a key that was made up, to be shown once; ``None`` when ``bootstrap_key`` gave it, or when
            there was nothing to do.

        Raises:
            ConfigurationError: ``bootstrap_key`` has the form of our own keys, but a wrong checksum.
        """
        if bootstrap_key is not None and not has_valid_form(bootstrap_key):
            raise ConfigurationError(
                "OUTRIDER_BOOTSTRAP_API_KEY: it begins like a key of Outrider's own, but its checksum is wrong; "
                "copy all of it, or choose a text without that beginning"
            )
        with self._storage.begin() as tx:
            if tx.organizations.count():
                return None
            text = bootstrap_key or new_key_text()
            organization = new_organization(tx, {"name": FIRST_ORGANIZATION})
            _new_key(
                tx, organization.id, text, name=FIRST_KEY, role=Role.OWNER, user_id=_first_owner(tx, organization.id)
            )
        return None if bootstrap_key else text


def _found(tx: Transaction, organization_id: str, id: str) -> ApiKey:
    key = tx.keys.get(organization_id, id)
    if key is None:
        raise NotFound("API key", id)
    return key


def digest_of(text: str) -> str:
    """Return what is stored of the text of a key.

    Raises:
        Unauthenticated: no key has such a text.
    """
    if not has_valid_form(text):
        raise Unauthenticated("API key missing or invalid")
    return key_digest(text)


def key_in_force(tx: Transaction, digest: str) -> ApiKey:
    """Return the key whose text has this digest.

    Raises:
        Unauthenticated: with the same words whether it was never issued, was revoked or has expired.
    """
    key = tx.keys.by_digest(digest)
    if key is None or key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= tx.now):
        raise Unauthenticated("API key missing or invalid")
    return key


def note_use(tx: Transaction, key: ApiKey) -> None:
    """Note that a key was used, unless that was noted a moment ago."""
    if _is_worth_noting(key, tx.now):
        tx.keys.used(key.id, tx.now)


def _is_worth_noting(key: ApiKey, now: datetime) -> bool:
    return key.last_used_at is None or now - key.last_used_at >= NOTED_EVERY


def _new_key(
    tx: Transaction,
    organization_id: str,
    text: str,
    *,
    name: str,
    role: Role,
    scopes: Sequence[str] | None = None,
    expires_at: datetime | None = None,
    monthly_limit: int | None = None,
    project_id: str | None = None,
    user_id: str | None = None,
) -> ApiKey:
    key = ApiKey(
        id=new_id("api_key", tx.now),
        organization_id=organization_id,
        name=name,
        prefix=shown_prefix(text),
        role=role,
        scopes=tuple(scopes) if scopes is not None else None,
        created_at=tx.now,
        expires_at=expires_at,
        monthly_limit=monthly_limit,
        user_id=user_id,
        project_id=project_id,
    )
    if not tx.keys.add(key, key_digest(text)):
        raise Conflict("there is a key of that name already", field="name")
    record(tx, organization_id, Action.CREATED, "api_key", key.id, after=key)
    return key


def _user_of(tx: Transaction, organization_id: str, name: str, by: ApiKey | None) -> str | None:
    if by is None:
        return _first_owner(tx, organization_id)
    return new_user(tx, name).id if by.guest else by.user_id


def _first_owner(tx: Transaction, organization_id: str) -> str | None:
    owners = tx.members.owners(organization_id)
    return owners[0].user_id if owners else None


def _validate_grants(role: str, scopes: Sequence[str] | None) -> None:
    if role not in list(Role):
        raise InvalidInput("is not a role", field="role", allowed=list(Role), given=role)
    known = [EVERY_SCOPE, *SCOPE_GROUPS, *SCOPES]
    for index, scope in enumerate(scopes or ()):
        if scope not in known:
            raise InvalidInput("is not a scope", field=f"scopes[{index}]", allowed=known, given=scope)


def _without_groups(scopes: Sequence[str] | None) -> Sequence[str] | None:
    """Return scopes with each word for several replaced by these; ``None`` for all."""
    if scopes is None or EVERY_SCOPE in scopes:
        return None
    return list(dict.fromkeys(each for scope in scopes for each in SCOPE_GROUPS.get(scope, (scope,))))


def _refuse_more_than(by: ApiKey, role: Role, scopes: Sequence[str] | None) -> None:
    if exceeds(role, by.role):
        raise Forbidden(f"a key of the role {by.role} can't make one of the role {role}")
    if by.scopes is not None and (scopes is None or not set(scopes) <= set(by.scopes)):
        raise Forbidden("a key with scopes can only make keys with some of these scopes")

"""The people of an organization, those who are invited, its projects and API keys."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from outrider_engine.errors import InvalidInput

from .errors import NoSuchName
from .objects import ApiKey, Member, Project
from .resources import PAGE, ChangedSort, Findable, Named, Order, Writable, etag_of, id_of
from .transport import Json, Transport

_V1 = "/api/v1"


class Projects(Named[Project]):
    """The parts of an organization."""

    def list(
        self,
        *,
        page_size: int = PAGE,
        q: str | None = None,
        sort: ChangedSort | None = None,
        order: Order | None = None,
    ) -> Iterator[Project]:
        """Walk through the projects that the key sees: those with ``q`` in their name."""
        return self._pages(page_size, {"q": q, "sort": sort, "order": order})


class ApiKeys(Findable[ApiKey]):
    """Who may do what in the organization of the client's own key."""

    _is_searchable = False

    def list(self, *, page_size: int = PAGE) -> Iterator[ApiKey]:
        """Walk through the keys that are not revoked, oldest first."""
        return self._pages(page_size, {})

    def create(self, **fields: Any) -> ApiKey:
        """Make a key; its text is in this answer only."""
        return self._one("POST", self._path, fields, repeatable=True)

    def rotate(self, which: ApiKey | str, /, *, grace_seconds: int = 0) -> ApiKey:
        """Give a key another text, which is in this answer only; the old one goes on for ``grace_seconds``.

        Raises:
            ChangedMeanwhile: it is not what was read any more.
        """
        path = self.path_of(id_of(which), "rotate")
        return self._one("POST", path, {"grace_seconds": grace_seconds}, repeatable=True, if_match=etag_of(which))

    def revoke(self, which: ApiKey | str, /) -> Json:
        """Revoke a key; it stops working at once.

        Raises:
            ChangedMeanwhile: it is not what was read any more.
        """
        path = self.path_of(id_of(which))
        done: Json = self._transport.exchange("DELETE", path, if_match=etag_of(which))[0]["data"]
        return done


class Members:
    """The people of one organization: by its id, or of the only one that the key knows."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, organization: str | None = None, *, page_size: int = PAGE) -> Iterator[Member]:
        """Walk through members and those who are invited, oldest first."""
        return self._of(organization).pages(page_size)

    def get(self, id: str, organization: str | None = None) -> Member:
        """Return a member or somebody invited."""
        return self._of(organization).get(id)

    def find(self, email_or_id: str, organization: str | None = None) -> Member:
        """Return the member, or whoever is invited, of an e-mail address or an id.

        Raises:
            NoSuchName: there is nobody of that address.
        """
        there = self._of(organization)
        if "@" not in email_or_id:
            return there.get(email_or_id)
        for each in there.pages(PAGE):
            if each.email == email_or_id.strip().lower():
                return each
        raise NoSuchName("member", email_or_id)

    def invite(self, email: str, role: str = "member", organization: str | None = None) -> Member:
        """Invite somebody, by mail where the server sends any; else hand over what ``page_path`` leads to."""
        return self._of(organization).invite(email, role)

    def resend(self, id: str, organization: str | None = None) -> Member:
        """Give an invitation a new token, another seven days and a new mail."""
        return self._of(organization).resend(id)

    def update(self, which: Member | str, role: str, organization: str | None = None) -> Member:
        """Give a member or somebody invited another role.

        Raises:
            ChangedMeanwhile: they are not what was read any more.
        """
        return self._of(organization).update(which, role=role)

    def remove(self, which: Member | str, organization: str | None = None) -> Json:
        """Remove a member, whose keys there stop working, or an invitation.

        Raises:
            ChangedMeanwhile: they are not what was read any more.
        """
        return self._of(organization).delete(which)

    def _of(self, organization: str | None) -> "_MembersThere":
        if organization is None:
            answer = self._transport.send("GET", f"{_V1}/user/organizations", query={"per_page": PAGE})
            ids = [each["id"] for each in answer["data"]]
            if len(ids) != 1:
                raise InvalidInput("there are several; say which", field="organization", allowed=ids)
            organization = ids[0]
        return _MembersThere(self._transport, f"{_V1}/organizations/{quote(organization, safe='')}")


class _MembersThere(Writable[Member]):
    """The members of one organization; ``place`` is where the organization is."""

    def __init__(self, transport: Transport, place: str) -> None:
        super().__init__(transport, f"{place}/members", Member, "member")
        self._invitations = f"{place}/invitations"

    def pages(self, page_size: int) -> Iterator[Member]:
        """Walk through them."""
        return self._pages(page_size, {})

    def invite(self, email: str, role: str) -> Member:
        """Invite somebody."""
        return self._one("POST", self._invitations, {"email": email, "role": role}, repeatable=True)

    def resend(self, id: str) -> Member:
        """Send an invitation again."""
        return self._one("POST", f"{self._invitations}/{quote(id, safe='')}/resend")

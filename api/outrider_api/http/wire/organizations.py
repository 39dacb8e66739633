"""Organizations, members and invitations as clients write and read them."""

from enum import StrEnum
from typing import Annotated, cast

from pydantic import BaseModel, ConfigDict, Field

from outrider_api.http.etags import OBSERVED
from outrider_engine.domain.identity import Role
from outrider_engine.domain.members import Member, MemberStatus
from outrider_engine.domain.notifications import DeliveryState
from outrider_engine.services.invitation_mails import page_of
from outrider_engine.services.members import Invited, Joined
from outrider_engine.services.organizations import OrganizationFields, Standing

from .bodies import Text
from .moments import Moment


class OrganizationBody(BaseModel):
    """An organization to be made."""

    model_config = ConfigDict(extra="forbid")

    name: Text = Field(min_length=1, max_length=200, description="What people call it.")
    slug: Text = Field(
        default="", description="Stands for it in addresses, unique on this server; made from the name when left out."
    )
    industry: Text | None = Field(default=None, max_length=200)

    def fields(self) -> OrganizationFields:
        """Return what was set."""
        return cast("OrganizationFields", self.model_dump(exclude_unset=True))


class OrganizationChanges(OrganizationBody):
    """What may be changed of an organization; absent fields keep their value."""

    name: Text = Field(default="", min_length=1, max_length=200, description="What people call it.")


class OrganizationOut(BaseModel):
    """An organization, and what the caller is in it."""

    id: str
    name: str
    slug: str | None
    industry: str | None
    role: Role = Field(description="What the caller's key may do here at most.")
    created_at: Moment

    @classmethod
    def of(cls, standing: Standing) -> "OrganizationOut":
        """Show an organization."""
        organization = standing.organization
        return cls(
            id=organization.id,
            name=organization.name,
            slug=organization.slug,
            industry=organization.industry,
            role=standing.role,
            created_at=organization.created_at,
        )


class RoleBody(BaseModel):
    """Another role for a member."""

    model_config = ConfigDict(extra="forbid")

    role: Text = Field(description="`owner`, `admin`, `member` or `viewer`.")


class InvitationBody(BaseModel):
    """Who is invited, and as what."""

    model_config = ConfigDict(extra="forbid")

    email: Text = Field(max_length=300)
    role: Text = Field(default=Role.MEMBER.value, description="`owner`, `admin`, `member` or `viewer`.")


class AcceptanceBody(BaseModel):
    """How somebody invited comes in."""

    model_config = ConfigDict(extra="forbid")

    password: Text = Field(
        max_length=1000,
        description="Of a new user, at least ten characters; or that of the user who has the address already.",
    )
    name: Text | None = Field(default=None, max_length=200, description="Of a new user; else taken from the address.")


class MailStatus(StrEnum):
    """How the mail with an invitation fares."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    NOT_CONFIGURED = "not_configured"


_MAIL_STATUS = {DeliveryState.SENT: MailStatus.SENT, DeliveryState.DEAD: MailStatus.FAILED}


class MemberOut(BaseModel):
    """A member, or somebody invited."""

    id: str
    user_id: str | None
    name: str | None
    email: str | None = Field(description="`null` for owners whom the operator made.")
    role: Role
    status: MemberStatus
    created_at: Moment
    expires_at: Moment | None = Field(description="When an invitation ends.")
    email_status: Annotated[MailStatus | None, OBSERVED] = Field(
        description="Of an invitation: whether its mail is `queued` (also between tries), `sent`, or has `failed`; "
        "`not_configured` when the server sends none, so that the link has to be handed over."
    )
    email_error: Annotated[str | None, OBSERVED] = Field(description="Why no mail was sent (yet).")

    @classmethod
    def of(cls, member: Member) -> "MemberOut":
        """Show a member."""
        return cls(
            id=member.id,
            user_id=member.user_id,
            name=member.name,
            email=member.email,
            role=member.role,
            status=member.status,
            created_at=member.created_at,
            expires_at=member.expires_at,
            email_status=_mail_status(member),
            email_error=member.mail.last_error if member.mail else None,
        )


def _mail_status(member: Member) -> MailStatus | None:
    if member.status is not MemberStatus.INVITED:
        return None
    return _MAIL_STATUS.get(member.mail.state, MailStatus.QUEUED) if member.mail else MailStatus.NOT_CONFIGURED


class InvitationOut(MemberOut):
    """An invitation with its token, which is shown this once; unless it is mailed, hand it to whom you invite."""

    token: str
    accept_path: str = Field(description="Where programs accept it, on this server.")
    page_path: str = Field(description="Where people accept it in a browser, on this server.")

    @classmethod
    def made(cls, invited: Invited) -> "InvitationOut":
        """Show an invitation that was just made."""
        path = f"/api/v1/invitations/{invited.token}/accept"
        shown = MemberOut.of(invited.member).model_dump()
        if invited.not_mailed is not None:
            shown["email_error"] = f"{invited.not_mailed}; hand the link over"
        return cls(token=invited.token, accept_path=path, page_path=page_of(invited.token), **shown)


class JoinedOut(MemberOut):
    """A new member, and where."""

    organization_id: str
    organization_name: str

    @classmethod
    def joined(cls, joined: Joined) -> "JoinedOut":
        """Show who came in."""
        return cls(
            organization_id=joined.organization.id,
            organization_name=joined.organization.name,
            **MemberOut.of(joined.member).model_dump(),
        )

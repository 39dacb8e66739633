"""Sessions as browsers write and read them."""

from pydantic import BaseModel, ConfigDict, Field

from outrider_engine.domain.identity import Role
from outrider_engine.domain.sessions import UserSession, csrf_token_of
from outrider_engine.services.sessions import SignedIn

from .bodies import Text
from .moments import Moment


class SignInBody(BaseModel):
    """Who signs in."""

    model_config = ConfigDict(extra="forbid")

    email: Text = Field(max_length=300)
    password: Text = Field(max_length=1000)
    organization_id: Text | None = Field(default=None, description="Where to work; else the oldest organization.")


class SwitchBody(BaseModel):
    """Where to go on."""

    model_config = ConfigDict(extra="forbid")

    organization_id: Text = Field(description="Another organization of the user.")


class PasswordBody(BaseModel):
    """Another password for who is signed in."""

    model_config = ConfigDict(extra="forbid")

    current_password: Text = Field(max_length=1000)
    new_password: Text = Field(max_length=1000, description="At least ten characters.")


class SignedInUserOut(BaseModel):
    """The user who is signed in."""

    id: str
    name: str | None
    email: str | None


class SignedInOrganizationOut(BaseModel):
    """The organization in which they are at work."""

    id: str
    name: str
    slug: str | None


class SessionOut(BaseModel):
    """Who is signed in, and as what."""

    user: SignedInUserOut
    organization: SignedInOrganizationOut
    role: Role
    csrf_token: str = Field(description="To be sent as `X-CSRF-Token` with every request that changes something.")
    created_at: Moment
    expires_at: Moment = Field(description="When the session ends if it is not used again.")

    @classmethod
    def of(cls, signed_in: SignedIn, token: str) -> "SessionOut":
        """Show a session."""
        session, member, organization = signed_in.session, signed_in.member, signed_in.organization
        return cls(
            user=SignedInUserOut(id=session.user_id, name=member.name, email=member.email),
            organization=SignedInOrganizationOut(id=organization.id, name=organization.name, slug=organization.slug),
            role=member.role,
            csrf_token=csrf_token_of(token),
            created_at=session.created_at,
            expires_at=session.expires_at,
        )


class SessionOfUserOut(BaseModel):
    """One of the sessions of a user: where and when they signed in."""

    id: str
    current: bool = Field(description="Whether it is the one that asks.")
    organization_id: str = Field(description="Where they are at work in it.")
    address: str | None = Field(description="From which IP address they signed in.")
    user_agent: str | None = Field(description="What the browser said that it is.")
    created_at: Moment
    last_used_at: Moment = Field(description="To the minute.")
    expires_at: Moment = Field(description="When it ends if it is not used again.")

    @classmethod
    def of(cls, session: UserSession, *, own: UserSession) -> "SessionOfUserOut":
        """Show a session to who holds ``own``."""
        return cls(
            id=session.id,
            current=session.id == own.id,
            organization_id=session.organization_id,
            address=session.browser.address,
            user_agent=session.browser.user_agent,
            created_at=session.created_at,
            last_used_at=session.last_used_at,
            expires_at=session.expires_at,
        )


class EndedOut(BaseModel):
    """Sessions that are over."""

    ended_sessions: int = Field(description="How many sessions ended by this.")

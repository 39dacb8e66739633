"""API keys as clients write and read them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from outrider_api.http.etags import OBSERVED
from outrider_engine.domain.identity import ApiKey, Role
from outrider_engine.services.identity import LONGEST_GRACE_S, KeyMade

from .bodies import Count, Text
from .moments import Instant, Moment


class KeyBody(BaseModel):
    """A key to be made; it can do no more than the one that makes it."""

    model_config = ConfigDict(extra="forbid")

    name: Text = Field(min_length=1, max_length=200, description="Unique in the organization.")
    role: Text = Field(default=Role.MEMBER.value, description="`owner`, `admin`, `member` or `viewer`.")
    scopes: list[Text] | None = Field(
        default=None,
        description="`monitors:read`, `journeys:run`, …; `agent` is what CI needs, `all` (and none) what the role has.",
    )
    expires_at: Instant | None = Field(default=None, description="When it stops working; never when left out.")
    monthly_limit: Count | None = Field(
        default=None, ge=1, le=1_000_000_000, description="Calls in a calendar month (UTC); unlimited when left out."
    )
    project_id: Text | None = Field(
        default=None, description="The only project that it sees; the whole organization when left out."
    )


class RotationBody(BaseModel):
    """How a key gets another text."""

    model_config = ConfigDict(extra="forbid")

    grace_seconds: Count = Field(
        default=0, ge=0, le=LONGEST_GRACE_S, description="For how long the old text goes on working."
    )


class KeyOut(BaseModel):
    """A key, without its text."""

    id: str
    name: str
    prefix: str = Field(description="How its text begins.")
    role: Role
    scopes: list[str] | None
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Annotated[Moment | None, OBSERVED] = Field(description="To the minute.")
    monthly_limit: int | None = Field(description="Calls in a calendar month; `null` is unlimited.")
    project_id: str | None = Field(description="The only project that it sees; `null`: the whole organization.")

    @classmethod
    def of(cls, key: ApiKey) -> "KeyOut":
        """Show a key."""
        return cls(
            id=key.id,
            name=key.name,
            prefix=key.prefix,
            role=key.role,
            scopes=list(key.scopes) if key.scopes is not None else None,
            created_at=key.created_at,
            expires_at=key.expires_at,
            last_used_at=key.last_used_at,
            monthly_limit=key.monthly_limit,
            project_id=key.project_id,
        )


class KeyMadeOut(KeyOut):
    """A new key with its text, which is shown this once."""

    key: str

    @classmethod
    def made(cls, made: KeyMade) -> "KeyMadeOut":
        """Show a new key."""
        return cls(key=made.text, **KeyOut.of(made.key).model_dump())

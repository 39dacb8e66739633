"""People: users, as whom identity providers know them, their places in organizations, their sessions."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint, Table, UniqueConstraint

from outrider_engine.adapters.sql.column_types import CleanText, Id, StrictText, UtcDateTime

from .columns import UNSETTLED, metadata, of_organization, owner, partial, required

users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    required("name", StrictText),
    Column("email", StrictText, unique=True),
    Column("password_hash", Id),
    required("created_at", UtcDateTime),
)

external_identities = Table(
    "external_identities",
    metadata,
    required("issuer", StrictText),
    required("subject", StrictText),
    required("user_id", Id, index=True),
    required("created_at", UtcDateTime),
    PrimaryKeyConstraint("issuer", "subject"),
    ForeignKeyConstraint(["user_id"], ["users.id"]),
)

members = Table(
    "members",
    metadata,
    Column("id", Id, primary_key=True),
    owner(),
    Column("user_id", Id, index=True),
    Column("email", StrictText),  # of whoever is invited; who has come has the address of the user
    required("role", Id),
    Column("token_digest", Id, unique=True),
    Column("expires_at", UtcDateTime),
    required("created_at", UtcDateTime),
    of_organization(),
    ForeignKeyConstraint(["user_id"], ["users.id"]),
    UniqueConstraint("organization_id", "user_id"),
    UniqueConstraint("organization_id", "email"),
)

invitation_mails = Table(
    "invitation_mails",
    metadata,
    Column("member_id", Id, primary_key=True),
    owner(),
    Column("sealed_token", StrictText),
    required("state", Id),
    required("attempts", Integer),
    required("next_attempt_at", UtcDateTime),
    required("queued_at", UtcDateTime),
    Column("settled_at", UtcDateTime),
    Column("last_error", CleanText),
    Column("claim_token", Id),
    Column("lease_until", UtcDateTime),
    of_organization(),
    ForeignKeyConstraint(["member_id"], ["members.id"], ondelete="CASCADE"),
    partial("ix_invitation_mails_due", UNSETTLED, "next_attempt_at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Id, primary_key=True),
    owner(),
    required("user_id", Id),
    required("digest", Id, unique=True),
    required("created_at", UtcDateTime),
    required("last_used_at", UtcDateTime),
    required("expires_at", UtcDateTime, index=True),
    Column("address", Id),
    Column("user_agent", StrictText),
    of_organization(),
    ForeignKeyConstraint(["user_id"], ["users.id"]),
    Index(None, "user_id", "organization_id"),
)

"""Batches of runs that were asked for together."""

from sqlalchemy import Column, Index, Integer, Table, UniqueConstraint

from outrider_engine.adapters.sql.column_types import Id, StrictJson, StrictText, UtcDateTime

from .columns import BOUND, metadata, of_organization, owner, partial, required

batches = Table(
    "batches",
    metadata,
    Column("id", Id, primary_key=True),
    owner(),
    Column("title", StrictText),
    Column("commit_sha", StrictText),
    Column("branch", StrictText),
    Column("repository", StrictText),
    Column("pull_request", StrictText),
    Column("url", StrictText),
    required("families", Id),
    required("selection", StrictJson),
    required("overrides", StrictJson),
    required("checks", StrictJson),
    required("skipped", Integer),
    required("created_at", UtcDateTime),
    Column("cancelled_at", UtcDateTime),
    Column("project_id", Id),
    of_organization(),
    UniqueConstraint("organization_id", "id"),
    partial("ix_batches_bound", BOUND, "project_id", "id"),
    Index(None, "organization_id", "branch", "id"),
    Index(None, "organization_id", "commit_sha", "id"),
)
"""``checks`` are those that were selected, as they were then: so a batch tells their names as long as it is kept.
``project_id`` is null where a key of the whole organization asked for checks of any project."""

"""Releases as pipelines mark them and people read them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypedDict

from outrider_engine.domain.audit import Action
from outrider_engine.domain.ids import new_id
from outrider_engine.domain.releases import Release
from outrider_engine.errors import InvalidInput, NotFound
from outrider_engine.ports.hints import Hints
from outrider_engine.ports.release_repository import ReleaseQuery
from outrider_engine.ports.storage import Storage, Transaction

from .auditing import record
from .expecting import Expecting, anything
from .incident_messages import release_created
from .projects import chosen_project
from .telling import notices
from .texts import checked_text, checked_texts, checked_url

LONGEST = {"name": 200, "version": 200, "environment": 200, "commit_sha": 200, "description": 10_000}
"""Characters."""
MOST_TAGS = 50


class ReleaseFields(TypedDict, total=False):
    """What is set or changed of a release; what is absent keeps its value, or has none."""

    name: str
    version: str | None
    environment: str | None
    rollout_percent: float | None
    started_at: datetime
    finished_at: datetime | None
    commit_sha: str | None
    commit_url: str | None
    description: str | None
    tags: Sequence[str]
    project_id: str


class ReleaseService:
    """Releases of one organization."""

    def __init__(self, *, storage: Storage, hints: Hints) -> None:
        self._storage = storage
        self._hints = hints

    def create(self, organization_id: str, fields: ReleaseFields) -> Release:
        """Store a release, which begins now unless it says otherwise, and tell those who asked to be told.

        Raises:
            InvalidInput: a field is wrong.
        """
        if "name" not in fields:
            raise InvalidInput("is required", field="name")
        with self._storage.begin() as tx:
            blank = Release(
                id=new_id("release", tx.now),
                organization_id=organization_id,
                name="",
                started_at=tx.now,
                created_at=tx.now,
                project_id=chosen_project(tx, organization_id, fields.get("project_id")),
            )
            release = _with(tx, blank, fields)
            tx.releases.add(release)
            record(tx, organization_id, Action.CREATED, "release", release.id, after=release)
            message = release_created(release, tx.now)
            told = notices(tx, message, organization_id=organization_id, channel_ids=(), alert_id=release.id)
            tx.outbox.add(told)
        if told:
            self._hints.send("notify", "")
        return release

    def update(
        self, organization_id: str, id: str, fields: ReleaseFields, *, expecting: Expecting[Release] = anything
    ) -> Release:
        """Change some fields of a release.

        Raises:
            NotFound: there is no such release.
            PreconditionFailed: it is not what the caller expects.
            InvalidInput: a field is wrong; nothing is changed.
        """
        with self._storage.begin() as tx:
            before = tx.releases.lock(organization_id, id)
            if before is None:
                raise NotFound("release", id)
            expecting(before)
            after = _with(tx, before, fields)
            tx.releases.replace(after)
            record(tx, organization_id, Action.UPDATED, "release", id, before=before, after=after)
        return after

    def get(self, organization_id: str, id: str) -> Release:
        """Return a release.

        Raises:
            NotFound: there is none of that id.
        """
        with self._storage.read() as tx:
            release = tx.releases.get(organization_id, id)
        if release is None:
            raise NotFound("release", id)
        return release

    def list(self, organization_id: str, query: ReleaseQuery) -> tuple[Sequence[Release], bool]:
        """Return some releases, newest first, and whether there are more."""
        with self._storage.read() as tx:
            found = tx.releases.list(organization_id, replace(query, limit=query.limit + 1))
        return found[: query.limit], len(found) > query.limit

    def delete(self, organization_id: str, id: str, *, expecting: Expecting[Release] = anything) -> None:
        """Delete a release.

        Raises:
            NotFound: there is none of that id.
            PreconditionFailed: it is not what the caller expects.
        """
        with self._storage.begin() as tx:
            release = tx.releases.lock(organization_id, id)
            if release is None:
                raise NotFound("release", id)
            expecting(release)
            tx.releases.delete(organization_id, id)
            record(tx, organization_id, Action.DELETED, "release", id, before=release)


def _with(tx: Transaction, release: Release, fields: ReleaseFields) -> Release:
    """Return a release with changed fields.

    Raises:
        InvalidInput: a field is wrong.
    """
    changed: dict[str, Any] = dict(fields)
    for name, longest in LONGEST.items():
        if changed.get(name) is not None:
            checked_text(changed[name], name, longest)
    if "commit_url" in fields:
        checked_url(fields["commit_url"], "commit_url")
    if "tags" in fields:
        changed["tags"] = checked_texts(fields["tags"], "tags", MOST_TAGS)
    if "project_id" in fields:
        chosen_project(tx, release.organization_id, fields["project_id"])
    percent = fields.get("rollout_percent")
    if percent is not None and not 0 <= percent <= 100:
        raise InvalidInput("must be 0 to 100", field="rollout_percent")
    after = replace(release, **changed)
    if after.finished_at is not None and after.finished_at < after.started_at:
        raise InvalidInput("is before started_at", field="finished_at")
    return after

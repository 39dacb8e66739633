"""Versions of checks in the database."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, delete, insert, select

from outrider_engine.domain.audit import Actor, ActorKind
from outrider_engine.domain.versions import CheckVersion, VersionSource

from .check_rows import definition_of, definition_values
from .narrowing import of_checks_in_project
from .schema import check_versions
from .session import Session


class SqlVersions:
    """Implements ``VersionRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, version: CheckVersion, *, keep: int) -> None:
        """Store a version; of those of its check, only the newest ``keep`` stay."""
        definition = {name: value for name, value in definition_values(version.definition).items() if name != "status"}
        values = {
            "organization_id": version.organization_id,
            "check_id": version.check_id,
            "number": version.number,
            "digest": digest_of(definition),
            "source": version.source.value,
            "message": version.message,
            "restored_from": version.restored_from,
            "made_at": version.made_at,
            "actor_kind": version.actor.kind.value,
            "actor_id": version.actor.id,
            "actor_name": version.actor.name,
            "definition": definition,
        }
        self._session.run(insert(check_versions).values(**values))
        if version.number > keep:
            old = (check_versions.c.check_id == version.check_id, check_versions.c.number <= version.number - keep)
            self._session.run(delete(check_versions).where(*old))

    def get(self, organization_id: str, check_id: str, number: int) -> CheckVersion | None:
        """Return a version of a check; ``None`` when there is none of that number (any more)."""
        of_check = self._of(organization_id, check_id)
        row = self._session.first(select(check_versions).where(*of_check, check_versions.c.number == number))
        return None if row is None else _version_of(row)

    def list(
        self, organization_id: str, check_id: str, *, page: int, per_page: int
    ) -> tuple[Sequence[CheckVersion], int]:
        """Return one page of the versions of a check, newest first, and how many there are."""
        wanted = select(check_versions).where(*self._of(organization_id, check_id))
        rows, total = self._session.page(wanted.order_by(check_versions.c.number.desc()), page, per_page)
        return [_version_of(row) for row in rows], total

    def _of(self, organization_id: str, check_id: str) -> Sequence[Any]:
        mine = (check_versions.c.organization_id == organization_id, check_versions.c.check_id == check_id)
        return (*mine, *of_checks_in_project(self._session, check_versions.c.check_id))


def digest_of(definition: Mapping[str, Any]) -> str:
    """Return what stands for a stored definition, however its fields are ordered."""
    plain = json.dumps(definition, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=dict)
    return hashlib.sha256(plain.encode()).hexdigest()


def _version_of(row: Row[Any]) -> CheckVersion:
    return CheckVersion(
        organization_id=row.organization_id,
        check_id=row.check_id,
        number=row.number,
        digest=row.digest,
        source=VersionSource(row.source),
        message=row.message,
        restored_from=row.restored_from,
        made_at=row.made_at,
        actor=Actor(kind=ActorKind(row.actor_kind), id=row.actor_id, name=row.actor_name),
        definition=definition_of({**row.definition, "status": "active"}),
    )

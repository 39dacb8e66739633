"""The stored audit log."""

from collections.abc import Sequence
from typing import Protocol

from outrider_engine.domain.audit import AuditEntry


class AuditRepository(Protocol):
    """What was changed; entries are only ever added."""

    def add(self, entry: AuditEntry) -> None:
        """Store an entry, with the change that it is about."""

    def list(self, organization_id: str, limit: int, before: str | None = None) -> Sequence[AuditEntry]:
        """Return entries, newest first; those older than the one with the id ``before``."""

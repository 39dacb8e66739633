"""Stored login states."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from outrider_engine.domain.login_states import StatePlace, StoredLoginState

from .listing import DefinitionQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginStateQuery(DefinitionQuery):
    """Which login states of an organization to list: with a project, only its own."""

    project_id: str | None = None


class LoginStateRepository(Protocol):
    """Login states by place and name."""

    def named(self, places: Collection[StatePlace], names: Collection[str]) -> Sequence[StoredLoginState]:
        """Return those of some places and names that have not expired."""

    def get(self, organization_id: str, id: str, *, lock: bool = False) -> StoredLoginState | None:
        """Return one, expired or not; with ``lock``, nobody else changes it before this transaction ends."""

    def list(self, organization_id: str, query: LoginStateQuery) -> tuple[Sequence[StoredLoginState], int]:
        """Return one page of those that have not expired, and how many there are on all pages."""

    def delete(self, organization_id: str, id: str) -> bool:
        """Delete one; ``False`` when there was none."""

    def put(self, state: StoredLoginState) -> bool:
        """Store one in place of what had its name; ``False`` when its project or environment is gone."""

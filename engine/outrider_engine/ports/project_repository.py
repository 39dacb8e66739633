"""Stored projects."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from outrider_engine.domain.projects import Project

from .listing import DefinitionQuery


class ProjectRepository(Protocol):
    """Projects by organization; the default one is stored with its organization."""

    def add(self, project: Project) -> None:
        """Store a new project."""

    def get(self, organization_id: str, id: str, *, lock: bool = False) -> Project | None:
        """Return a project; with ``lock``, nobody else changes it before this transaction ends."""

    def named(self, organization_id: str, name: str) -> Project | None:
        """Return the project of a name."""

    def list(self, organization_id: str, query: DefinitionQuery) -> tuple[Sequence[Project], int]:
        """Return one page of projects, and how many there are on all pages."""

    def replace(self, project: Project) -> None:
        """Store a changed project."""

    def contents(self, id: str, limit: int) -> Mapping[str, int]:
        """Return how much of each kind (``monitors``, …) is in a project, counted up to ``limit``; no zeros."""

    def delete(self, organization_id: str, id: str, *, heir_id: str) -> None:
        """Delete a project; the checks of it that were deleted before are kept, with their history, by another one."""

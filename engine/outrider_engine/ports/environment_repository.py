"""Stored environments and variables."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from outrider_engine.domain.environments import Environment, Variable

from .listing import DefinitionQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableQuery(DefinitionQuery):
    """Which variables of an organization to list: with an environment (by id) or a project, only its own."""

    environment_id: str | None = None
    project_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentQuery(DefinitionQuery):
    """Which environments of an organization to list: with a project, only its own."""

    project_id: str | None = None


class EnvironmentRepository(Protocol):
    """Environments by organization; a name is there once in each project, and once for all of them."""

    def add(self, environment: Environment) -> None:
        """Store a new environment."""

    def get(self, organization_id: str, id: str, *, lock: bool = False) -> Environment | None:
        """Return an environment; with ``lock``, nobody else changes it before this transaction ends."""

    def called(self, organization_id: str, name_or_id: str) -> Sequence[Environment]:
        """Return the environments of an id or name: at most one of each project, and one that is for all."""

    def of_ids(self, ids: Collection[str]) -> Sequence[Environment]:
        """Return the environments of ids, of whichever organizations."""

    def names(self, organization_id: str, project_id: str | None) -> Sequence[str]:
        """Return the names of the environments that a project (``None``: any) can use, in their order."""

    def count(self, organization_id: str) -> int:
        """Return how many environments there are, also of projects that whoever asks does not see."""

    def list(self, organization_id: str, query: EnvironmentQuery) -> tuple[Sequence[Environment], int]:
        """Return one page of environments, and how many there are on all pages."""

    def replace(self, environment: Environment) -> None:
        """Store a changed environment."""

    def checks_in(self, organization_id: str, id: str, limit: int) -> Sequence[str]:
        """Return the names of checks that name the environment, at most ``limit``."""

    def delete(self, organization_id: str, id: str) -> None:
        """Delete an environment with its variables."""


class VariableRepository(Protocol):
    """Variables by organization; a name is there once in each environment, in each project, and once for all."""

    def add(self, variable: Variable) -> None:
        """Store a new variable."""

    def get(self, organization_id: str, id: str, *, lock: bool = False) -> Variable | None:
        """Return a variable; with ``lock``, nobody else changes it before this transaction ends."""

    def beside(self, variable: Variable) -> Variable | None:
        """Return the variable that has the name of another, in the same place; it may be that one itself."""

    def count(self, organization_id: str) -> int:
        """Return how many variables there are, also of projects that whoever asks does not see."""

    def list(self, organization_id: str, query: VariableQuery) -> tuple[Sequence[Variable], int]:
        """Return one page of variables, and how many there are on all pages."""

    def named(
        self,
        organization_ids: Collection[str],
        names: Collection[str],
        environment_ids: Collection[str] = (),
        project_ids: Collection[str] = (),
    ) -> Sequence[Variable]:
        """Return variables of organizations by name: those for all, and those of environments and projects."""

    def replace(self, variable: Variable) -> None:
        """Store a changed variable."""

    def delete(self, organization_id: str, id: str) -> bool:
        """Delete a variable; ``False`` when there was none."""

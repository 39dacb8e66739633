"""Stored environments and variables."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from outrider_engine.domain.environments import Environment, Variable

from .listing import DefinitionQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableQuery(DefinitionQuery):
    """Which variables of an organization to list: with an environment (by id), only its own."""

    environment_id: str | None = None


class EnvironmentRepository(Protocol):
    """Environments by organization; a name is there once."""

    def add(self, environment: Environment) -> None:
        """Store a new environment."""

    def get(self, organization_id: str, id: str, *, lock: bool = False) -> Environment | None:
        """Return an environment; with ``lock``, nobody else changes it before this transaction ends."""

    def find(self, organization_id: str, name_or_id: str) -> Environment | None:
        """Return the environment of an id or name."""

    def of_ids(self, ids: Collection[str]) -> Sequence[Environment]:
        """Return the environments of ids, of whichever organizations."""

    def names(self, organization_id: str) -> Sequence[str]:
        """Return the names of all environments, in their order."""

    def list(self, organization_id: str, query: DefinitionQuery) -> tuple[Sequence[Environment], int]:
        """Return one page of environments, and how many there are on all pages."""

    def replace(self, environment: Environment) -> None:
        """Store a changed environment."""

    def checks_in(self, organization_id: str, id: str, limit: int) -> Sequence[str]:
        """Return the names of checks that name the environment, at most ``limit``."""

    def delete(self, organization_id: str, id: str) -> None:
        """Delete an environment with its variables."""


class VariableRepository(Protocol):
    """Variables by organization; a name is there once in each environment, and once for all of them."""

    def add(self, variable: Variable) -> None:
        """Store a new variable."""

    def get(self, organization_id: str, id: str, *, lock: bool = False) -> Variable | None:
        """Return a variable; with ``lock``, nobody else changes it before this transaction ends."""

    def find(self, organization_id: str, environment_id: str | None, name: str) -> Variable | None:
        """Return the variable of a name, of one environment or (``None``) of the organization."""

    def count(self, organization_id: str) -> int:
        """Return how many variables there are."""

    def list(self, organization_id: str, query: VariableQuery) -> tuple[Sequence[Variable], int]:
        """Return one page of variables, and how many there are on all pages."""

    def named(
        self, organization_ids: Collection[str], names: Collection[str], environment_ids: Collection[str] = ()
    ) -> Sequence[Variable]:
        """Return variables of organizations by name: those of all environments, and those of the given ones."""

    def replace(self, variable: Variable) -> None:
        """Store a changed variable."""

    def delete(self, organization_id: str, id: str) -> bool:
        """Delete a variable; ``False`` when there was none."""

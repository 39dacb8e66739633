"""Environments, and variables and secrets by name and place."""

from collections.abc import Iterator
from typing import Any

from .errors import NoSuchName
from .objects import Environment, Variable
from .resources import PAGE, ChangedSort, Named, Order
from .transport import Json


class Environments(Named[Environment]):
    """Places where the same site runs."""

    def list(
        self,
        *,
        page_size: int = PAGE,
        q: str | None = None,
        project_id: str | None = None,
        sort: ChangedSort | None = None,
        order: Order | None = None,
    ) -> Iterator[Environment]:
        """Walk through environments: those with ``q`` in their name, of one project."""
        return self._pages(page_size, {"q": q, "project_id": project_id, "sort": sort, "order": order})


class Variables(Named[Variable]):
    """Values for ``{{name}}``, of the organization, of a project, or of one environment (its name or id)."""

    def list(
        self,
        *,
        page_size: int = PAGE,
        q: str | None = None,
        environment: str | None = None,
        project_id: str | None = None,
        sort: ChangedSort | None = None,
        order: Order | None = None,
    ) -> Iterator[Variable]:
        """Walk through variables: those with ``q`` in their name, of one environment, of one project."""
        where = {"q": q, "environment": environment, "project_id": project_id}
        return self._pages(page_size, {**where, "sort": sort, "order": order})

    def of(self, name: str, environment: str | None = None, project_id: str | None = None) -> Variable | None:
        """Return the variable of a name: of one environment, else of a project, else of the organization."""
        found = self.list(environment=environment, q=name, project_id=project_id)
        for one in found:
            if one.name == name and (environment or (one.environment is None and one.project_id == project_id)):
                return one
        return None

    def set(
        self,
        name: str,
        value: str,
        *,
        environment: str | None = None,
        secret: bool | None = None,
        project_id: str | None = None,
    ) -> Variable:
        """Give a variable a value, and make it if it is not there; ``secret`` ``None`` leaves it as it is."""
        told: dict[str, Any] = {} if secret is None else {"secret": secret}
        there = self.of(name, environment, project_id)
        if there is not None:
            return self.update(there.id, value=value, **told)
        told |= {} if project_id is None else {"project_id": project_id}
        return self.create(name=name, value=value, environment=environment, **told)

    def remove(self, name: str, environment: str | None = None, project_id: str | None = None) -> Json:
        """Delete the variable of a name.

        Raises:
            NoSuchName: there is none.
        """
        there = self.of(name, environment, project_id)
        if there is None:
            raise NoSuchName(self.noun, name)
        return self.delete(there.id)

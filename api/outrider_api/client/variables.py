"""Variables and secrets, by name and environment."""

from .errors import NoSuchName
from .objects import Variable
from .resources import Named
from .transport import Json


class Variables(Named[Variable]):
    """Values for ``{{name}}``, of the organization or of one environment (its name or id)."""

    def of(self, name: str, environment: str | None = None) -> Variable | None:
        """Return the variable of a name in one environment, or (``None``) of the organization."""
        found = self.list(environment=environment, q=name)
        return next((one for one in found if one.name == name and (environment or one.environment is None)), None)

    def set(self, name: str, value: str, *, environment: str | None = None, secret: bool | None = None) -> Variable:
        """Give a variable a value, and make it if it is not there; ``secret`` ``None`` leaves it as it is."""
        told = {} if secret is None else {"secret": secret}
        there = self.of(name, environment)
        if there is not None:
            return self.update(there.id, value=value, **told)
        return self.create(name=name, value=value, environment=environment, **told)

    def remove(self, name: str, environment: str | None = None) -> Json:
        """Delete the variable of a name.

        Raises:
            NoSuchName: there is none.
        """
        there = self.of(name, environment)
        if there is None:
            raise NoSuchName(self.noun, name)
        return self.delete(there.id)

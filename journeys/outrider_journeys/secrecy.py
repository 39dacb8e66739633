"""What must not be seen: the secrets of a walk, and the values that it learns to be secret."""

from collections.abc import Iterable, Mapping

from outrider_engine.domain.redaction import SHORTEST, Redactor
from outrider_engine.domain.templates import names_in, render

from .steps import shortened


class Secrecy:
    """Knows all secret values and keeps them out of texts."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self.values = {value for value in secrets if len(value) >= SHORTEST}
        self.redactor = Redactor(self.values)

    def add(self, *values: str) -> None:
        """Treat more values as secret; many at once, for looking for them takes preparation each time."""
        new = {value for value in values if len(value) >= SHORTEST} - self.values
        if new:
            self.values |= new
            self.redactor = Redactor(self.values)

    def holds_secret(self, text: str) -> bool:
        """Whether a text contains a secret, in any of the encodings in which secrets travel."""
        return self.redactor.text(text) != text

    def filled_in(self, text: str, variables: Mapping[str, str]) -> str:
        """Return a text for people with plain variables filled in; what is secret or not known stays ``{{name}}``."""
        shown = {}
        for name in names_in(text):
            value = variables.get(name)
            is_plain = value is not None and not self.holds_secret(value)
            shown[name] = shortened(value) if value is not None and is_plain else f"{{{{{name}}}}}"
        return self.redactor.text(render(text, shown)) if shown else text

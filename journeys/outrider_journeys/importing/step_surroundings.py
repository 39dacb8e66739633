"""What the conversion of a recorded step depends on besides the step itself."""

from collections.abc import Callable
from dataclasses import dataclass

from .credentials import kind_of_secret
from .selector_hints import is_password_field


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSurroundings:
    """What every recording has around its steps.

    Attributes:
        address: returns an address as a journey names it.
        secret: returns what stands for a secret, given value and kind.
    """

    address: Callable[[str], str]
    secret: Callable[[str, str], str]

    def secret_of(self, value: str, element: str) -> str | None:
        """Return what stands for a value that belongs to a field for secrets; ``None`` for any other field.

        Args:
            value: what is typed.
            element: what the recording says of the field.
        """
        kind = "PASSWORD" if is_password_field(element) else kind_of_secret(element)
        return None if kind is None else self.secret(value, kind)

"""The switches that make the shop slow or broken, so that a watcher has something to find."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace

from outrider_engine.errors import InvalidInput

SLOWEST_MS = 30_000
CHOICES: dict[str, tuple[str, ...]] = {
    "checkout": ("ok", "broken", "declined"),
    "login": ("ok", "broken"),
    "images": ("ok", "missing"),
    "script": ("ok", "broken"),
    "health": ("ok", "down"),
}
MEANINGS = {
    "checkout": "Broken: placing an order answers with status 500. Declined: the form comes back with an error.",
    "login": "Broken: the right password is refused.",
    "images": "Missing: every product picture answers with status 404.",
    "script": "Broken: the script throws, and “Add to cart” falls back to a plain form.",
    "health": "Down: /api/health answers with status 503.",
}


@dataclass(frozen=True, slots=True)
class Switches:
    """What is wrong with the shop at the moment; ``slow_ms`` is how long each page keeps its visitor waiting."""

    slow_ms: int = 0
    checkout: str = "ok"
    login: str = "ok"
    images: str = "ok"
    script: str = "ok"
    health: str = "ok"

    def turned(self, wanted: Mapping[str, object]) -> "Switches":
        """Return the switches with those named in ``wanted`` changed.

        Raises:
            InvalidInput: there is no such switch, or it has no such position.
        """
        changes: dict[str, int | str] = {}
        for name, position in wanted.items():
            if name == "slow_ms":
                changes[name] = _milliseconds(position)
            elif name not in CHOICES:
                known = [f.name for f in fields(self)]
                raise InvalidInput("there is no such switch", field=name, allowed=known, given=name)
            elif position not in CHOICES[name]:
                raise InvalidInput("there is no such position", field=name, allowed=CHOICES[name], given=position)
            else:
                changes[name] = str(position)
        return replace(self, **changes)  # type: ignore[arg-type]

    def as_dict(self) -> dict[str, int | str]:
        """Return all positions by name."""
        return asdict(self)


def _milliseconds(position: object) -> int:
    text = str(position).strip()
    if isinstance(position, bool) or not (text.isascii() and text.isdigit()) or int(text[:9]) > SLOWEST_MS:
        raise InvalidInput(f"must be a whole number of milliseconds from 0 to {SLOWEST_MS}", field="slow_ms")
    return int(text)

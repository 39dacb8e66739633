"""The options of every command that asks a server, added in one place."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Annotated, Any, Literal, TypeAlias

import typer

SERVER, KEY, PROFILE = "OUTRIDER_SERVER", "OUTRIDER_API_KEY", "OUTRIDER_PROFILE"

Query: TypeAlias = Annotated[str | None, typer.Option("--query", help="Only those that have this in their name.")]
OfType: TypeAlias = Annotated[str | None, typer.Option("--type", help="Only those of this type.")]
Order: TypeAlias = Annotated[Literal["asc", "desc"] | None, typer.Option(help="Up (the default), or down.")]
Yes: TypeAlias = Annotated[bool, typer.Option("--yes", help="Do not ask; needed where nobody can be asked.")]
SORTED = "By what they are sorted; by default the oldest are first."

_OPTIONS: dict[str, Any] = {
    "server": Annotated[
        str | None, typer.Option(help=f"Where Outrider is; else {SERVER}, the profile, or this machine, port 8000.")
    ],
    "key": Annotated[
        str | None, typer.Option(help=f"API key; best left to {KEY} or a profile, for others see command lines.")
    ],
    "profile": Annotated[
        str | None, typer.Option(help=f"What `outrider login` keeps under this name; else {PROFILE}, or 'default'.")
    ],
    "as_json": Annotated[bool, typer.Option("--json", help="Print what the API answered, as JSON.")],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """What a command was told on its line; ``None`` for what it was not."""

    server: str | None = None
    key: str | None = field(default=None, repr=False)
    profile: str | None = None
    as_json: bool = False


def asks_a_server(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command with the options that say which server to ask; ``command`` is handed them as a ``Remote``."""

    @wraps(command)
    def asking(**given: Any) -> None:
        command(Remote(**{name: given.pop(name) for name in _OPTIONS}), **given)

    own = list(inspect.signature(command).parameters.values())[1:]
    added = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=False if name == "as_json" else None, annotation=annotation
        )
        for name, annotation in _OPTIONS.items()
    ]
    asking.__dict__["__signature__"] = inspect.Signature([*own, *added])
    return asking

"""One command of Selenium IDE, and what making a step of it gives."""

from dataclasses import dataclass, field
from typing import Any

from outrider_journeys.importing.json_reading import Fields, without_nothing
from outrider_journeys.importing.receipt import Outcome


@dataclass(frozen=True, slots=True)
class Command:
    """A command.

    Attributes:
        where: its place in the project.
        index: its position in its test.
        skip: whether it is switched off (``//`` before its name).
        raw: fields that nothing here reads.
    """

    where: str
    index: int
    name: str
    target: str
    value: str
    comment: str = ""
    targets: tuple[Any, ...] = ()
    skip: bool = False
    opens: str | None = None
    raw: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Made:
    """Steps, and how well they do what the command does."""

    steps: list[dict[str, Any]]
    outcome: Outcome = Outcome.EXACT
    note: str = ""


_KNOWN = frozenset(
    {
        *("id", "command", "target", "value", "comment", "targets", "skip", "opensWindow", "windowHandleName"),
        *("insertBeforeLastCommand", "frameLocation", "winHandleId"),
        *("windowTimeout", "isBreakpoint", "targetFallback", "valueFallback", "values"),
    }
)


def command_of(fields: Fields, index: int) -> Command:
    """Return a command of a project.

    Raises:
        ImportProblem: a field is not what it has to be.
    """
    name = fields.text("command")
    switched_off = name.startswith("//")
    opens = None
    if fields.flag("opensWindow", default=False):
        opens = fields.text("windowHandleName", "") or "window"
    return Command(
        where=fields.path,
        index=index,
        name=name.removeprefix("//").strip(),
        target=_text(fields, "target"),
        value=_text(fields, "value"),
        comment=_text(fields, "comment"),
        targets=tuple(fields.items("targets")),
        skip=switched_off or fields.flag("skip", default=False),
        opens=opens,
        raw=without_nothing({key: value for key, value in fields.value.items() if key not in _KNOWN}),
    )


def _text(fields: Fields, name: str) -> str:
    value = fields.value.get(name)
    if value is None:
        return ""
    if isinstance(value, bool | dict | list):
        raise fields.wrong(name, "a text")
    return str(value)

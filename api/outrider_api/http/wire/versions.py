"""Versions of checks as clients read them, and what differs between two."""

import hashlib
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from outrider_engine.domain.audit import ActorKind
from outrider_engine.domain.comparing import MOST_CHANGES, ChangeKind, FieldChange, Labelled, compare
from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.versions import LONGEST_MESSAGE, CheckVersion, VersionSource
from outrider_engine.services.check_types import CheckTypes
from outrider_engine.services.check_views import CheckView
from outrider_engine.services.versions import VersionView

from .bodies import Text
from .moments import Moment
from .showing import show_check
from .spelling import Spelling

_NO_DEFINITION = frozenset(
    {
        *("id", "status", "paused_reason", "project_id", "revision", "current_version", "created_at", "updated_at"),
        *("next_run_at", "last_run", "warnings", "token", "ping_path"),
    }
)
"""What answers show of a check that is no part of a version."""
LONGEST_TEXT = 10_000
"""Characters of a text that comparisons tell whole; files that are part of a definition are longer."""
_TWICE = ("retries", "primary_location")
"""Other names of what is told already."""


class MakerOut(BaseModel):
    """Who made a version."""

    kind: ActorKind
    id: str | None
    name: str


class VersionOut(BaseModel):
    """A version of a check, without its definition."""

    number: int = Field(description="Counts the versions of the check, from 1.")
    digest: str = Field(description="SHA-256 of the definition: the same for the same definition.")
    source: VersionSource
    message: str
    restored_from: int | None = Field(description="The version that it repeats.")
    made_at: Moment
    made_by: MakerOut

    @classmethod
    def of(cls, version: CheckVersion) -> "VersionOut":
        """Show a version."""
        actor = version.actor
        return cls(
            number=version.number,
            digest=version.digest,
            source=version.source,
            message=version.message,
            restored_from=version.restored_from,
            made_at=version.made_at,
            made_by=MakerOut(kind=actor.kind, id=actor.id, name=actor.name),
        )


class WholeVersionOut(VersionOut):
    """A version of a check."""

    is_current: bool
    definition: dict[str, Any] = Field(description="What the check was, as it is written.")


class FieldChangeOut(BaseModel):
    """One difference."""

    kind: ChangeKind
    path: str = Field(description="Where; steps go by their ids: `steps[pay].locator.name`.")
    before: Any = Field(description="What it was; of what moved, its place from 1.")
    after: Any

    @classmethod
    def of(cls, change: FieldChange) -> "FieldChangeOut":
        """Show a difference."""
        return cls(kind=change.kind, path=change.path, before=change.before, after=change.after)


class DifferenceOut(BaseModel):
    """What differs between two versions of a check."""

    model_config = ConfigDict(serialize_by_alias=True)

    from_version: int = Field(alias="from")
    to_version: int = Field(alias="to")
    changes: list[FieldChangeOut] = Field(description=f"At most {MOST_CHANGES}.")
    text: str = Field(description="The same, a line for each.")


class RestoreBody(BaseModel):
    """Why a version is had back."""

    model_config = ConfigDict(extra="forbid")

    message: Text = Field(default="", max_length=LONGEST_MESSAGE, description="Kept with the new version.")


def show_version(seen: VersionView, spelling: Spelling) -> WholeVersionOut:
    """Show a version with its definition."""
    definition = definition_of(seen.view, spelling)
    return WholeVersionOut(
        **VersionOut.of(seen.version).model_dump(), is_current=seen.is_current, definition=definition
    )


def show_difference(before: VersionView, after: VersionView, spelling: Spelling, types: CheckTypes) -> DifferenceOut:
    """Show what differs between two versions."""
    changes = differences(before.view, after.view, spelling, types)
    return DifferenceOut.model_validate(
        {
            "from": before.version.number,
            "to": after.version.number,
            "changes": [FieldChangeOut.of(change) for change in changes],
            "text": text_of(changes),
        }
    )


def text_of(changes: tuple[FieldChange, ...]) -> str:
    """Return differences as text, a line for each."""
    return "".join(f"{change.line()}\n" for change in changes)


def differences(before: CheckView, after: CheckView, spelling: Spelling, types: CheckTypes) -> tuple[FieldChange, ...]:
    """Return what differs between two states of a check, in the words of its family."""
    return compare(*(_labelled(definition_of(each, spelling), each, types) for each in (before, after)))


def definition_of(view: CheckView, spelling: Spelling) -> dict[str, Any]:
    """Return a check as it is written, without what is no part of its definition."""
    shown = show_check(view, spelling)
    twice = [name for name in _TWICE if name in shown]
    return {name: value for name, value in shown.items() if name not in _NO_DEFINITION and name not in twice}


def _labelled(definition: dict[str, Any], view: CheckView, types: CheckTypes) -> JsonValue:
    """Let steps be known by the ids by which runs name them, also where their author gave none."""
    return _named(definition, "", types.ids_by_place(view.check.definition))


def _named(value: JsonValue, path: str, ids: Mapping[str, str]) -> JsonValue:
    if isinstance(value, list | tuple):
        return [_named(item, f"{path}[{index}]", ids) for index, item in enumerate(value)]
    if not isinstance(value, Mapping):
        return _in_short(value) if isinstance(value, str) and len(value) > LONGEST_TEXT else value
    inner = {name: _named(item, f"{path}.{name}" if path else name, ids) for name, item in value.items()}
    return Labelled(inner, ids[path]) if path in ids else inner


def _in_short(text: str) -> str:
    digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()
    return f"{text[:100]}… ({len(text):,} characters, SHA-256 {digest[:16]})"

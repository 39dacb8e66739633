"""What is sent to be imported, and what became of it."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from outrider_engine.domain.checks import Family
from outrider_engine.domain.versions import LONGEST_MESSAGE

from .bodies import Flag, Text
from .versions import FieldChangeOut

MOST_CHECKS = 100
"""Journeys and API monitors that one import makes at most."""
MOST_FILES = 100
"""Files that are sent at once, at most; of an archive, those that are read."""

_Name = Annotated[Text, Field(max_length=400)]


class SourceBody(BaseModel):
    """One file: its text, or a journey of ours as an object."""

    model_config = ConfigDict(extra="forbid")

    file_name: _Name = Field(default="", description="What it is called; helps to tell the format.")
    content: Text | None = Field(default=None, description="Its text, in any format that is known.")
    definition: dict[str, Any] | None = Field(default=None, description="A journey as an object, instead of a text.")
    archive: Text | None = Field(default=None, description="A zip archive of files in base64, instead of a text.")
    id: Text | None = Field(default=None, description="The check that it takes the place of, whatever its name is.")


class ImportChoices(BaseModel):
    """What may be chosen besides the files."""

    model_config = ConfigDict(extra="forbid")

    format: Text | None = Field(
        default=None,
        description="The format, where it is not to be detected. `suite`: tests for pytest, a file or a project in an "
        "archive, which becomes one check as it is.",
    )
    name: Text | None = Field(default=None, max_length=200, description="What it is to be called; only for one check.")
    on_conflict: Literal["create", "update"] = Field(
        default="create", description="What becomes of a check of the same name and project: it stays, or is changed."
    )
    dry_run: Flag = Field(default=False, description="Store nothing; say what would be stored.")
    fields: dict[str, Any] = Field(
        default_factory=dict,
        description="Further fields of what is made: `interval_seconds`, `locations`, `environment`, `project_id`, "
        "`secrets` with their values, …",
    )
    hosts: list[Text] = Field(default_factory=list, description="Of a HAR: the hosts whose requests are taken.")
    exact_positions: Flag = Field(default=False, description="Of Chrome Recorder: click exactly where it did.")
    version_message: Text = Field(
        default="", max_length=LONGEST_MESSAGE, description="Kept with the versions that are made."
    )


class ImportBody(SourceBody, ImportChoices):
    """One file, or several under `files`, and what is to become of them."""

    files: list[SourceBody] = Field(default_factory=list, max_length=MOST_FILES, description="Several files at once.")


class ReceiptLineOut(BaseModel):
    """What became of one part of a file."""

    outcome: Literal["exact", "approximated", "dropped", "secret", "choice_needed"]
    where: str = Field(description="Its place in the file.")
    what: str
    note: str


class ReceiptOut(BaseModel):
    """What became of one file."""

    file_name: str
    format: str
    counts: dict[str, int]
    lines: list[ReceiptLineOut]


class ImportedOut(BaseModel):
    """A check that an import made, or would make."""

    action: Literal["created", "updated", "unchanged"]
    family: Family
    id: str | None = Field(description="`null` of what a dry run would create.")
    name: str
    file_name: str
    current_version: int
    definition: dict[str, Any] = Field(description="What it is now, as it is written.")
    secrets_needed: list[str] = Field(description="Secrets that have no value yet.")
    changes: list[FieldChangeOut] = Field(description="What differs from what it was before, if it was there.")
    text: str = Field(description="The same, a line for each.")
    warnings: list[str]


class ImportOut(BaseModel):
    """What became of an import."""

    dry_run: bool
    checks: list[ImportedOut]
    receipts: list[ReceiptOut]
    warnings: list[str] = Field(description="What was left out, and what has to be done.")


def receipt_lines(lines: Sequence[dict[str, Any]]) -> list[ReceiptLineOut]:
    """Show the lines of a receipt."""
    return [ReceiptLineOut.model_validate(line) for line in lines]

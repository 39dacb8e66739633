"""Journeys, and how they are imported from files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .checks import Measured
from .objects import Journey, Shown
from .transport import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported(Shown):
    """A check that an import made, changed, or found unchanged; ``id`` is ``None`` of what a dry run would create."""

    action: str
    family: str = ""
    id: str | None = None
    name: str = ""
    file_name: str = ""
    current_version: int = 0
    definition: Mapping[str, Any] = field(default_factory=dict)
    secrets_needed: tuple[str, ...] = field(default=(), metadata={"read": tuple})
    text: str = ""
    warnings: tuple[str, ...] = field(default=(), metadata={"read": tuple})


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt(Shown):
    """What became of the parts of one file."""

    file_name: str = ""
    format: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    lines: tuple[Mapping[str, str], ...] = field(default=(), metadata={"read": tuple})


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDone(Shown):
    """What became of an import."""

    dry_run: bool = False
    checks: tuple[Imported, ...] = field(default=(), metadata={"read": Imported.all_of})
    receipts: tuple[Receipt, ...] = field(default=(), metadata={"read": Receipt.all_of})
    warnings: tuple[str, ...] = field(default=(), metadata={"read": tuple})


class Journeys(Measured[Journey]):
    """Journeys, which may come from files of many formats."""

    def import_files(
        self,
        files: Sequence[Mapping[str, Any]],
        *,
        on_conflict: Literal["create", "update"] = "create",
        dry_run: bool = False,
        format: str | None = None,
        name: str | None = None,
        fields: Mapping[str, Any] | None = None,
        version_message: str = "",
    ) -> ImportDone:
        """Make journeys and API monitors of files, or change those of the same names: all of them or none.

        Args:
            files: each with ``content`` (its text) or ``definition`` (a journey as an object), and ``file_name``; with
                ``id``, the check that it takes the place of.
            on_conflict: whether a check of the same name stays beside the new one, or is changed.
            dry_run: store nothing, and say what would be stored.
            format: the format of the files, where it is not to be detected.
            name: what it is to be called, if it is only one.
            fields: further fields of what is made: ``interval_seconds``, ``locations``, ``secrets``, …
            version_message: kept with the versions that are made.
        """
        said = {"format": format, "name": name, "fields": dict(fields or {}), "version_message": version_message}
        body: dict[str, Any] = {"files": [dict(file) for file in files], "on_conflict": on_conflict, "dry_run": dry_run}
        body |= {key: value for key, value in said.items() if value}
        answer = self._transport.send("POST", f"{self._path}/import", body, repeatable=True)
        return ImportDone.of(answer["data"])

    def baselines(self, id: str) -> Sequence[str]:
        """Return what its runs are compared with, by browser and size, and name: ``chromium-1280x720/cart``."""
        return tuple(self._transport.send("GET", self.path_of(id, "baselines"))["data"]["baselines"])

    def delete_baseline(self, id: str, baseline: str) -> Json:
        """Delete a picture that its runs are compared with; the next run that passes makes another.

        Args:
            id: of the journey.
            baseline: one of ``baselines``.
        """
        variant, _, name = baseline.partition("/")
        return dict(self._transport.send("DELETE", self.path_of(id, "baselines", variant, name))["data"])

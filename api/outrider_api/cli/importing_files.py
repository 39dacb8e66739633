"""Making journeys and API monitors of a file of another tool."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from outrider_engine.errors import InvalidInput
from outrider_engine.plugin_manager import load_plugins
from outrider_engine.settings import Settings
from outrider_journeys.exporting.outrider_yaml import yaml_of
from outrider_journeys.importing.contract import Imported, ImportedCheck, ImportOptions, ImportProblem
from outrider_journeys.importing.receipt import Outcome, Receipt, ReceiptLine
from outrider_journeys.importing.registry import Importers

from .json_output import print_json
from .output_places import written_for

_SUFFIXES = {"journey": ".journey.yaml", "api_monitor": ".api-monitor.yaml"}
_SUFFIX = re.compile(r"(?:\.postman_collection)?\.[A-Za-z0-9]+$")
_TOLD = (Outcome.APPROXIMATED, Outcome.DROPPED, Outcome.SECRET, Outcome.CHOICE_NEEDED)
_MOST_TOLD = 200
_MANY_ALIKE = 5
_WORDS = {Outcome.CHOICE_NEEDED.value: "to decide"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFile:
    """What is to be imported and how; an ``output`` of ``-`` is the standard output."""

    file: Path
    format: str | None
    output: Path | None
    options: ImportOptions
    force: bool
    as_json: bool


def import_file(settings: Settings, wanted: ImportFile) -> None:
    """Import the file, write what was made of it, and show the receipt.

    Raises:
        InvalidInput: the file can't be imported, or something would be overwritten, and nothing was written; or a file
            can't be written.
    """
    importers = Importers.installed(load_plugins(blocked=settings.blocked_plugins))
    try:
        imported = importers.import_text(
            wanted.file.read_bytes(), file_name=wanted.file.name, format=wanted.format, options=wanted.options
        )
    except ImportProblem as problem:
        if problem.field == "format":
            raise InvalidInput(problem.problem, field="--format", allowed=problem.allowed) from None
        raise InvalidInput(f"{wanted.file.name}: {problem}") from None
    if wanted.as_json:
        print_json(as_json(imported))
        return
    if wanted.output is not None and str(wanted.output) == "-":
        typer.echo("---\n".join(yaml_of(check.definition) for check in imported.checks), nl=False)
        show_receipt(imported.receipt, err=True)
        return
    paths = _paths(wanted, imported.checks)
    for path, check in zip(paths, imported.checks, strict=True):
        with written_for("--output"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(yaml_of(check.definition), encoding="utf-8")
    show_receipt(imported.receipt)
    for path, check in zip(paths, imported.checks, strict=True):
        typer.echo(f"{check.name}: {path}")
    if imported.secrets:
        typer.echo(f"set the secrets: {', '.join(imported.secrets)}")


def as_json(imported: Imported) -> dict[str, object]:
    """Return all of an import as plain data."""
    return {
        "format": imported.format,
        "checks": [
            {"family": check.family, "name": check.name, "definition": check.definition} for check in imported.checks
        ],
        "secrets": list(imported.secrets),
        "receipt": imported.receipt.as_json(),
    }


def show_receipt(receipt: Receipt, *, err: bool = False) -> None:
    """Show what is not exact, line by line, and how many parts there are of each outcome."""
    told = list(_together(receipt))
    for outcome, line in told[:_MOST_TOLD]:
        typer.echo(f"{_word(outcome):>12}  {line}", err=err)
    if len(told) > _MOST_TOLD:
        typer.echo(f"{'':>12}  and {len(told) - _MOST_TOLD} more", err=err)
    counts = Counter({outcome: count for outcome, count in receipt.counts.items() if count})
    typer.echo(", ".join(f"{count} {_word(outcome)}" for outcome, count in counts.items()) or "nothing", err=err)


def _together(receipt: Receipt) -> Iterator[tuple[Outcome, str]]:
    """Yield what is not exact; what is dropped for the same reason again and again takes one line."""
    reasons: dict[str, list[ReceiptLine]] = {}
    for line in receipt.of(Outcome.DROPPED):
        reasons.setdefault(line.note, []).append(line)
    for line in receipt.of(*_TOLD):
        alike = reasons.get(line.note, [line]) if line.outcome is Outcome.DROPPED else [line]
        if not line.note or len(alike) <= _MANY_ALIKE:
            yield line.outcome, str(line)
        elif line is alike[0]:
            places = ", ".join(each.where for each in alike[:_MANY_ALIKE])
            yield line.outcome, f"{places} and {len(alike) - _MANY_ALIKE} more: {line.note}"


def _word(outcome: str) -> str:
    return _WORDS.get(outcome, outcome)


def _paths(wanted: ImportFile, checks: Sequence[ImportedCheck]) -> list[Path]:
    """Return where each check is written.

    Raises:
        InvalidInput: a file is there already.
    """
    output = wanted.output
    if output is not None and len(checks) == 1 and not output.is_dir():
        paths = [output]
    else:
        folder = output if output is not None else Path()
        if folder.exists() and not folder.is_dir():
            raise InvalidInput(f"{len(checks)} checks were found, which do not fit into one file: name a folder")
        base = _SUFFIX.sub("", wanted.file.name).strip(".") or "imported"
        names = [base] if len(checks) == 1 else _different([_slug(check.name) for check in checks])
        paths = [folder / f"{name}{_SUFFIXES[check.family]}" for name, check in zip(names, checks, strict=True)]
    for path in paths:
        if path.exists() and not wanted.force:
            raise InvalidInput(f"{path} is there already: choose another name with -o, or replace it with --force")
    return paths


def _slug(name: str) -> str:
    return re.sub(r"[^\w]+", "-", name.lower()).strip("-_")[:60] or "journey"


def _different(names: Sequence[str]) -> list[str]:
    taken: set[str] = set()
    found = []
    for name in names:
        number, free = 1, name
        while free in taken:
            number += 1
            free = f"{name}-{number}"
        taken.add(free)
        found.append(free)
    return found

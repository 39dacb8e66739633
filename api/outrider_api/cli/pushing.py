"""Bringing journeys from files to a server through its API; what is wrong with a file is told before, with its line."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import typer

from outrider_api.client import Client
from outrider_api.client.imports import ImportDone, Imported
from outrider_api.formats import detected
from outrider_api.http.archives import is_archive, unpacked
from outrider_api.http.sources import SUITE
from outrider_engine.errors import InvalidInput
from outrider_engine.plugin_manager import load_plugins
from outrider_engine.settings import Settings
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.importing.outrider_format import FORMAT
from outrider_journeys.importing.registry import Importers
from outrider_journeys.loading import LARGEST, load_journey, refused_file

from .journey_files import files_of, nothing_in
from .journey_values import secrets_from_environment
from .json_output import print_json
from .pushed_calls import Files, Missing, warnings_of, with_called
from .remote_projects import project_id_of
from .suite_files import suite_file
from .triggering import follow_to_the_verdict

RECORDED = re.compile(r"(?m)^# outrider-id: ([a-z]{3,4}_[0-9a-z]{26})[ \t]*$")
"""How a YAML file says which check it is."""
_YAML = (".yaml", ".yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What is to be pushed and how; ``secrets`` are names of environment variables.

    ``run_for_s`` are the seconds for which the verdicts of runs are waited for; ``None`` runs nothing.
    """

    paths: Sequence[Path]
    dry_run: bool = False
    message: str = ""
    format: str | None = None
    is_suite: bool = False
    name: str | None = None
    base_url: str | None = None
    every_s: int | None = None
    locations: Sequence[str] = ()
    secrets: Sequence[str] = ()
    environment: str | None = None
    project: str | None = None
    record: bool = False
    run_for_s: int | None = None


def push_files(client: Client, settings: Settings, wanted: Push, *, as_json: bool = False) -> int:
    """Push the files, show what became of them, and run them if that is wanted; returns the exit status.

    Raises:
        InvalidInput: a file or a value is wrong, or the server does not take it. Nothing is stored.
        ClientError: the server refused it, or can't be reached.
        OSError: an id can't be written into its file.
    """
    asked = list(wanted.paths) if wanted.is_suite else files_of(wanted.paths)
    sent, missing = _sent(settings, wanted, asked)
    files = [file for each in sent.values() for file in each]
    if not files:
        raise InvalidInput(nothing_in(wanted.paths))
    fields = _fields(client, wanted)
    for warning in warnings_of(client, missing, fields.get("project_id")):
        typer.echo(f"warning: {warning}", err=True)
    done = client.journeys.import_files(
        files,
        on_conflict="update",
        dry_run=wanted.dry_run,
        format=SUITE if wanted.is_suite else wanted.format,
        name=None if len(asked) == 1 and len(sent) > 1 else wanted.name,  # or it is said by the one that it is for
        fields=fields,
        version_message=wanted.message,
    )
    if as_json:
        print_json(done.raw)
    else:
        _show(done, has_schedule=wanted.every_s is not None)
    if wanted.record and not wanted.dry_run:
        _record(list(sent), done)
    if wanted.run_for_s is None:
        return 0
    along = {str(path) for path in sent if path not in asked}
    checks = [check for check in done.checks if check.file_name not in along]
    return _run(client, checks, wanted.run_for_s, as_json=as_json)


def _sent(settings: Settings, wanted: Push, asked: Sequence[Path]) -> tuple[Files, Sequence[Missing]]:
    """Return what is sent of each file, and what is called that is not among it."""
    if wanted.is_suite:
        return {path: [suite_file(path)] for path in asked}, ()
    reader = _Reader(settings, wanted.format)
    files = {path: list(reader.read(path)) for path in asked}
    if wanted.name is not None and len(asked) == 1:  # it is for this one, whatever goes along
        for file in files[asked[0]]:
            if "definition" in file:
                file["definition"]["name"] = wanted.name
    return with_called(files, lambda path: list(reader.read(path)))


class _Reader:
    """Reads files into what the API takes: our own as objects, with what they upload; others as they are."""

    def __init__(self, settings: Settings, format: str | None) -> None:
        plugins = load_plugins(blocked=settings.blocked_plugins)
        self._actions = StepActions.installed(plugins)
        self._importers = Importers.installed(plugins)
        self._format = format

    def read(self, path: Path) -> Iterator[dict[str, Any]]:
        """Return what is in a file: itself, or each of an archive.

        Raises:
            InvalidInput: it is wrong; names it, and the line where it can.
        """
        content = path.read_bytes()
        if is_archive(content):
            yield from (self._sent(name, inner) for name, inner in unpacked(content))
        elif (self._format or detected(self._importers, content, path.name)) == FORMAT:
            journey = load_journey(path, self._actions, with_called=False)  # the server has its own
            definition = journey.model_dump(mode="json", exclude_unset=True) | {"name": journey.name}
            yield {"file_name": str(path), "definition": definition, **_recorded(path, content)}
        else:
            yield self._sent(str(path), content)

    def _sent(self, name: str, content: bytes) -> dict[str, Any]:
        if len(content) > LARGEST:
            raise refused_file(f"is larger than {LARGEST:,} bytes", Path(name))
        try:
            return {"file_name": name, "content": content.decode("utf-8-sig")}
        except UnicodeDecodeError:
            raise refused_file("is not text in UTF-8", Path(name)) from None


def _recorded(path: Path, content: bytes) -> dict[str, str]:
    found = RECORDED.search(content.decode(errors="replace")) if path.suffix in _YAML else None
    return {"id": found[1]} if found else {}


def _record(paths: Sequence[Path], done: ImportDone) -> None:
    """Write the ids of what is new into the files that made it, as far as they can say it."""
    by_name = {str(path): path for path in paths}
    for check in done.checks:
        path = by_name.get(check.file_name)
        if check.action != "created" or path is None or path.suffix not in _YAML or check.family != "journey":
            continue
        path.write_text(f"# outrider-id: {check.id}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")


def _fields(client: Client, wanted: Push) -> dict[str, Any]:
    said = {
        "base_url": wanted.base_url,
        "interval_seconds": wanted.every_s,
        "locations": list(wanted.locations),
        "environment": wanted.environment,
        "project_id": project_id_of(client, wanted.project) if wanted.project is not None else None,
        "secrets": secrets_from_environment(wanted.secrets),
    }
    return {name: value for name, value in said.items() if value}


def _show(done: ImportDone, *, has_schedule: bool) -> None:
    for check in done.checks:
        typer.echo(_line(check, dry_run=done.dry_run))
        if check.action == "created" and check.family == "journey" and not has_schedule:
            typer.echo(f"note: {check.name} runs on demand only: --every SECONDS gives it a schedule", err=True)
        typer.echo("".join(f"  {line}\n" for line in check.text.splitlines()), nl=False)
        for warning in check.warnings:
            typer.echo(f"warning: {warning}", err=True)
        if check.secrets_needed:
            options = " ".join(f"--secret {name}" for name in check.secrets_needed)
            typer.echo(f"warning: {check.name} needs secrets that have no value yet: add {options}", err=True)
    for receipt in done.receipts:
        for line in receipt.lines:
            if line["outcome"] != "exact":
                outcome = line["outcome"].replace("_", " ")
                parts = (receipt.file_name, line["where"], outcome, line["what"], line["note"])
                typer.echo(": ".join(part for part in parts if part), err=True)
    for warning in done.warnings:
        typer.echo(f"warning: {warning}", err=True)


def _line(check: Imported, *, dry_run: bool) -> str:
    if check.action == "unchanged":
        return f"{check.name}: {check.id}, unchanged"
    done = f"would be {check.action}" if dry_run else f"{check.action}, version {check.current_version}"
    return f"{check.name}: {check.id}, {done}" if check.id else f"{check.name}: {done}"


def _run(client: Client, pushed: Sequence[Imported], wait_s: int, *, as_json: bool) -> int:
    """Run what was pushed, one after the other; where a site failed counts most."""
    statuses = []
    for check in pushed:
        checks = client.journeys if check.family == "journey" else client.api_monitors
        begin = partial(checks.run, check.id or "")
        statuses.append(follow_to_the_verdict(client, begin, wait_s=wait_s, as_json=as_json))
    return min((status for status in statuses if status), default=0)

"""Walking through a run of a server again, in the same way as through files."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from outrider_api.client import Client
from outrider_api.client.runs import RunReplay
from outrider_engine.errors import InvalidInput
from outrider_engine.settings import Settings

from .journey_values import variables_of
from .local_plan import LocalRun
from .local_run import run_files
from .recorded_file import see_that_free, text_of, write

_HAR = "har"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """Which run, whether its HAR stands for the network, and where its journey is to be written."""

    run_id: str
    with_har: bool = False
    save: Path | None = None
    force: bool = False


def replay_run(client: Client, settings: Settings, asked: Replay, wanted: LocalRun) -> int:
    """Walk through a run again; returns the exit status that ``outrider run`` promises.

    Raises:
        InvalidInput: a value is wrong, a secret is missing, the run kept no HAR, or the file to write is there already.
        ClientError: the server refused it, or can't be reached.
        OSError: the journey can't be written.
    """
    found = client.runs.replay(asked.run_id)
    if not wanted.as_json:
        when = f"version {found.check_version}, {found.status} at {found.location}"
        typer.echo(f"{found.run_id}: {when}", err=True)
    if asked.save is not None:
        _save(asked.save, found, force=asked.force)
    with TemporaryDirectory(prefix="outrider-replay-") as folder:
        file = Path(folder, "replay.journey.json")
        write(file, found.journey)
        network = _network(client, found, Path(folder)) if asked.with_har else None
        return run_files(settings, _as_it_was(found, wanted, file, network))


def _save(path: Path, found: RunReplay, *, force: bool) -> None:
    """Write the journey; the same run can be walked again without being asked whether its file may be replaced."""
    is_the_same = path.is_file() and path.read_bytes() == text_of(path, found.journey).encode()
    if not is_the_same:
        see_that_free(path, option="--save", force=force)
        write(path, found.journey)


def _as_it_was(found: RunReplay, wanted: LocalRun, file: Path, network: Path | None) -> LocalRun:
    """Return a local run like the one on the server, but for what is wanted otherwise."""
    values = {**found.variables, **variables_of(wanted.variables)}
    missing = [name for name in found.secrets if name not in wanted.secrets]
    return replace(
        wanted,
        paths=(file,),
        base_url=wanted.base_url or found.base_url,
        variables=tuple(f"{name}={text}" for name, text in values.items() if name not in found.secrets),
        secrets=tuple(wanted.secrets),
        values=_typed(missing),
        timeout_s=found.timeout_seconds,
        network=network,
    )


def _typed(names: Sequence[str]) -> dict[str, str]:
    """Ask a person for secrets; where there is nobody, the run says which it misses."""
    if not sys.stdin.isatty():
        return {}
    return {name: typer.prompt(f"secret {name}", hide_input=True, err=True) for name in names}


def _network(client: Client, found: RunReplay, folder: Path) -> Path:
    kept = next((file for file in found.artifacts if file.kind == _HAR), None)
    if kept is None:
        raise InvalidInput(
            f"the run {found.run_id} kept no HAR; let its journey say `artifacts: {{har: on_failure}}`", field="--har"
        )
    path = folder / "network.har"
    path.write_bytes(client.runs.content(kept))
    return path

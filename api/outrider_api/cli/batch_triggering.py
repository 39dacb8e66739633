"""Starting a batch on a server, showing its runs as they end, and writing its reports."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.text import Text

from outrider_api.client import Batch, BatchNotOver, BatchRun, Client
from outrider_engine.domain.verdicts import OUR_SIDE, Verdict

from .json_output import print_json
from .output_places import require_file
from .signals import interrupted_by_sigterm
from .step_list import MARKS, duration
from .triggering import ended_with

_COUNTED = (*(verdict.value for verdict in Verdict), "running", "queued", "skipped")
_NAMES = (12, 40)
"""Columns for the names of checks, at least and at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """Where reports go: files that are written anew, and one to which the summary is appended."""

    junit: Path | None = None
    summary: Path | None = None
    step_summary: Path | None = None

    def refuse_unwritable(self) -> None:
        """Refuse files that can't be written, before anything is started; their folders are made.

        Raises:
            InvalidInput: names the option.
        """
        for option, path in (
            ("--junit", self.junit),
            ("--summary", self.summary),
            ("--step-summary", self.step_summary),
        ):
            if path is not None:
                require_file(path, option)

    def write(self, client: Client, id: str) -> None:
        """Write what is asked for.

        Raises:
            OSError: a file can't be written.
            ClientError: the server does not give a report.
        """
        if self.junit is not None:
            _write(self.junit, client.batches.junit(id), append=False)
        for path in (self.summary, self.step_summary):
            if path is not None:
                _write(path, client.batches.summary(id), append=path is self.step_summary)


def follow_batch(
    client: Client, fields: Callable[[], Mapping[str, Any]], *, wait_s: int, reports: Reports, as_json: bool = False
) -> int:
    """Start a batch, show its runs as they end, and write its reports; returns its exit status.

    On Ctrl-C or SIGTERM what has not ended is called off.

    Args:
        client: of the server.
        fields: returns what the API is asked for.
        wait_s: seconds to wait for the verdict; 0 only starts the runs.
        reports: which reports are written, whatever the verdict.
        as_json: show the batch as the API answers it at the end, and nothing else.

    Raises:
        InvalidInput: there is no such check, or the server does not take a value.
    """
    reports.refuse_unwritable()

    def follow() -> int:
        batch = client.batches.start(**fields())
        show = _Progress(batch, is_silent=as_json)
        show.begun(client.server)
        if wait_s:
            batch = _awaited(client, batch, wait_s, show)
        reports.write(client, batch.id)
        if as_json:
            print_json(batch.raw)
        if not wait_s:
            return 0
        return OUR_SIDE if batch.exit_status is None else batch.exit_status

    return ended_with(follow)


def _awaited(client: Client, batch: Batch, wait_s: int, show: "_Progress") -> Batch:
    try:
        with interrupted_by_sigterm():
            for latest in client.batches.follow(batch.id, timeout_s=wait_s):
                batch = latest
                show.news(batch)
    except BatchNotOver as error:
        typer.echo(f"outrider: {error}", err=True)
        return error.batch
    except KeyboardInterrupt:
        typer.echo("outrider: interrupted; calling off what has not ended", err=True)
        batch = client.batches.cancel(batch.id)
        show.news(batch)
    show.ended(batch)
    return batch


class _Progress:
    """Shows the runs of a batch, each on a line when it has ended."""

    def __init__(self, batch: Batch, *, is_silent: bool) -> None:
        self._batch = batch
        self._console = Console(highlight=False, quiet=is_silent)
        self._told: set[str] = set()
        least, most = _NAMES
        self._width = min(max([least, *(len(run.name) for run in batch.runs)]), most)
        self._place = max([0, *(len(run.location) for run in batch.runs)])

    def begun(self, server: str) -> None:
        """Show what was started."""
        batch = self._batch
        self._print(Text(f"{batch.id}: {_counted(len(batch.runs), 'run')} at {server}/api/agent/batches/{batch.id}"))
        for check in batch.skipped:
            self._print(Text(f"  · skipped   {check['name']}: {check['reason']}", "dim"))
        for warning in batch.warnings:
            typer.echo(f"warning: {warning}", err=True)

    def news(self, batch: Batch) -> None:
        """Show the runs that have ended since the last time."""
        new = [run for run in batch.runs if run.is_over and run.id not in self._told]
        for run in sorted(new, key=lambda run: (str(run.raw.get("completed_at")), run.id)):
            self._told.add(run.id)
            self._print(self._line(run))

    def ended(self, batch: Batch) -> None:
        """Show what all of them come to."""
        mark, style = MARKS[Verdict(batch.status)]
        self._print(Text.assemble((f"{mark} {batch.status}", f"bold {style}"), f": {counts_of(batch)}"))

    def _line(self, run: BatchRun) -> Text:
        mark, style = MARKS[Verdict(run.status)]
        took = duration(run.duration_ms) if run.duration_ms is not None else ""
        line = Text.assemble("  ", (f"{mark} {run.status:<9}", style), f" {run.name:<{self._width}} ")
        line.append(f"{run.location:<{self._place}} {took:>9}  {run.id}", "dim")
        if not run.blocking and run.status not in ("passed", "degraded"):
            line.append("  does not count")
        if run.error:
            line.append(f"\n    {run.error}", style)
        return line

    def _print(self, line: Text) -> None:
        self._console.print(line, soft_wrap=True)
        sys.stdout.flush()


def counts_of(batch: Batch) -> str:
    """Return how many runs of a batch are in which state."""
    counts = [f"{batch.counts[name]} {name.replace('_', ' ')}" for name in _COUNTED if batch.counts.get(name)]
    if tolerated := batch.counts.get("failed_non_blocking"):
        counts.append(f"{tolerated} of them not counted")
    return ", ".join(counts) or "nothing was run"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _write(path: Path, text: str, *, append: bool) -> None:
    with path.open("a" if append else "w", encoding="utf-8") as file:
        file.write(text)

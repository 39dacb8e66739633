"""What the demonstration says about itself: where its parts are, and where to look."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from outrider_api.client import Run
from outrider_engine.domain.observations import ArtifactKind
from outrider_engine.domain.runs import Artifact
from outrider_engine.domain.verdicts import Reason

NO_BROWSER = (
    "There is no browser that Outrider could use. Run `make setup`, or install Chromium and name it: "
    "OUTRIDER_BROWSER_PATH=/path/to/chromium"
)

AS_ROOT = "You are root, so the browser runs without its sandbox: fine for this shop, not for sites you do not trust."


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where the parts of the demonstration are."""

    api: str
    shop: str
    data: Path
    log: Path


def introduce(console: Console, places: Places) -> None:
    """Say what runs where."""
    console.print(Text("Outrider, with a shop to watch", style="bold"))
    _show(console, [("Shop", f"{places.shop}   its switches: {places.shop}/demo"), ("API", f"{places.api}/docs")])
    if os.geteuid() == 0:
        console.print(Text(f"  {AS_ROOT}", style="yellow"), soft_wrap=True)


def say_what_is_wrong(console: Console, run: Run) -> None:
    """Say what the newcomer has to do first, if anything."""
    if run.reason == Reason.BROWSER_UNAVAILABLE:
        console.print(Text(f"\n{NO_BROWSER}", style="bold red"), soft_wrap=True)


def show_where_to_look(
    console: Console, places: Places, key: str, run: Run, kept: Sequence[tuple[Artifact, Path]]
) -> None:
    """Say where everything can be looked at while the demonstration goes on."""
    console.print(Text("\nWhere to look", style="bold"))
    curl = f"curl -H 'Authorization: Bearer {key}' {places.api}/api/v1"
    asked = [("The run as JSON", f"{curl}/runs/{run.id}"), ("The alert", f"{curl}/alerts")]
    _show(console, [*asked, ("API docs", f"{places.api}/docs"), *_on_disk(places, kept)])


def show_what_is_left(console: Console, places: Places, kept: Sequence[tuple[Artifact, Path]]) -> None:
    """Say what is left on the disk when the servers are gone."""
    console.print(Text("\nWhat is left", style="bold"))
    _show(console, [*_on_disk(places, kept), ("See it live", "make run")])


def _on_disk(places: Places, kept: Sequence[tuple[Artifact, Path]]) -> list[tuple[str, str]]:
    pictures = [path for artifact, path in kept if artifact.kind is ArtifactKind.SCREENSHOT]
    traces = [path for artifact, path in kept if artifact.kind is ArtifactKind.TRACE]
    return [
        *(("Screenshot", _short(path)) for path in pictures[-1:]),
        *(("Trace", _viewing(path)) for path in traces),
        ("Messages sent", f"{_short(places.log)} (the channel writes them to the log)"),
        ("Everything kept", f"{_short(places.data)} (used again by the next start)"),
    ]


def _viewing(trace: Path) -> str:
    """Return the command that shows a trace; with a host it serves the viewer to any browser and needs none itself."""
    return (
        f"{_short(Path(sys.executable).with_name('playwright'))} show-trace --host 127.0.0.1 --port 0 {_short(trace)}"
    )


def say_how_to_go_on(console: Console, places: Places) -> None:
    """Say that it goes on, and how to break the shop."""
    console.print(Text("\nIt goes on by schedule until Ctrl-C", style="bold"))
    switch = f"curl -H 'Content-Type: application/json' -d '{{\"checkout\": \"broken\"}}' {places.shop}/demo/switch"
    _show(console, [("Break the shop", switch)])
    console.print()


def _show(console: Console, rows: Sequence[tuple[str, str]]) -> None:
    """Print names and texts; long texts stay on one line, so that they can be copied whole."""
    width = max(len(name) for name, _ in rows)
    for name, text in rows:
        console.print(Text.assemble("  ", (f"{name:<{width}}", "dim"), f"  {text}"), soft_wrap=True)


def _short(path: Path) -> str:
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)

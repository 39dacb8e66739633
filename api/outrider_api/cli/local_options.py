"""Options of commands that work on this machine, without a server."""

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import typer

from .base_url_option import base_url_option

Journeys: TypeAlias = Annotated[
    list[Path],
    typer.Argument(exists=True, help="Journeys in YAML or JSON, and folders of *.journey.yaml, .yml and .json."),
]
Tags: TypeAlias = Annotated[
    list[str] | None, typer.Option(metavar="TAG", help="Only journeys with this tag; repeatable: any of them.")
]
BaseUrl: TypeAlias = Annotated[str | None, base_url_option("Walk another site than the file says.")]
Variables: TypeAlias = Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="A variable; repeatable.")]
Secrets: TypeAlias = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="A secret, read from the variable $NAME; repeatable.")
]
LoginStates: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        file_okay=False, metavar="FOLDER", help="Private folder in which login states are kept for later runs."
    ),
]
Headed: TypeAlias = Annotated[bool, typer.Option("--headed", help="Show the browser's window.")]
Heal: TypeAlias = Annotated[
    bool, typer.Option("--heal", help="Where a later locator of a step was needed, put it first in the file.")
]
Browser: TypeAlias = Annotated[
    Literal["chromium", "firefox", "webkit"] | None, typer.Option(help="Walk in another browser than the file says.")
]
Timeout: TypeAlias = Annotated[float, typer.Option(min=1, max=3600, help="Seconds for each journey.")]
Repeat: TypeAlias = Annotated[int, typer.Option(min=1, max=1000, help="Walk each journey so many times.")]
Workers: TypeAlias = Annotated[int, typer.Option(min=1, max=32, help="Walk so many journeys side by side.")]
Trace: TypeAlias = Annotated[
    bool, typer.Option("--trace", help="Keep the trace of every run, not only of failed ones.")
]
Video: TypeAlias = Annotated[
    bool, typer.Option("--video", help="Keep a film of every run; needs ffmpeg, and a journey without secrets.")
]
UpdateBaselines: TypeAlias = Annotated[
    bool,
    typer.Option("--update-baselines", help="Let pictures of runs that pass be what later ones are compared with."),
]
Junit: TypeAlias = Annotated[
    Path | None, typer.Option(dir_okay=False, metavar="FILE", help="Write a report as JUnit's XML.")
]
Output: TypeAlias = Annotated[
    Path | None,
    typer.Option("--output", "-o", file_okay=False, help="Folder for pictures, traces and the like, one for each run."),
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print one JSON document, and nothing else.")]

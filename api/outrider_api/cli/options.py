"""Options that several commands have."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

Host: TypeAlias = Annotated[str, typer.Option(help="Address to listen on.")]
Port: TypeAlias = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")]
DataDir: TypeAlias = Annotated[
    Path | None, typer.Option(file_okay=False, help="Folder of database, artifacts and keys (OUTRIDER_DATA_DIR).")
]
Organization: TypeAlias = Annotated[
    str | None, typer.Option(help="Id of the organization; not needed while there is only one.")
]
Artifacts: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--artifacts",
        metavar="[KIND=]WORD",
        help="When files are kept: always, on_failure or never; of screenshots, trace, video, har, …; repeatable.",
    ),
]

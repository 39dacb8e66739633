"""The file that a recording, or the journey of a run, becomes, and what is said of it."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rich.console import Console
from rich.text import Text

from outrider_engine.errors import InvalidInput
from outrider_journeys.exporting.outrider_yaml import yaml_of
from outrider_journeys.recording.recorded import Recorded

from .output_places import require_file

_LOCAL = re.compile(r"(?:localhost|127\.|0\.0\.0\.0|\[::1\]|[^/.:]+(?::\d+)?(?:/|$))")
"""Hosts that rarely have a certificate."""


def address_of(text: str) -> str:
    """Return an address; one without a scheme is ``https``, or ``http`` on this machine and in its network.

    Raises:
        InvalidInput: it is none that a browser could record.
    """
    url = text if "://" in text else f"{'http' if _LOCAL.match(text) else 'https'}://{text}"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InvalidInput(f"{text!r} is not an address: {error}", field="URL") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise InvalidInput(f"{text!r} is not an address that begins with http:// or https://", field="URL")
    return url


def free_path(wanted: Path | None, url: str, *, force: bool) -> Path:
    """Return the file to write.

    Raises:
        InvalidInput: it is there already, and nobody said that it may be written over; its folder is not there; or it
            can't be written.
    """
    path = wanted or Path(f"{_slug(url)}.journey.yaml")
    see_that_free(path, option="--output", force=force)
    return path


def see_that_free(path: Path, *, option: str, force: bool) -> None:
    """See that a file can be written.

    Raises:
        InvalidInput: as of ``free_path``; names the option.
    """
    if path.exists() and not force:
        raise InvalidInput(f"{path} is there already; choose another name, or add --force", field=option)
    if not path.parent.is_dir():
        raise InvalidInput(f"there is no folder {path.parent}", field=option)
    require_file(path, option)


def text_of(path: Path, definition: Mapping[str, Any]) -> str:
    """Return a journey as a file of this name holds it: JSON if the name says so, else YAML."""
    is_json = path.suffix.lower() == ".json"
    return f"{json.dumps(definition, indent=2, ensure_ascii=False)}\n" if is_json else yaml_of(definition)


def write(path: Path, definition: Mapping[str, Any]) -> None:
    """Write a journey, as its file is called."""
    path.write_text(text_of(path, definition), encoding="utf-8")


def show_recorded(console: Console, path: Path, recorded: Recorded) -> None:
    """Say what was recorded, and what a person still has to do."""
    count = len(recorded.step_names)
    console.print(Text(f"{recorded.definition['name']}: {count} step{'s' * (count != 1)}, {path}"), soft_wrap=True)
    for note in recorded.notes:
        console.print(Text(f"  to decide: {note}", style="yellow"), soft_wrap=True)
    names = recorded.definition.get("secrets", ())
    if names:
        options = " ".join(f"--secret {name}" for name in names)
        text = (
            f"  typed values that are secret are not in the file: set ${', $'.join(names)} and add {options} to run it"
        )
        console.print(Text(text, style="yellow"), soft_wrap=True)


def as_object(path: Path, recorded: Recorded) -> dict[str, Any]:
    """Return what was recorded for programs."""
    return {"file": str(path), "journey": recorded.definition, "notes": list(recorded.notes)}


def _slug(url: str) -> str:
    parts = urlsplit(url)
    return re.sub(r"[^a-z0-9]+", "-", f"{parts.hostname}{parts.path}".lower()).strip("-")[:60].strip("-") or "recording"

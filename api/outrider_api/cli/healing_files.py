"""Mending journey files after runs that needed a later locator of a step."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from outrider_journeys.healing import difference, healed_text

from .local_results import LocalResult


def heal_files(results: Sequence[LocalResult], console: Console, *, write: bool) -> None:
    """Show how files would have to be changed so that the locators that worked are tried first; or change them.

    Raises:
        OSError: a file can't be read or written.
    """
    patches: dict[Path, list[Any]] = {}
    for result in results:
        found = [patch for step in result.observation.steps for patch in _patches(step.detail.get("patch"))]
        known = patches.setdefault(result.path, [])
        known += [patch for patch in found if patch not in known]
    for path, wanted in patches.items():
        before = path.read_bytes().decode("utf-8", errors="surrogateescape") if wanted else ""
        after = healed_text(before, wanted)
        if after == before:
            continue
        if write:
            path.write_bytes(after.encode("utf-8", errors="surrogateescape"))
            console.print(Text(f"{path}: the locators that worked go first now"), soft_wrap=True)
        else:
            console.print(Text(f"outrider run {path} --heal changes the file so:"), soft_wrap=True)
            console.print(Text(difference(before, after, path.name).rstrip()), soft_wrap=True)


def _patches(fact: Any) -> list[Any]:
    return [each for each in fact if isinstance(each, dict)] if isinstance(fact, list) else []

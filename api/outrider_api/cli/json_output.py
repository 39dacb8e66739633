"""What the API answered, for programs: one document, or one object on each line."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import typer


def print_json(answer: Mapping[str, Any] | Sequence[Any]) -> None:
    """Print one document."""
    typer.echo(json.dumps(answer, indent=2, ensure_ascii=False))


def print_line(answer: Mapping[str, Any]) -> None:
    """Print one object as one line."""
    typer.echo(json.dumps(answer, ensure_ascii=False))

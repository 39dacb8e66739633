"""Asking before something is gone for good."""

import sys

import typer

from outrider_engine.errors import InvalidInput


def confirm(deed: str, *, is_sure: bool) -> None:
    """Ask whether something is really meant; anything but a yes ends the command.

    Raises:
        InvalidInput: nobody can be asked.
    """
    if is_sure:
        return
    if not sys.stdin.isatty():
        raise InvalidInput("is needed where nobody can be asked", field="--yes")
    typer.confirm(f"{deed}?", abort=True, err=True)

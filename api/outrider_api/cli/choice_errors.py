"""What is told of an option that takes one of a few words, and got another."""

import re
from typing import Any

import typer
from typer.core import TyperGroup

from outrider_engine.errors import did_you_mean

_CHOICE = re.compile(r"(?:Value error, )?'(?P<given>[^']*)' is not one of (?P<allowed>'.*')\.?$")


class WithGuesses(TyperGroup):
    """Commands whose errors about wrong words say which one was probably meant."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = _worded(error.message)
            raise


def _worded(message: str) -> str:
    found = _CHOICE.match(message)
    if found is None:
        return message
    guess = did_you_mean(found["given"], re.findall(r"'([^']*)'", found["allowed"]))
    return f"'{found['given']}' is not one of {found['allowed']}{guess}"

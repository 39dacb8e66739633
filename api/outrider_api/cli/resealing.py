"""Encrypting everything anew with a new secret key, by an operator who holds the database."""

import typer

from outrider_engine.bootstrap.tools import open_resealing
from outrider_engine.settings import Settings

from .tables import show_table


def reseal(settings: Settings) -> int:
    """Seal everything anew and show what came of it; returns the exit status.

    Raises:
        ConfigurationError: there is no key, or one is wrong.
    """
    with open_resealing(settings) as resealing:
        came = resealing.reseal()
    show_table(
        ("what", "encrypted anew", "up to date", "changed meanwhile", "unreadable"),
        [
            (one.place, *(str(number) for number in (one.renewed, one.current, one.changed, one.unreadable)))
            for one in came
        ],
    )
    if any(one.unreadable for one in came):
        typer.echo("Some were encrypted with a key that is not in OUTRIDER_SECRET_KEY: put it at its end.", err=True)
        return 1
    if any(one.changed for one in came):
        typer.echo("Some were changed meanwhile: repeat this before you take the old key away.", err=True)
        return 1
    typer.echo("Everything is encrypted with the first key; older ones can go.")
    return 0

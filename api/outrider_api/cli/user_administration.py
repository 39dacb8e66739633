"""Users of the whole server, by an operator who holds the database."""

import sys

import typer

from outrider_engine.bootstrap.tools import open_accounts
from outrider_engine.domain.members import User
from outrider_engine.settings import Settings

from .tables import day_and_time, show_table

_PAGE = 100


def show_users(settings: Settings) -> None:
    """List the users who have an e-mail address."""
    found: list[User] = []
    page, total = 1, 1
    with open_accounts(settings) as accounts:
        while len(found) < total:
            users, total = accounts.list(page, _PAGE)
            found.extend(users)
            page += 1
    rows = [(user.id, user.email or "", user.name, day_and_time(user.created_at)) for user in found]
    show_table(("id", "e-mail", "name", "created"), rows)


def replace_password(settings: Settings, email: str) -> None:
    """Give a user another password, from the terminal or from standard input."""
    with open_accounts(settings) as accounts:
        ended = accounts.reset_password(email, _read(email))
    typer.echo(f"{email} has a new password; sessions that ended: {ended}.")


def _read(email: str) -> str:
    if sys.stdin.isatty():
        typed: str = typer.prompt(f"New password of {email}", hide_input=True, confirmation_prompt=True, err=True)
        return typed
    return sys.stdin.read().removesuffix("\n").removesuffix("\r")

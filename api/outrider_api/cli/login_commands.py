"""``login``, ``logout`` and ``whoami``: which server the other commands ask, and as whom."""

from typing import Annotated

import typer

from .remote_options import PROFILE, Remote, asks_a_server

Profile = Annotated[str | None, typer.Option(help=f"Name of the profile; else {PROFILE}, or 'default'.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(login)
    app.command()(logout)
    app.command()(asks_a_server(whoami))


def login(
    *,
    server: Annotated[str | None, typer.Option(help="Where Outrider is; asked for when left out.")] = None,
    key: Annotated[
        str | None, typer.Option(help="API key; others see command lines, so rather --key-stdin or the prompt.")
    ] = None,
    key_stdin: Annotated[bool, typer.Option("--key-stdin", help="Read the API key from standard input.")] = False,
    profile: Profile = None,
) -> None:
    """Try a server and an API key, and keep them for the other commands."""
    from .signing_in import sign_in

    sign_in(server=server, key=key, from_stdin=key_stdin, profile=profile)


def logout(profile: Profile = None) -> None:
    """Forget a server and its API key on this machine; the key itself stays valid."""
    from .signing_in import sign_out

    sign_out(profile)


def whoami(remote: Remote) -> None:
    """Show which server is asked with which key, where both come from, and try them."""
    from .signing_in import show_identity

    show_identity(remote)

"""``members`` and ``api-keys``: who may do what on a server."""

from typing import Annotated, TypeAlias

import typer

from .remote_options import Remote, Yes, asks_a_server

There: TypeAlias = Annotated[
    str | None, typer.Option("--organization", help="Id of the organization; not needed while the key knows only one.")
]
Who: TypeAlias = Annotated[str, typer.Argument(metavar="EMAIL|ID", help="Their e-mail address, or the member's id.")]
Role: TypeAlias = Annotated[str, typer.Option(help="owner, admin, member or viewer.")]
Key: TypeAlias = Annotated[str, typer.Argument(metavar="NAME|ID", help="Its name, or its id.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    members = typer.Typer(name="members", help="The people of an organization on a server.", no_args_is_help=True)
    members.command("list")(asks_a_server(list_members))
    members.command("show")(asks_a_server(show_member))
    members.command("invite")(asks_a_server(invite_member))
    members.command("resend")(asks_a_server(resend_invitation))
    members.command("role")(asks_a_server(give_role))
    members.command("remove")(asks_a_server(remove_member))
    app.add_typer(members)
    keys = typer.Typer(name="api-keys", help="API keys on a server.", no_args_is_help=True)
    keys.command("list")(asks_a_server(list_keys))
    keys.command("show")(asks_a_server(show_key))
    keys.command("create")(asks_a_server(create_key))
    keys.command("rotate")(asks_a_server(rotate_key))
    keys.command("revoke")(asks_a_server(revoke_key))
    app.add_typer(keys)


def list_members(remote: Remote, *, organization: There = None) -> None:
    """List members, and those who are invited."""
    from .remote_people import RemoteMembers

    RemoteMembers.of(remote, organization).show_all()


def show_member(remote: Remote, who: Who, *, organization: There = None) -> None:
    """Show a member, or somebody invited."""
    from .remote_people import RemoteMembers

    RemoteMembers.of(remote, organization).show(who)


def invite_member(
    remote: Remote,
    email: Annotated[str, typer.Argument(help="Their e-mail address.")],
    *,
    role: Role = "member",
    organization: There = None,
) -> None:
    """Invite somebody. Where the server sends no mail, the link to hand over is shown this once."""
    from .remote_people import RemoteMembers

    RemoteMembers.of(remote, organization).invite(email, role)


def resend_invitation(remote: Remote, who: Who, *, organization: There = None) -> None:
    """Send an invitation again, with a new link; the old one stops working."""
    from .remote_people import RemoteMembers

    RemoteMembers.of(remote, organization).resend(who)


def give_role(
    remote: Remote,
    who: Who,
    role: Annotated[str, typer.Argument(help="owner, admin, member or viewer.")],
    *,
    organization: There = None,
) -> None:
    """Give a member, or somebody invited, another role."""
    from .remote_people import RemoteMembers

    RemoteMembers.of(remote, organization).give_role(who, role)


def remove_member(remote: Remote, who: Who, *, yes: Yes = False, organization: There = None) -> None:
    """Remove a member, whose keys of this organization stop working, or an invitation."""
    from .remote_people import RemoteMembers

    RemoteMembers.of(remote, organization).remove(who, is_sure=yes)


def list_keys(remote: Remote) -> None:
    """List the API keys that are not revoked."""
    from .remote_keys import RemoteKeys

    RemoteKeys.of(remote).show_all()


def show_key(remote: Remote, wanted: Key) -> None:
    """Show an API key, without its text."""
    from .remote_keys import RemoteKeys

    RemoteKeys.of(remote).show(wanted)


def create_key(
    remote: Remote,
    name: Annotated[str, typer.Argument(help="Unique in the organization.")],
    *,
    role: Role = "member",
    scope: Annotated[
        list[str] | None,
        typer.Option(help="What it may do (monitors:read, …), repeatable; without it, all that its role may."),
    ] = None,
    expires_at: Annotated[
        str | None, typer.Option(metavar="TIME", help="When it stops working, as 2027-01-01T00:00:00Z; else never.")
    ] = None,
    monthly_limit: Annotated[int | None, typer.Option(min=1, help="Calls in a calendar month.")] = None,
    project: Annotated[
        str | None, typer.Option(metavar="NAME|ID", help="The only project that it sees; without it, as its maker.")
    ] = None,
) -> None:
    """Create an API key; its text is shown this once."""
    from .remote_keys import RemoteKeys

    RemoteKeys.of(remote).create(
        name, role=role, scopes=scope or None, expires_at=expires_at, monthly_limit=monthly_limit, project=project
    )


def rotate_key(
    remote: Remote,
    wanted: Key,
    *,
    grace: Annotated[int, typer.Option(min=0, help="Seconds for which the old text goes on working.")] = 0,
) -> None:
    """Give an API key another text, which is shown this once."""
    from .remote_keys import RemoteKeys

    RemoteKeys.of(remote).rotate(wanted, grace_s=grace)


def revoke_key(remote: Remote, wanted: Key, *, yes: Yes = False) -> None:
    """Revoke an API key; it stops working at once."""
    from .remote_keys import RemoteKeys

    RemoteKeys.of(remote).revoke(wanted, is_sure=yes)

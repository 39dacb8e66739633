"""``db``, ``organizations``, ``keys``, ``users`` and ``secrets``: what an operator does past the API."""

from collections.abc import Callable
from typing import Annotated

import typer

from .options import DataDir, Organization


def register(app: typer.Typer) -> None:
    """Add the commands."""
    groups: tuple[tuple[str, str, dict[str, Callable[..., None]]], ...] = (
        ("db", "The database.", {"upgrade": upgrade}),
        (
            "organizations",
            "Organizations: who owns checks, runs and keys.",
            {"create": create_organization, "list": list_organizations, "plan": plan_of_organization},
        ),
        (
            "keys",
            "API keys, in the database of this server.",
            {"create": create_key, "list": list_keys, "revoke": revoke_key},
        ),
        ("users", "People who sign in.", {"list": list_users, "set-password": set_password}),
        ("secrets", "What is stored encrypted.", {"rotate": rotate_secrets}),
    )
    for name, words, commands in groups:
        group = typer.Typer(name=name, help=words, no_args_is_help=True)
        for word, command in commands.items():
            group.command(name=word)(command)
        app.add_typer(group)


def upgrade(data_dir: DataDir = None) -> None:
    """Bring the database's schema to the newest revision."""
    from .administration import upgrade_schema
    from .startup import started_settings

    upgrade_schema(started_settings(data_dir=data_dir))


def create_organization(name: str, data_dir: DataDir = None) -> None:
    """Make an organization, and its owner's API key, which is shown this once."""
    from .administration import add_organization
    from .startup import started_settings

    add_organization(started_settings(data_dir=data_dir), name)


def list_organizations(data_dir: DataDir = None) -> None:
    """List the organizations."""
    from .administration import show_organizations
    from .startup import started_settings

    show_organizations(started_settings(data_dir=data_dir))


def plan_of_organization(organization: str, plan: str, data_dir: DataDir = None) -> None:
    """Give an organization one of the plans of OUTRIDER_PLANS_FILE."""
    from .administration import assign_plan
    from .startup import started_settings

    assign_plan(started_settings(data_dir=data_dir), organization, plan)


def rotate_secrets(data_dir: DataDir = None) -> None:
    """Encrypt everything anew with the first of the keys in OUTRIDER_SECRET_KEY.

    Can be stopped and repeated. Ends with 1 when something was encrypted with a key that is not among them.
    """
    from .resealing import reseal
    from .startup import started_settings

    raise typer.Exit(reseal(started_settings(data_dir=data_dir)))


def create_key(
    name: str,
    *,
    role: Annotated[str, typer.Option(help="owner, admin, member or viewer.")] = "member",
    scope: Annotated[
        list[str] | None,
        typer.Option(help="What it may do (monitors:read, …), repeatable; without it, all that its role may."),
    ] = None,
    expires_in_days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="Days until it expires; without it, it never does.")
    ] = None,
    project: Annotated[
        str | None, typer.Option(metavar="ID", help="The only project that it sees; without it, all of them.")
    ] = None,
    organization: Organization = None,
    data_dir: DataDir = None,
) -> None:
    """Make an API key; its text is shown this once."""
    from .administration import KeyWish, add_key
    from .startup import started_settings

    wish = KeyWish(
        name=name,
        role=role,
        scopes=tuple(scope) if scope else None,
        expires_in_days=expires_in_days,
        project_id=project,
    )
    add_key(started_settings(data_dir=data_dir), organization, wish)


def list_keys(organization: Organization = None, data_dir: DataDir = None) -> None:
    """List the API keys of an organization that are not revoked."""
    from .administration import show_keys
    from .startup import started_settings

    show_keys(started_settings(data_dir=data_dir), organization)


def revoke_key(id: str, organization: Organization = None, data_dir: DataDir = None) -> None:
    """Revoke an API key at once."""
    from .administration import drop_key
    from .startup import started_settings

    drop_key(started_settings(data_dir=data_dir), organization, id)


def list_users(data_dir: DataDir = None) -> None:
    """List the users of all organizations who have an e-mail address."""
    from .startup import started_settings
    from .user_administration import show_users

    show_users(started_settings(data_dir=data_dir))


def set_password(email: str, data_dir: DataDir = None) -> None:
    """Give a user who forgot theirs another password, typed or from standard input; ends all their sessions."""
    from .startup import started_settings
    from .user_administration import replace_password

    replace_password(started_settings(data_dir=data_dir), email)

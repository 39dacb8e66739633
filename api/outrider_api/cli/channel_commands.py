"""``channels`` and ``rules``: whom a server tells, and when."""

from typing import Annotated, Literal, TypeAlias

import typer

from .remote_options import OfType, Order, Query, Remote, Yes, asks_a_server

Wanted: TypeAlias = Annotated[str, typer.Argument(metavar="NAME|ID", help="Its name, or its id.")]
Sorted: TypeAlias = Annotated[
    Literal["name", "created_at"] | None,
    typer.Option("--sort", help="By what they are sorted; by default the oldest are first."),
]

Settings: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="SETTING=JSON", help="A setting, as 'recipients=[\"a@b.test\"]'; repeatable."),
]
Secrets: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--secret",
        metavar="SETTING=VARIABLE",
        help="A setting that is secret, read from the environment, as bot_token=SLACK_TOKEN; repeatable.",
    ),
]
Occasions: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--notify-on", help="When it is told of alerts: alert, recovery; repeatable; by default on both."),
]
NewName: TypeAlias = Annotated[str | None, typer.Option("--name", help="What people are to call it.")]
Switch: TypeAlias = Annotated[bool | None, typer.Option("--enable/--disable", help="Switch it on, or off.")]

Threshold: TypeAlias = Annotated[
    float | None, typer.Option("--threshold", help="From where on it is broken, in its type's unit.")
]
Told: TypeAlias = Annotated[
    list[str] | None, typer.Option("--channel", metavar="NAME|ID", help="A channel that it tells; repeatable.")
]
Further: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="FIELD=JSON", help="Any field of the API, as 'window_seconds=600'; repeatable."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    channels = typer.Typer(name="channels", help="Channels on a server: whom it tells.", no_args_is_help=True)
    channels.command("list")(asks_a_server(list_channels))
    channels.command("show")(asks_a_server(show_channel))
    channels.command("create")(asks_a_server(create_channel))
    channels.command("update")(asks_a_server(update_channel))
    channels.command("test")(asks_a_server(test_channel))
    channels.command("rotate-secret")(asks_a_server(rotate_secret))
    channels.command("delete")(asks_a_server(delete_channel))
    app.add_typer(channels)
    rules = typer.Typer(name="rules", help="Alert rules on a server: when it tells.", no_args_is_help=True)
    rules.command("list")(asks_a_server(list_rules))
    rules.command("show")(asks_a_server(show_rule))
    rules.command("create")(asks_a_server(create_rule))
    rules.command("update")(asks_a_server(update_rule))
    rules.command("delete")(asks_a_server(delete_rule))
    app.add_typer(rules)


def list_channels(
    remote: Remote, *, query: Query = None, type: OfType = None, sort: Sorted = None, order: Order = None
) -> None:
    """List the channels."""
    from .remote_channels import RemoteChannels

    RemoteChannels.of(remote).show_all(q=query, type=type, sort=sort, order=order)


def show_channel(remote: Remote, wanted: Wanted) -> None:
    """Show a channel, without what is secret."""
    from .remote_channels import RemoteChannels

    RemoteChannels.of(remote).show(wanted)


def create_channel(
    remote: Remote,
    name: Annotated[str, typer.Argument(help="What people call it.")],
    *,
    type: Annotated[str, typer.Option(help="webhook, slack, email, …, or what the server's plugins add.")],
    set: Settings = None,
    secret: Secrets = None,
    notify_on: Occasions = None,
) -> None:
    """Create a channel. The secret that signs its messages, if it has one, is shown this once."""
    from .remote_channels import RemoteChannels

    RemoteChannels.of(remote).create(
        name, type=type, settings=set or (), secrets=secret or (), notify_on=notify_on or ()
    )


def update_channel(
    remote: Remote,
    wanted: Wanted,
    *,
    name: NewName = None,
    enable: Switch = None,
    set: Settings = None,
    secret: Secrets = None,
    notify_on: Occasions = None,
) -> None:
    """Change a channel. What is not said stays, settings too."""
    from .remote_channels import RemoteChannels

    RemoteChannels.of(remote).update(
        wanted, name=name, enabled=enable, settings=set or (), secrets=secret or (), notify_on=notify_on or ()
    )


def test_channel(remote: Remote, wanted: Wanted) -> None:
    """Send a test message through a channel, at once. Ends with 1 when it was not delivered."""
    from .remote_channels import RemoteChannels

    raise typer.Exit(RemoteChannels.of(remote).test(wanted))


def rotate_secret(remote: Remote, wanted: Wanted) -> None:
    """Give a channel a new signing secret, which is shown this once; the old one is void at once."""
    from .remote_channels import RemoteChannels

    RemoteChannels.of(remote).rotate_secret(wanted)


def delete_channel(remote: Remote, wanted: Wanted, *, yes: Yes = False) -> None:
    """Delete a channel, and take it out of all rules."""
    from .remote_channels import RemoteChannels

    RemoteChannels.of(remote).delete(wanted, is_sure=yes)


def list_rules(
    remote: Remote,
    *,
    query: Query = None,
    type: OfType = None,
    check: Annotated[
        str | None, typer.Option(metavar="NAME|ID", help="Only rules about this monitor, API monitor or journey.")
    ] = None,
    sort: Sorted = None,
    order: Order = None,
) -> None:
    """List the alert rules."""
    from .remote_rules import RemoteRules

    RemoteRules.of(remote).show_all(check, q=query, type=type, sort=sort, order=order)


def show_rule(remote: Remote, wanted: Wanted) -> None:
    """Show an alert rule."""
    from .remote_rules import RemoteRules

    RemoteRules.of(remote).show(wanted)


def create_rule(
    remote: Remote,
    name: Annotated[str, typer.Argument(help="What people call it.")],
    *,
    check: Annotated[str, typer.Option(metavar="NAME|ID", help="The monitor, API monitor or journey it is about.")],
    type: Annotated[str, typer.Option(help="consecutive_failures, error_rate, …")] = "consecutive_failures",
    threshold: Threshold = None,
    channel: Told = None,
    set: Further = None,
) -> None:
    """Create an alert rule about one check."""
    from .remote_rules import RemoteRules

    RemoteRules.of(remote).create(
        name, check=check, type=type, threshold=threshold, channels=channel or (), further=set or ()
    )


def update_rule(
    remote: Remote,
    wanted: Wanted,
    *,
    name: NewName = None,
    enable: Switch = None,
    threshold: Threshold = None,
    channel: Told = None,
    set: Further = None,
) -> None:
    """Change an alert rule. What is not said stays; channels that are said take the place of all."""
    from .remote_rules import RemoteRules

    RemoteRules.of(remote).update(
        wanted, name=name, enabled=enable, threshold=threshold, channels=channel or (), further=set or ()
    )


def delete_rule(remote: Remote, wanted: Wanted, *, yes: Yes = False) -> None:
    """Delete an alert rule. An alert of it that is open is resolved."""
    from .remote_rules import RemoteRules

    RemoteRules.of(remote).delete(wanted, is_sure=yes)

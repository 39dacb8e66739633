"""Sending a journey file to a server through its API; what is wrong with the file is told with its line, before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typer

from outrider_api.client import Client
from outrider_engine.plugin_manager import load_plugins
from outrider_engine.settings import Settings
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.loading import load_journey

from .journey_values import secrets_from_environment
from .json_output import print_json
from .remote_projects import project_id_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What is to be uploaded and how; ``secrets`` are names of environment variables, ``values`` of known secrets."""

    file: Path
    every_s: int | None = None
    locations: Sequence[str] = ()
    secrets: Sequence[str] = ()
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    environment: str | None = None
    project: str | None = None


def upload_file(client: Client, settings: Settings, wanted: Upload, *, as_json: bool = False) -> None:
    """Upload the journey and say where it is, or show what the API answered.

    Raises:
        InvalidInput: the file or a secret is wrong, or the server does not take what is in it.
        ClientError: the server refused it, or can't be reached.
    """
    actions = StepActions.installed(load_plugins(blocked=settings.blocked_plugins))
    journey = load_journey(wanted.file, actions, with_called=False)  # the server has its own
    body: dict[str, Any] = journey.model_dump(mode="json", exclude_unset=True, exclude={"secrets"})
    body |= {"name": journey.name, "secrets": {**wanted.values, **secrets_from_environment(wanted.secrets)}}
    if wanted.every_s is not None:
        body["interval_seconds"] = wanted.every_s
    if wanted.locations:
        body["locations"] = list(wanted.locations)
    if wanted.environment is not None:
        body["environment"] = wanted.environment
    if wanted.project is not None:
        body["project_id"] = project_id_of(client, wanted.project)
    stored = client.journeys.put(body)
    if as_json:
        print_json(stored.raw)
        return
    when = f"every {stored.interval_seconds} s" if stored.interval_seconds else "on demand"
    typer.echo(f"{stored.name}: {stored.id}, {when}, from {', '.join(stored.locations)}")
    for warning in stored.warnings:
        typer.echo(f"warning: {warning}", err=True)

"""Running a journey on a server through its API, and waiting for the verdict."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import typer
from rich.console import Console
from rich.text import Text

from outrider_engine.domain.verdicts import Cause, RunStatus, Verdict
from outrider_engine.errors import InvalidInput, OutriderError

from .api_client import ApiClient, Json, Refused
from .exit_statuses import OUR_SIDE, exit_status
from .journey_values import variables_of
from .step_list import MARKS, ShownStep, duration, name_width, step_line

JOURNEYS = "/api/v1/journeys"
_AGENT = "/api/agent"
_ID = "jrn_"
_ASK_FOR_S = 20
"""Seconds of one question; shorter than the client's patience with a server that does not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be run on which server; ``variables`` are ``NAME=VALUE``, ``wait_s`` 0 does not wait."""

    journey: str
    server: str
    key: str = field(repr=False)
    base_url: str | None
    variables: Sequence[str]
    location: str | None
    wait_s: int


def trigger_journey(wish: Wish) -> int:
    """Start the run, wait for it and show it; returns the exit status that ``outrider trigger`` promises.

    Raises:
        InvalidInput: there is no such journey, or the server does not take a value.
    """
    client = ApiClient(wish.server, wish.key)
    try:
        run = client.post(f"{_AGENT}/journeys/{_id_of(client, wish.journey)}/trigger", _body(wish))
        typer.echo(f"{run['id']} at {run['location']}: {wish.server.rstrip('/')}/api/v1/runs/{run['id']}")
        return _verdict(client, run, wish.wait_s) if wish.wait_s else 0
    except Refused as refusal:
        if refusal.is_ours:
            raise InvalidInput(str(refusal)) from None
        return _ended_without(str(refusal))
    except InvalidInput:
        raise
    except OutriderError as error:
        return _ended_without(str(error))


def _id_of(client: ApiClient, wanted: str) -> str:
    if wanted.startswith(_ID):
        return wanted
    found = next((each["id"] for each in client.all(JOURNEYS) if each["name"] == wanted), None)
    if found is None:
        raise InvalidInput(f"there is no journey of the name {wanted!r}", field="JOURNEY")
    return str(found)


def _body(wish: Wish) -> dict[str, Any]:
    given = {"base_url": wish.base_url, "location": wish.location, "variables": variables_of(wish.variables)}
    return {name: value for name, value in given.items() if value}


def _verdict(client: ApiClient, run: Json, wait_s: int) -> int:
    end = time.monotonic() + wait_s
    while not RunStatus(run["status"]).is_terminal:
        left = end - time.monotonic()
        if left <= 0:
            return _ended_without(f"no verdict within {wait_s} s; the run is {run['status']}")
        run = client.get(f"{_AGENT}/runs/{run['id']}", wait=min(_ASK_FOR_S, max(1, round(left))))
    _show(run)
    return exit_status(Verdict(run["status"]), Cause(run["cause"]) if run["cause"] else None)


def _show(run: Json) -> None:
    console = Console(highlight=False)
    steps = [
        ShownStep(each["name"], Verdict(each["status"]), each["duration_ms"], each["error"]) for each in run["steps"]
    ]
    width = name_width([step.name for step in steps], console.width if console.is_terminal else None)
    for step in steps:
        console.print(step_line(step, width=width), soft_wrap=True)
    mark, style = MARKS[Verdict(run["status"])]
    took = f" in {duration(run['duration_ms'])}" if run["duration_ms"] is not None else ""
    line = Text.assemble("  ", (f"{mark} {run['status']}", f"bold {style}"), took)
    if run["error"] and not any(step.error for step in steps):
        line.append(f"\n    {run['error']}", style=style)
    console.print(line, soft_wrap=True)


def _ended_without(sentence: str) -> int:
    typer.echo(f"outrider: {sentence}", err=True)
    return OUR_SIDE

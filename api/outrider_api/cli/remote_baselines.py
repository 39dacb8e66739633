"""The baselines of journeys on a server: listed and deleted."""

import typer

from outrider_api.client.client import Client

from .confirming import confirm
from .json_output import print_json


def list_baselines(client: Client, wanted: str, *, as_json: bool) -> None:
    """List the baselines of a journey.

    Raises:
        NoSuchName, Ambiguous: the journey can't be found.
        ClientError: the server refused it, or can't be reached.
    """
    found = client.journeys.baselines(client.journeys.find(wanted).id)
    if as_json:
        print_json({"baselines": list(found)})
        return
    for baseline in found:
        typer.echo(baseline)


def delete_baseline(client: Client, wanted: str, baseline: str, *, is_sure: bool, as_json: bool) -> None:
    """Delete one of the baselines of a journey, when that is really meant.

    Raises:
        NoSuchName, Ambiguous: the journey can't be found.
        InvalidInput: nobody can be asked.
        ClientError: there is no such baseline, the server refused it, or can't be reached.
    """
    journey = client.journeys.find(wanted)
    confirm(f"Delete the baseline {baseline} of the journey {journey.name} ({journey.id})", is_sure=is_sure)
    done = client.journeys.delete_baseline(journey.id, baseline)
    if as_json:
        print_json(done)
    else:
        typer.echo(f"baseline {baseline}: deleted")

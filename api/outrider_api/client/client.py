"""The client: one server, one key, and the resources of the API."""

import time
from collections.abc import Callable

from .alerting import Alerts, Channels, Rules
from .batches import Batches
from .checks import Checks, Measured
from .events import Events
from .imports import Journeys
from .incidents import Incidents, Releases
from .objects import (
    Alert,
    ApiKey,
    ApiMonitor,
    Channel,
    Environment,
    Incident,
    Journey,
    Monitor,
    Project,
    Release,
    Rule,
    Variable,
)
from .people import ApiKeys, Members, Projects
from .runs import Runs
from .transport import Json, Query, Transport
from .variables import Environments, Variables

_V1 = "/api/v1"


class Client:
    """Asks one server with one API key; safe to use from several threads.

    Args:
        server: where it is, as ``https://outrider.example.com``.
        key: an API key; it appears in no error and no ``repr``.
        timeout_s: seconds without a sign of the server after which it counts as unreachable; above 20, for which
            it may be silent while a run is waited for.
        sleep: waits so many seconds, before a request is sent again.

    Raises:
        InvalidInput: the address is none, or the key can't be one.
    """

    def __init__(
        self, server: str, key: str, *, timeout_s: float = 30.0, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        transport = Transport(server, key, timeout_s=timeout_s, sleep=sleep)
        self._transport = transport
        self.monitors = Measured(
            transport, f"{_V1}/monitors", Monitor, "monitor", run_word="check", runs_word="results"
        )
        self.api_monitors = Checks(
            transport, f"{_V1}/api-monitors", ApiMonitor, "API monitor", run_word="trigger", runs_word="runs"
        )
        self.journeys = Journeys(transport, f"{_V1}/journeys", Journey, "journey", run_word="run-now", runs_word="runs")
        self.runs = Runs(transport)
        self.batches = Batches(transport, sleep)
        self.events = Events(transport, sleep)
        self.alerts = Alerts(transport, f"{_V1}/alerts", Alert, "alert")
        self.incidents = Incidents(transport, f"{_V1}/incidents", Incident, "incident")
        self.releases = Releases(transport, f"{_V1}/releases", Release, "release")
        self.channels = Channels(transport, f"{_V1}/alerts/channels", Channel, "channel")
        self.rules = Rules(transport, f"{_V1}/alerts/rules", Rule, "rule")
        self.projects = Projects(transport, f"{_V1}/projects", Project, "project")
        self.environments = Environments(transport, f"{_V1}/environments", Environment, "environment")
        self.variables = Variables(transport, f"{_V1}/variables", Variable, "variable")
        self.members = Members(transport)
        self.keys = ApiKeys(transport, f"{_V1}/api-keys", ApiKey, "API key")

    def __repr__(self) -> str:
        return f"Client({self.server!r})"

    @property
    def server(self) -> str:
        """Where it asks."""
        return self._transport.server

    def request(self, method: str, path: str, body: Json | None = None, *, query: Query | None = None) -> Json:
        """Send any request (``/api/v1/…``), and return the whole answer; for what has no word of its own here.

        Raises:
            Refused: the server did not do it.
            Unreachable: there is no answer of an Outrider.
        """
        return self._transport.send(method, path, body, query=query)

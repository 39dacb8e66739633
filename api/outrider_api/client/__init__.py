"""A client of Outrider's HTTP API for Python programs; the command line is one of them.

    from outrider_api.client import Client

    client = Client("https://outrider.example.com", key)
    run = client.runs.wait(client.journeys.run(client.journeys.find("Checkout").id).id)

Importing it loads neither the server nor the engine.
"""

from .batches import Batch, BatchRun
from .client import Client
from .errors import (
    Ambiguous,
    BatchNotOver,
    ChangedMeanwhile,
    ClientError,
    NoSuchName,
    Refused,
    RefusedInput,
    RunNotOver,
    Unreachable,
)
from .imports import ImportDone, Imported, Receipt
from .objects import (
    Alert,
    ApiKey,
    ApiMonitor,
    Artifact,
    Channel,
    Check,
    Environment,
    Event,
    Incident,
    IncidentUpdate,
    Journey,
    LastRun,
    Member,
    Monitor,
    Period,
    Project,
    Release,
    Rule,
    Run,
    Stats,
    Step,
    TestDelivery,
    TraceLink,
    Variable,
)
from .versions import Difference, Version

__all__ = [
    "Alert",
    "Ambiguous",
    "ApiKey",
    "ApiMonitor",
    "Artifact",
    "Batch",
    "BatchNotOver",
    "BatchRun",
    "ChangedMeanwhile",
    "Channel",
    "Check",
    "Client",
    "ClientError",
    "Difference",
    "Environment",
    "Event",
    "ImportDone",
    "Imported",
    "Incident",
    "IncidentUpdate",
    "Journey",
    "LastRun",
    "Member",
    "Monitor",
    "NoSuchName",
    "Period",
    "Project",
    "Receipt",
    "Refused",
    "RefusedInput",
    "Release",
    "Rule",
    "Run",
    "RunNotOver",
    "Stats",
    "Step",
    "TestDelivery",
    "TraceLink",
    "Unreachable",
    "Variable",
    "Version",
]

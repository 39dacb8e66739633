"""Batches of a server: listed, shown with their runs, called off."""

from itertools import islice

from outrider_api.client import Batch, BatchRun, Client

from .batch_triggering import counts_of
from .json_output import print_json
from .moments import clock
from .step_list import duration
from .tables import show_facts, show_table

_TITLES = ("title", "status", "cause", "commit", "branch", "repository", "pull_request", "url")


def list_batches(client: Client, *, branch: str | None, commit: str | None, limit: int, as_json: bool) -> None:
    """List the newest batches.

    Raises:
        ClientError: the server refused it, or can't be reached.
    """
    found = list(islice(client.batches.list(branch=branch, commit=commit), limit))
    if as_json:
        print_json([batch.raw for batch in found])
        return
    show_table(
        ("batch", "title", "status", "runs", "branch", "commit", "when"),
        [
            (
                *(batch.id, batch.title or "", batch.status, counts_of(batch)),
                *(batch.branch or "", (batch.commit or "")[:12], clock(batch.created_at)),
            )
            for batch in found
        ],
    )


def show_batch(client: Client, id: str, *, as_json: bool) -> None:
    """Show a batch with its runs.

    Raises:
        ClientError: the server refused it, or can't be reached.
    """
    _tell(client.batches.get(id), as_json=as_json)


def cancel_batch(client: Client, id: str, *, as_json: bool) -> None:
    """Call off the runs of a batch that have not ended, and show it.

    Raises:
        ClientError: the server refused it, or can't be reached.
    """
    _tell(client.batches.cancel(id), as_json=as_json)


def _tell(batch: Batch, *, as_json: bool) -> None:
    if as_json:
        print_json(batch.raw)
        return
    known = [(name.replace("_", " "), str(batch.raw.get(name) or "")) for name in _TITLES]
    facts = [("batch", batch.id), *known, ("started", clock(batch.created_at)), ("runs", counts_of(batch))]
    show_facts([(name, text) for name, text in facts if text])
    rows = [_row(run) for run in batch.runs]
    rows += [("", check["name"], "skipped", "", "", check["reason"]) for check in batch.skipped]
    show_table(("run", "check", "status", "location", "took", "error"), rows)


def _row(run: BatchRun) -> tuple[str, ...]:
    took = duration(run.duration_ms) if run.duration_ms is not None else ""
    return run.id, run.name, run.status, run.location, took, run.error or ""

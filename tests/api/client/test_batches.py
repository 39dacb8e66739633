"""Batches through the Python client."""

import pytest
from batch_runs import finish, scripted
from engine_world import FAILED
from served_house import Served

from outrider_api.client import BatchNotOver, Client, Refused, RefusedInput

FAILING = {"a": FAILED, "b": FAILED}


def test_a_batch_is_started_followed_and_reported(client: Client, served: Served) -> None:
    for name in ("a", "b"):
        scripted(served.house, name, "smoke")
    batch = client.batches.start(tags=["smoke"], branch="main", commit="9fceb02")
    assert (batch.is_over, batch.going, batch.exit_status, batch.branch) == (False, 2, None, "main")
    finish(served.house, FAILING, limit=1)
    seen = []
    for now in client.batches.follow(batch.id, timeout_s=30):
        seen.append((now.counts["failed"], now.is_over))
        finish(served.house, FAILING)
    assert seen == [(1, False), (2, True)]
    assert now == client.batches.wait(batch.id) == client.batches.get(batch.id)
    assert {(run.name, run.status, run.is_over) for run in now.runs} == {("a", "failed", True), ("b", "failed", True)}
    assert (now.status, now.cause, now.exit_status) == ("failed", "target", 1)
    assert [each.id for each in client.batches.list(branch="main")] == [batch.id]
    assert client.batches.junit(batch.id).startswith("<?xml")
    assert client.batches.summary(batch.id).startswith("### ❌")
    assert next(client.runs.list(batch_id=batch.id)).batch_id == batch.id


def test_a_batch_that_takes_too_long_can_be_called_off(client: Client, served: Served) -> None:
    scripted(served.house, "a", "smoke")
    batch = client.batches.start(tags=["smoke"])
    with pytest.raises(BatchNotOver, match=r"no verdict within 0\.1 s; 1 of 1 runs are not over") as late:
        client.batches.wait(batch.id, timeout_s=0.1)
    assert late.value.batch.status == "queued"
    assert client.runs.cancel(batch.runs[0].id).status == "cancelled"
    assert client.batches.cancel(batch.id).exit_status == 3


def test_what_the_server_refuses_is_an_error(client: Client, served: Served) -> None:
    with pytest.raises(RefusedInput) as wrong:
        client.batches.start(tags=["nothing"])
    assert wrong.value.field == "tags"
    for report in (client.batches.junit, client.batches.summary, client.batches.get):
        with pytest.raises(Refused) as missing:
            report("bat_1")
        assert missing.value.status == 404

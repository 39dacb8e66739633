"""How many statements an operation takes, and that none of them reads through the history."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Engine, create_engine, event

from outrider_engine.adapters.sql.engines import parse_url
from outrider_engine.adapters.sql.schema import metadata
from outrider_engine.domain.checks import Family
from outrider_engine.domain.events import Position
from outrider_engine.domain.incidents import IncidentState
from outrider_engine.domain.rollups import Rollup, Span, Tally
from outrider_engine.domain.runs import Trigger
from outrider_engine.domain.schedules import SkipReason, SlotRange
from outrider_engine.domain.verdicts import RunStatus, Verdict
from outrider_engine.ports.alert_repository import AlertQuery, RuleQuery
from outrider_engine.ports.batch_repository import BatchQuery
from outrider_engine.ports.check_repository import CheckQuery, SkippedSlots
from outrider_engine.ports.incident_repository import IncidentQuery
from outrider_engine.ports.release_repository import ReleaseQuery
from outrider_engine.ports.run_repository import RunQuery

LEASE = timedelta(seconds=30)


@pytest.mark.parametrize("size", [1, 25])
def test_a_batch_takes_the_same_few_statements_whatever_its_size(world, statements, size):
    check = world.stored_check()
    with statements() as adding:
        world.stored_runs(check, size)
    with statements() as claiming:
        claims = world.claim(limit=size)
    finished = [
        world.finished(claim, world.outcome(steps=[world.step(0), world.step(1)]), [world.artifact(claim.run_id)])
        for claim in claims
    ]
    with statements() as finishing:
        assert len(world.finish(*finished)) == size
    assert (len(adding), len(claiming), len(finishing)) == (2, 3, 6)


def test_a_batch_of_states_and_skipped_slots_takes_a_few_statements(world, statements):
    checks = [world.stored_check() for _ in range(10)]
    now = world.clock.now()
    skipped = [
        SkippedSlots(
            id=world.id("skipped"),
            organization_id=check.organization_id,
            check_id=check.id,
            location=None,
            reason=SkipReason.MISSED,
            slots=SlotRange(now, now, 1),
        )
        for check in checks
    ]
    with statements() as sent, world.storage.begin() as tx:
        tx.checks.lock_due(tx.now, 10)
        tx.checks.states([check.id for check in checks])
        tx.checks.add_skipped(skipped)
        tx.checks.set_next_due({check.id: now for check in checks})
    assert len(sent) <= 6


@pytest.mark.parametrize("count", [2, 12])
def test_a_page_takes_the_same_few_statements_whatever_its_length(world, statements, count):
    checks = [world.stored_check() for _ in range(count)]
    channel = world.stored_channel()
    for check in checks:
        world.stored_rule(check, channel)
        world.finished_runs(check)
    ids = [check.id for check in checks]
    with statements() as sent, world.storage.read() as tx:
        tx.checks.list(world.organization.id, CheckQuery())
        tx.rules.list(world.organization.id, RuleQuery())
        runs = tx.runs.list(world.organization.id, RunQuery())
        tx.runs.steps([run.id for run in runs])
        tx.runs.artifacts([run.id for run in runs])
        assert len(tx.runs.last(ids)) == count
    assert len(sent) == 9


OPERATIONS = {
    "claim anywhere": lambda tx, w: tx.runs.claim("light", None, worker="w", token="t", limit=5, lease=LEASE),
    "claim here": lambda tx, w: tx.runs.claim("light", ["fra"], worker="w", token="t", limit=5, lease=LEASE),
    "renew": lambda tx, w: tx.runs.renew("t", ["run_1", "run_2"], LEASE),
    "release": lambda tx, w: tx.runs.release("t", ["run_1"]),
    "hold": lambda tx, w: tx.runs.hold({"run_1": "t", "run_2": "t"}),
    "expired": lambda tx, w: tx.runs.expired(tx.now, 10),
    "late": lambda tx, w: tx.runs.late(tx.now, 10),
    "requeue": lambda tx, w: tx.runs.requeue(["run_1"]),
    "cancel queued": lambda tx, w: tx.runs.cancel_queued("mon_1", tx.now),
    "unfinished": lambda tx, w: tx.runs.unfinished(["mon_1", "mon_2"]),
    "waiting": lambda tx, w: tx.runs.waiting(tx.now),
    "oldest queued": lambda tx, w: tx.runs.oldest_queued_at(),
    "finish": lambda tx, w: tx.runs.finish(w.a_finish),
    "add step": lambda tx, w: tx.runs.add_step("run_1", "t", 1, w.step()),
    "get": lambda tx, w: tx.runs.get("org_1", "run_1"),
    "list": lambda tx, w: tx.runs.list("org_1", RunQuery()),
    "list next": lambda tx, w: tx.runs.list("org_1", RunQuery(before="run_1")),
    "list check": lambda tx, w: tx.runs.list("org_1", RunQuery(check_id="mon_1", before="run_1")),
    "list failed": lambda tx, w: tx.runs.list("org_1", RunQuery(statuses=(RunStatus.FAILED,))),
    "list several statuses": lambda tx, w: tx.runs.list(
        "org_1", RunQuery(statuses=(RunStatus.FAILED, RunStatus.MISSED, RunStatus.QUEUED), before="run_1")
    ),
    "list unfinished": lambda tx, w: tx.runs.list("org_1", RunQuery(statuses=(RunStatus.QUEUED, RunStatus.RUNNING))),
    "list passed": lambda tx, w: tx.runs.list("org_1", RunQuery(statuses=(RunStatus.PASSED, RunStatus.FAILED))),
    "list asked for": lambda tx, w: tx.runs.list("org_1", RunQuery(trigger=Trigger.CI, before="run_1")),
    "list of family": lambda tx, w: tx.runs.list(
        "org_1", RunQuery(families=(Family.JOURNEY, Family.API_MONITOR), before="run_1")
    ),
    "list at location": lambda tx, w: tx.runs.list("org_1", RunQuery(location="fra", before="run_1")),
    "list of time": lambda tx, w: tx.runs.list("org_1", RunQuery(after_time=tx.now, before_time=tx.now)),
    "counts": lambda tx, w: tx.rollups.counts("org_1", "mon_1", Span.DAY, since=tx.now, until=tx.now),
    "durations": lambda tx, w: tx.runs.durations("mon_1", tx.now),
    "artifact": lambda tx, w: tx.runs.artifact("org_1", "run_1", "art_1"),
    "list rollups": lambda tx, w: tx.rollups.of("org_1", "mon_1", Span.HOUR, since=tx.now),
    "old runs": lambda tx, w: tx.retention.old_runs(tx.now, 10),
    "old runs of organization": lambda tx, w: tx.retention.old_runs(tx.now, 10, "org_1"),
    "runs of check": lambda tx, w: tx.retention.runs_of("mon_1", 10),
    "drop runs": lambda tx, w: tx.retention.drop_runs(["run_1"]),
    "drop rollups": lambda tx, w: tx.retention.drop_rollups(Span.HOUR, tx.now, 10),
    "drop alerts": lambda tx, w: tx.retention.drop_alerts(tx.now, 10),
    "drop incidents": lambda tx, w: tx.retention.drop_incidents(tx.now, 10),
    "drop releases": lambda tx, w: tx.retention.drop_releases(tx.now, 10),
    "drop messages": lambda tx, w: tx.retention.drop_messages(tx.now, 10),
    "drop sessions": lambda tx, w: tx.retention.drop_sessions(tx.now, 10),
    "concerned channels": lambda tx, w: tx.channels.concerned("org_1", ["chn_1", "chn_2"]),
    "find session": lambda tx, w: tx.sessions.by_digest("d"),
    "connection": lambda tx, w: tx.channels.connection("org_1", "slack"),
    "is any invitation due": lambda tx, w: tx.invitation_mails.is_any_due(tx.now),
    "claim invitations": lambda tx, w: tx.invitation_mails.claim(token="t", limit=1, lease=LEASE, now=tx.now),
    "sessions of user": lambda tx, w: tx.sessions.of_user("usr_1", tx.now, 1, 20),
    "a session of user": lambda tx, w: tx.sessions.of_id("usr_1", "ses_1", tx.now),
    "end other sessions": lambda tx, w: tx.sessions.end_all_of_user("usr_1", but="ses_1"),
    "end sessions": lambda tx, w: tx.sessions.end_of_user("org_1", "usr_1"),
    "drop skipped": lambda tx, w: tx.retention.drop_skipped(tx.now, 10),
    "drop remains": lambda tx, w: tx.retention.drop_remains("mon_1", 10),
    "drop check": lambda tx, w: tx.retention.drop_check("mon_1", tx.now),
    "known artifacts": lambda tx, w: tx.retention.known_artifacts(["art_1"]),
    "points": lambda tx, w: tx.runs.points("mon_1", since=tx.now, until=tx.now, location="fra", limit=50),
    "uptimes": lambda tx, w: tx.rollups.uptimes(["mon_1", "mon_2"], Span.DAY, since=tx.now),
    "roll up": lambda tx, w: tx.rollups.add(w.a_rollup, Span.HOUR),
    "list failed of check": lambda tx, w: tx.runs.list(
        "org_1", RunQuery(check_id="mon_1", statuses=(RunStatus.ERROR,))
    ),
    "last": lambda tx, w: tx.runs.last(["mon_1", "mon_2"]),
    "steps": lambda tx, w: tx.runs.steps(["run_1"]),
    "artifacts": lambda tx, w: tx.runs.artifacts(["run_1"]),
    "lock due": lambda tx, w: tx.checks.lock_due(tx.now, 10),
    "skipped": lambda tx, w: tx.checks.skipped("org_1", "mon_1", 10),
    "add skipped": lambda tx, w: tx.checks.add_skipped(w.a_skip),
    "claim outbox": lambda tx, w: tx.outbox.claim(token="t", limit=5, lease=LEASE, now=tx.now),
    "oldest notification": lambda tx, w: tx.outbox.oldest_due_at(tx.now),
    "list outbox": lambda tx, w: tx.outbox.list("org_1"),
    "tally": lambda tx, w: tx.runs.tally("mon_1", tx.now, 100),
    "escalate": lambda tx, w: tx.alerts.escalate(tx.now, 10),
    "open alert of rule": lambda tx, w: tx.alerts.open_of_rule("org_1", "rul_1"),
    "list audit log": lambda tx, w: tx.audit.list("org_1", 10),
    "list audit log next": lambda tx, w: tx.audit.list("org_1", 10, "aud_1"),
    "find environment": lambda tx, w: tx.environments.called("org_1", "staging"),
    "checks in environment": lambda tx, w: tx.environments.checks_in("org_1", "env_1", 3),
    "variables by name": lambda tx, w: tx.variables.named(["org_1"], ["A", "B"], ["env_1"], ["proj_1"]),
    "list incidents": lambda tx, w: tx.incidents.list("org_1", IncidentQuery()),
    "list incidents next": lambda tx, w: tx.incidents.list("org_1", IncidentQuery(before="inc_1")),
    "list open incidents": lambda tx, w: tx.incidents.list("org_1", IncidentQuery(is_open=True)),
    "list incidents of state": lambda tx, w: tx.incidents.list("org_1", IncidentQuery(state=IncidentState.MONITORING)),
    "list incidents of check": lambda tx, w: tx.incidents.list(
        "org_1", IncidentQuery(check_id="mon_1", before="inc_1")
    ),
    "complete incidents": lambda tx, w: tx.incidents.get(w.organization.id, w.an_incident.id),
    "open incident of check": lambda tx, w: tx.incidents.lock_open_of_check("mon_1"),
    "newest incidents": lambda tx, w: tx.incidents.newest_of_checks(["mon_1", "mon_2"]),
    "started incidents": lambda tx, w: tx.incidents.started("org_1", "mon_1", since=tx.now, until=tx.now),
    "delete incident": lambda tx, w: tx.incidents.delete(w.organization.id, w.an_incident.id),
    "list incidents of project": lambda tx, w: tx.incidents.list(
        "org_1", IncidentQuery(project_id="proj_1", before="inc_1")
    ),
    "list releases of project": lambda tx, w: tx.releases.list("org_1", ReleaseQuery(project_id="proj_1")),
    "list alerts of project": lambda tx, w: tx.alerts.list("org_1", AlertQuery(project_id="proj_1")),
    "runs of project": lambda tx, w: tx.runs.list("org_1", RunQuery(project_id="proj_1", before="run_1")),
    "failed runs of project": lambda tx, w: tx.runs.list(
        "org_1", RunQuery(project_id="proj_1", statuses=(RunStatus.FAILED,))
    ),
    "list runs of check in project": lambda tx, w: tx.runs.list(
        "org_1", RunQuery(project_id="proj_1", check_id="mon_1")
    ),
    "contents of project": lambda tx, w: tx.projects.contents("proj_1", 101),
    "projects of alerts": lambda tx, w: tx.alerts.projects_of("org_1", ["alt_1", "alt_2"]),
    "list releases": lambda tx, w: tx.releases.list("org_1", ReleaseQuery()),
    "list releases next": lambda tx, w: tx.releases.list("org_1", ReleaseQuery(before="rel_1")),
    "events": lambda tx, w: tx.events.after(Position(1, 1, 1), 10),
    "events of one": lambda tx, w: tx.events.after(Position(1, 1), 10, organization_id="org_1"),
    "newest event": lambda tx, w: tx.events.newest(),
    "drop events": lambda tx, w: tx.events.drop(tx.now, 10),
    "list runs of batch": lambda tx, w: tx.runs.list("org_1", RunQuery(batch_id="bat_1")),
    "lock runs of batch": lambda tx, w: tx.runs.lock_going("org_1", batch_id="bat_1"),
    "lock run": lambda tx, w: tx.runs.lock_going("org_1", id="run_1"),
    "going": lambda tx, w: tx.runs.going(["run_1", "run_2"]),
    "runs of batch": lambda tx, w: tx.batches.runs("org_1", "bat_1"),
    "groups of batches": lambda tx, w: tx.batches.groups(["bat_1", "bat_2"]),
    "get batch": lambda tx, w: tx.batches.get("org_1", "bat_1"),
    "cancel batch": lambda tx, w: tx.batches.mark_cancelled("org_1", "bat_1", tx.now),
    "list batches": lambda tx, w: tx.batches.list("org_1", BatchQuery()),
    "list batches of branch": lambda tx, w: tx.batches.list("org_1", BatchQuery(branch="main", before="bat_1")),
    "list batches of commit": lambda tx, w: tx.batches.list("org_1", BatchQuery(commit="9fceb02")),
    "drop batches": lambda tx, w: tx.retention.drop_batches(tx.now, 10),
    "open alerts": lambda tx, w: tx.alerts.open_of_checks(["mon_1"]),
}
SORTED = ("list several statuses", "list unfinished")
"""Sort a page of each status, or what is on its way: few rows, however long the history."""
PARTIAL = {
    index.name
    for table in metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
}
GROWING = (
    "audit_entries",
    "runs",
    "steps",
    "artifacts",
    "skipped_slots",
    "notifications",
    "alerts",
    "incidents",
    "incident_updates",
    "incident_checks",
    "incident_alerts",
    "releases",
    "batches",
    "hourly_rollups",
    "daily_rollups",
    "events",
)


@pytest.fixture
def plans(world, database_url):
    """Return how the database would execute the statements of an operation, were its tables large."""
    engine = create_engine(parse_url(database_url))
    explain = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}[engine.dialect.name]

    def explained(operation):
        seen = []

        def note(_connection, _cursor, statement, parameters, _context, _many):
            if statement.startswith(("WITH", "SELECT", "UPDATE", "DELETE", "INSERT")):
                seen.append((statement, parameters[0] if isinstance(parameters, list) else parameters))

        event.listen(Engine, "before_cursor_execute", note)
        try:
            with world.storage.begin() as tx:
                operation(tx, world)
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                for avoided in ("seqscan", "bitmapscan", "sort"):
                    connection.exec_driver_sql(f"SET enable_{avoided} = off")
            rows = [connection.exec_driver_sql(explain + sql, given).all() for sql, given in seen]
        return [str(row[-1]).strip() for each in rows for row in each]

    yield explained
    engine.dispose()


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_operation_reads_through_the_history(world, plans, name):
    check = world.stored_check()
    world.a_finish = [world.finished(claim) for claim in _claimed(world, check)]
    now = world.clock.now()
    world.a_skip = [
        SkippedSlots(
            id="skp_1",
            organization_id=check.organization_id,
            check_id=check.id,
            location="fra",
            reason=SkipReason.OVERLAP,
            slots=SlotRange(now, now, 1),
        )
    ]
    world.a_rollup = [
        Rollup(organization_id=check.organization_id, check_id=check.id, location="fra", starts_at=now, tally=Tally())
    ]
    world.an_incident = world.stored_incident(check)
    plan = plans(OPERATIONS[name])
    assert plan
    assert [line for line, following in pairwise([*plan, ""]) if _reads_all(line, following)] == []
    if name.startswith(("list", "skipped")) and name not in SORTED:
        assert [line for line in plan if line.startswith(("USE TEMP B-TREE", "Sort Key"))] == []


def _reads_all(line, following):
    """Whether a step of a plan goes through all rows of a table that grows, or of an index of all its rows."""
    if (seq := re.search(r"Seq Scan on (\w+)", line)) is not None:
        return seq[1] in GROWING
    if (sqlite := re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", line)) is not None:
        return sqlite[1] in GROWING and sqlite[2] not in PARTIAL
    if (indexed := re.search(r"Scan (?:Backward )?using (\w+) on (\w+)", line)) is not None:
        return indexed[2] in GROWING and indexed[1] not in PARTIAL and not following.startswith("Index Cond")
    return False


def _claimed(world, check):
    world.finished_runs(check, verdict=Verdict.FAILED)
    world.stored_runs(check, trigger=Trigger.SCHEDULE)
    return world.claim("other")

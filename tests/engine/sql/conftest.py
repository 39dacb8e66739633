"""A small world to store: organizations, checks, runs, and what comes of them, with every field set."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from outrider_engine.domain.alerts import Alert, AlertEvent, AlertStatus, Channel, Rule, RuleType
from outrider_engine.domain.assertions import Assertion, AssertionResult, Operator, Source
from outrider_engine.domain.batches import Batch, PipelineFacts, SelectedCheck
from outrider_engine.domain.checks import Check, CheckDefinition, Family
from outrider_engine.domain.identity import Organization
from outrider_engine.domain.ids import new_id
from outrider_engine.domain.incidents import opened_by
from outrider_engine.domain.notifications import DeliveryState, Message, Notification
from outrider_engine.domain.observations import ArtifactKind, Observation, StepResult
from outrider_engine.domain.runs import Artifact, Claim, NewRun, Outcome, Trigger, Try
from outrider_engine.domain.schedules import IntervalSchedule
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.ports.run_repository import FinishedRun

LEASE = timedelta(seconds=30)


class World:
    """Makes values, and stores them where a test only needs them to be there."""

    def __init__(self, storage, clock):
        self.storage = storage
        self.clock = clock
        self.organization = self.new_organization("first")

    def id(self, kind):
        return new_id(kind, self.clock.now())

    def new_organization(self, name="another"):
        made = Organization(id=self.id("organization"), name=name, created_at=self.clock.now())
        with self.storage.begin() as tx:
            tx.organizations.add(made)
        return made

    def check(self, *, organization=None, next_due_in=0.0, **definition):
        values = {"name": "Home page", "type": "http", "family": Family.MONITOR, "config": {"url": "http://a.test/"}}
        values |= {"locations": ("fra",), "schedule": IntervalSchedule(60)} | definition
        return Check(
            id=self.id(values["family"].value),
            organization_id=(organization or self.organization).id,
            definition=CheckDefinition(**values),
            revision=1,
            next_due_at=None if next_due_in is None else self.clock.now() + timedelta(seconds=next_due_in),
            created_at=self.clock.now(),
            updated_at=self.clock.now(),
        )

    def stored_check(self, **options):
        made = self.check(**options)
        with self.storage.begin() as tx:
            tx.checks.add(made)
        return made

    def run(self, check, **values):
        now = self.clock.now()
        given = {
            "id": self.id("run"),
            "organization_id": check.organization_id,
            "check_id": check.id,
            "family": check.definition.family,
            "location": "fra",
            "queue": "light",
            "trigger": Trigger.MANUAL,
            "slot": None,
            "due_at": now,
            "not_after": now + timedelta(seconds=60),
            "max_attempts": 2,
        }
        return NewRun(**(given | values))

    def stored_runs(self, check, count=1, **values):
        made = [self.run(check, **values) for _ in range(count)]
        with self.storage.begin() as tx:
            assert tx.runs.add(made, self.clock.now()) == {run.id for run in made}
        return made

    def claim(self, token="token", *, limit=10, queue="light", locations=None, worker="worker-1") -> list[Claim]:
        with self.storage.begin() as tx:
            return list(tx.runs.claim(queue, locations, worker=worker, token=token, limit=limit, lease=LEASE))

    def step(self, index=0, **values):
        given = {
            "index": index,
            "id": f"s{index}",
            "name": f"Step {index}",
            "action": "click",
            "status": Verdict.PASSED,
            "started_at": self.clock.now(),
            "duration_ms": 12.5,
            "reason": None,
            "error": None,
            "detail": {"url": "http://a.test/", "seen": [1, 2.5, None, True]},
        }
        return StepResult(**(given | values))

    def outcome(self, verdict=Verdict.PASSED, *, steps=(), **values):
        now = self.clock.now()
        assertion = Assertion(Source.STATUS, Operator.EQUALS, 200, spelling={"status": 200})
        given = {
            "verdict": verdict,
            "reason": None if verdict.is_up else Reason.ASSERTION,
            "error": None if verdict.is_up else "status is 500, expected 200",
            "started_at": now,
            "completed_at": now + timedelta(seconds=1),
            "duration_ms": 1000.0,
            "observation": Observation(
                duration_ms=900.0, phases={"dns": 1.5, "connect": 2.0}, facts={"status": 200}, steps=tuple(steps)
            ),
            "assertions": (AssertionResult(assertion, verdict.is_up, 200, "status is 200"),),
            "tries": (Try(number=1, verdict=verdict, reason=None, error=None, duration_ms=900.0),),
        }
        return Outcome(**(given | values))

    def artifact(self, run_id, **values):
        given = {
            "id": self.id("artifact"),
            "organization_id": self.organization.id,
            "run_id": run_id,
            "kind": ArtifactKind.SCREENSHOT,
            "name": "end.png",
            "content_type": "image/png",
            "size": 5_000_000_000,
            "digest": "ab" * 32,
            "key": f"{run_id}/end.png",
            "step_index": 3,
            "created_at": self.clock.now(),
        }
        return Artifact(**(given | values))

    def finished(self, claim, outcome=None, artifacts=()):
        return FinishedRun(
            run_id=claim.run_id,
            organization_id=claim.organization_id,
            check_id=claim.check.id,
            check_revision=claim.check.revision,
            location=claim.location,
            due_at=claim.due_at,
            outcome=outcome or self.outcome(),
            artifacts=tuple(artifacts),
        )

    def finish(self, *finished, token="token"):
        with self.storage.begin() as tx:
            held = tx.runs.hold({each.run_id: token for each in finished})
            tx.runs.finish([each for each in finished if each.run_id in held])
        return held

    def finished_runs(self, check, count=1, *, verdict=Verdict.PASSED, **values):
        """Store runs that went all the way."""
        made = self.stored_runs(check, count, **values)
        claims = self.claim("token", limit=count)
        self.finish(*(self.finished(claim, self.outcome(verdict)) for claim in claims))
        return made

    def channel(self, **values):
        given = {"id": self.id("channel"), "organization_id": self.organization.id, "name": "Team", "type": "webhook"}
        given |= {"config": {"url": "http://b.test/"}, "enabled": True, "created_at": self.clock.now()}
        return Channel(**(given | values))

    def stored_channel(self, sealed=None, **values):
        made = self.channel(**values)
        with self.storage.begin() as tx:
            tx.channels.add(made, sealed)
        return made

    def stored_rule(self, check, *channels, **values):
        given = {"id": self.id("rule"), "organization_id": check.organization_id, "check_id": check.id, "threshold": 2}
        given |= {"name": "Two in a row", "type": RuleType.CONSECUTIVE_FAILURES, "enabled": True}
        given |= {"channel_ids": tuple(channel.id for channel in channels), "created_at": self.clock.now()}
        made = Rule(**(given | values))
        with self.storage.begin() as tx:
            tx.rules.add(made)
        return made

    def alert(self, rule, **values):
        given = {"id": self.id("alert"), "organization_id": rule.organization_id, "rule_id": rule.id}
        given |= {"check_id": rule.check_id, "status": AlertStatus.OPEN, "message": "it failed", "run_id": None}
        return Alert(**(given | {"triggered_at": self.clock.now()} | values))

    def stored_incident(self, check, **values):
        """Store an incident about a check, with an update and the alert that opened it."""
        alert = self.alert(self.stored_rule(check))
        made = replace(opened_by(alert, self.id("incident"), "Home page is failing"), **values)
        with self.storage.begin() as tx:
            assert tx.alerts.open(alert)
            assert tx.incidents.add(made)
        return made

    def stored_batch(self, check):
        """Store a batch with one run of a check, which waits."""
        made = Batch(
            id=self.id("batch"),
            organization_id=check.organization_id,
            facts=PipelineFacts(title="Deploy 7", commit="9fceb02", branch="main"),
            families=(check.definition.family,),
            selection={"tags": ["t"]},
            overrides={"base_url": None},
            skipped=0,
            created_at=self.clock.now(),
        )
        selected = SelectedCheck(id=check.id, name=check.definition.name, family=check.definition.family)
        with self.storage.begin() as tx:
            tx.batches.add(made, [selected])
            tx.runs.add([self.run(check, batch_id=made.id, queue="elsewhere")], tx.now)
        return made

    def notification(self, channel, alert_id="alt_1", event=AlertEvent.OPENED, **values):
        now = self.clock.now()
        id = self.id("notification")
        message = Message(id=id, event=event, title="Down", text="It is down.", occurred_at=now, data={"a": [1]})
        given = {"id": id, "organization_id": channel.organization_id, "channel_id": channel.id, "alert_id": alert_id}
        given |= {"message": message, "state": DeliveryState.PENDING, "attempts": 0, "next_attempt_at": now}
        return Notification(**(given | {"created_at": now} | values))

    def changed(self, check, **definition):
        return replace(check, definition=replace(check.definition, **definition), revision=check.revision + 1)


@pytest.fixture
def world(storage, clock) -> World:
    return World(storage, clock)


@pytest.fixture
def statements():
    """Collect the statements that a block sends to the database."""

    @contextmanager
    def collecting() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection, _cursor, statement, *_rest):
            if not statement.startswith(("BEGIN", "PRAGMA")):
                seen.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(Engine, "before_cursor_execute", note)

    return collecting

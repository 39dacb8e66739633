"""A small world: an organization with checks, and the services that carry its runs, on a real database."""

import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from outrider_engine.adapters.artifact_folder import ArtifactFolder
from outrider_engine.adapters.cron_calendar import CronCalendar
from outrider_engine.adapters.secret_box import FernetBox
from outrider_engine.adapters.sql.storage import SqlStorage
from outrider_engine.domain.alerts import Alert, Channel, Rule, RuleType
from outrider_engine.domain.checks import Check, CheckDefinition, Family
from outrider_engine.domain.identity import Organization, Role
from outrider_engine.domain.ids import new_id, project_of
from outrider_engine.domain.json_values import JsonObject
from outrider_engine.domain.login_states import StatePlace, StoredLoginState
from outrider_engine.domain.members import Member, User
from outrider_engine.domain.notifications import Notification
from outrider_engine.domain.observations import Failure, Observation
from outrider_engine.domain.runs import Claim, Outcome, Overrides, Run, Trigger
from outrider_engine.domain.schedules import IntervalSchedule, Schedule, next_due
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.plugin_manager import Plugins
from outrider_engine.ports.alert_repository import AlertQuery
from outrider_engine.ports.run_repository import RunQuery
from outrider_engine.services.baselines import folder_of_check
from outrider_engine.services.claiming import Claims
from outrider_engine.services.finishing import Finished, Finishing
from outrider_engine.services.quotas import Quotas
from outrider_engine.services.reaping import Reaper
from outrider_engine.services.run_creation import requested_runs
from outrider_engine.services.scheduling import Scheduler
from outrider_engine.testing import (
    FixedClock,
    RecordedHints,
    RecordedTold,
)

PASSED = Observation(duration_ms=5.0, phases={"connect": 1.0})
FAILED = Observation(duration_ms=5.0, failure=Failure(Verdict.FAILED, Reason.CONNECT, "connection refused"))


@dataclass
class World:
    """One organization, its checks and the services around them. The clock is the database's too."""

    storage: SqlStorage
    clock: FixedClock
    plugins: Plugins
    secrets: FernetBox
    artifacts: ArtifactFolder
    hints: RecordedHints = field(default_factory=RecordedHints)
    told: RecordedTold = field(default_factory=RecordedTold)
    calendar: CronCalendar = field(default_factory=CronCalendar)
    organization: str = ""
    quotas: Quotas = field(default_factory=Quotas)

    def __post_init__(self) -> None:
        self.organization = self._id("organization")
        with self.storage.begin() as tx:
            tx.organizations.add(Organization(id=self.organization, name="Acme", created_at=tx.now))
            user = User(id=self._id("user"), name="Ada", email="ada@example.com", created_at=tx.now)
            user = user if tx.users.add(user) else tx.users.by_email("ada@example.com") or user
            tx.members.add(
                Member(
                    id=self._id("member"),
                    organization_id=self.organization,
                    user_id=user.id,
                    role=Role.OWNER,
                    created_at=tx.now,
                )
            )
            tx.locations.add(["local", "fra"])

    def check(
        self,
        *,
        schedule: Schedule | None = None,
        locations: tuple[str, ...] = ("local",),
        type: str = "scripted",
        target: str = "anything",
        project_id: str = "",
        family: Family = Family.MONITOR,
        config: JsonObject | None = None,
        sealed_secrets: str | None = None,
        **fields: object,
    ) -> Check:
        """Store a check of the scripted type."""
        identifier = self._id("monitor")
        definition = CheckDefinition(
            **{"name": f"check {identifier[-4:]}", **fields},  # type: ignore[arg-type]
            type=type,
            family=family,
            config={"target": target, **(config or {})},
            locations=locations,
            schedule=schedule,
        )
        now = self.clock.now()
        due = next_due(schedule, identifier, now, self.calendar) if schedule else None
        check = Check(
            id=identifier,
            organization_id=self.organization,
            definition=definition,
            revision=1,
            next_due_at=due,
            created_at=now,
            updated_at=now,
            sealed_secrets=sealed_secrets,
            project_id=project_id,
        )
        with self.storage.begin() as tx:
            tx.checks.add(check)
        return check

    def every(self, seconds: int, **fields: object) -> Check:
        """Store a check with an interval."""
        return self.check(schedule=IntervalSchedule(seconds), **fields)  # type: ignore[arg-type]

    def rule(
        self,
        check: Check,
        *,
        threshold: float | None = 1,
        channels: int = 1,
        type: RuleType = RuleType.CONSECUTIVE_FAILURES,
        **parameters: int,
    ) -> Rule:
        """Store a rule with channels of the recording notifier."""
        now = self.clock.now()
        ids = tuple(self._id("channel") for _ in range(channels))
        rule = Rule(
            id=self._id("rule"),
            organization_id=self.organization,
            check_id=check.id,
            name="broken",
            type=type,
            threshold=threshold,
            **parameters,
            channel_ids=ids,
            enabled=True,
            created_at=now,
        )
        with self.storage.begin() as tx:
            for identifier in ids:
                channel = Channel(
                    id=identifier,
                    organization_id=self.organization,
                    name=identifier,
                    type="recording",
                    config={},
                    enabled=True,
                    created_at=now,
                )
                tx.channels.add(channel, None)
            tx.rules.add(rule)
        return rule

    def baseline(self, journey_id: str, key: str, picture: bytes = b"a picture") -> None:
        """Store how a page of a journey should look."""
        with tempfile.NamedTemporaryFile(suffix=".png") as file:
            file.write(picture)
            file.flush()
            self.artifacts.put(f"{folder_of_check(journey_id)}{key}.png", Path(file.name))

    def login_state(
        self, name: str = "shop", *, project_id: str | None = None, environment_id: str | None = None
    ) -> StoredLoginState:
        """Store a login state that lasts for an hour."""
        now = self.clock.now()
        place = StatePlace(
            organization_id=self.organization,
            project_id=project_id or project_of(self.organization),
            environment_id=environment_id,
        )
        state = StoredLoginState(
            id=self._id("login_state"),
            place=place,
            name=name,
            sealed=self.secrets.seal("{}"),
            saved_at=now,
            expires_at=now + timedelta(hours=1),
            run_id=self._id("run"),
        )
        with self.storage.begin() as tx:
            assert tx.login_states.put(state)
        return state

    def request(self, check: Check, *, queue: str = "light", overrides: Overrides | None = None) -> str:
        """Queue a run that somebody asked for; returns its id."""
        self.clock.advance(0.001)
        with self.storage.begin() as tx:
            runs = requested_runs(
                check,
                queue=queue,
                trigger=Trigger.MANUAL,
                locations=check.definition.locations,
                now=tx.now,
                overrides=overrides,
            )
            tx.runs.add(runs, tx.now)
        return runs[0].id

    def claims(self, worker: str = "worker-1") -> Claims:
        """Return what a worker claims with."""
        return Claims(storage=self.storage, worker=worker, locations=None)

    def take(self, limit: int = 100) -> list[Claim]:
        """Claim light runs."""
        return list(self.claims().take("light", limit))

    @property
    def scheduler(self) -> Scheduler:
        """A scheduler."""
        return Scheduler(
            storage=self.storage,
            plugins=self.plugins,
            calendar=self.calendar,
            hints=self.hints,
            told=self.told,
            quotas=self.quotas,
        )

    @property
    def reaper(self) -> Reaper:
        """A reaper."""
        return Reaper(storage=self.storage, hints=self.hints, told=self.told)

    @property
    def finishing(self) -> Finishing:
        """What stores outcomes."""
        return Finishing(
            storage=self.storage,
            artifacts=self.artifacts,
            hints=self.hints,
            told=self.told,
            clock=self.clock,
            sleep=lambda seconds: None,
        )

    def outcome(self, seen: Observation = PASSED) -> Outcome:
        """Return the outcome of an observation that is its own judgement."""
        failure = seen.failure
        now = self.clock.now()
        return Outcome(
            verdict=failure.verdict if failure else Verdict.PASSED,
            reason=failure.reason if failure else None,
            error=failure.message if failure else None,
            started_at=now,
            completed_at=now + timedelta(milliseconds=seen.duration_ms),
            duration_ms=seen.duration_ms,
            observation=seen,
        )

    def finish(self, claim: Claim, seen: Observation = PASSED) -> bool:
        """Finish a claimed run; tells whether it was stored."""
        return bool(self.finishing.finish([Finished(claim, self.outcome(seen))]))

    def run_once(self, check: Check, seen: Observation = PASSED, overrides: Overrides | None = None) -> str:
        """Request, claim and finish one run; returns its id."""
        run_id = self.request(check, overrides=overrides)
        for claim in self.take():
            self.finish(claim, seen)
        return run_id

    def runs(self, check: Check) -> list[Run]:
        """Return the runs of a check, newest first."""
        with self.storage.read() as tx:
            return list(tx.runs.list(self.organization, RunQuery(check_id=check.id, limit=100)))

    def run(self, run_id: str) -> Run:
        """Return one run."""
        with self.storage.read() as tx:
            found = tx.runs.get(self.organization, run_id)
        assert found is not None
        return found

    def alerts(self, check: Check) -> list[Alert]:
        """Return the alerts of a check, newest first."""
        with self.storage.read() as tx:
            return list(tx.alerts.list(self.organization, AlertQuery(per_page=100, check_id=check.id))[0])

    def outbox(self) -> list[Notification]:
        """Return all notifications, newest first."""
        with self.storage.read() as tx:
            return list(tx.outbox.list(self.organization))

    def stored(self, check: Check) -> Check:
        """Return a check as it is stored now."""
        with self.storage.read() as tx:
            found = tx.checks.get(self.organization, check.id)
        assert found is not None
        return found

    def _id(self, kind: str) -> str:
        return new_id(kind, self.clock.now())

"""The HTTP API in a test: the real application over a real database, asked through starlette's client."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argon2.profiles import CHEAPEST
from billing_shop import BillingShop
from engine_world import PASSED, World
from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from outrider_api.http.feeding import EventFeed
from outrider_api.http.waiting import RunWatch
from outrider_engine.adapters.argon2_passwords import Argon2Passwords
from outrider_engine.adapters.http.curl import CurlHttpClient
from outrider_engine.adapters.http.resolver import GuardedResolver
from outrider_engine.adapters.rates_in_memory import RatesInMemory
from outrider_engine.domain.egress import EgressMode, EgressPolicy
from outrider_engine.domain.observations import ArtifactKind, Observation, ProducedFile, StepResult
from outrider_engine.domain.verdicts import Verdict
from outrider_engine.plugin_manager import Plugins
from outrider_engine.ports.http import HttpClient
from outrider_engine.services.accounts import AccountService
from outrider_engine.services.alerting import AlertService, RuleService
from outrider_engine.services.auditing import AuditLog
from outrider_engine.services.baselines import Baselines
from outrider_engine.services.batches import BatchService
from outrider_engine.services.billing import BillingService
from outrider_engine.services.cancelling import Cancelling
from outrider_engine.services.channels import ChannelService
from outrider_engine.services.check_history import CheckHistories
from outrider_engine.services.check_imports import CheckImports
from outrider_engine.services.checks import CheckService
from outrider_engine.services.environments import EnvironmentService
from outrider_engine.services.events import EventLog
from outrider_engine.services.execution import Executions
from outrider_engine.services.history import RunHistory
from outrider_engine.services.idempotency import Idempotency
from outrider_engine.services.identity import IdentityService
from outrider_engine.services.incidents import IncidentService
from outrider_engine.services.invitation_mails import NO_SERVER, InvitationPost
from outrider_engine.services.login_states import LoginStateService
from outrider_engine.services.members import MemberService
from outrider_engine.services.metering import Metering
from outrider_engine.services.organizations import OrganizationService
from outrider_engine.services.passwords import Passwords
from outrider_engine.services.pinging import PingService
from outrider_engine.services.projects import ProjectService
from outrider_engine.services.rates import Rates
from outrider_engine.services.releases import ReleaseService
from outrider_engine.services.replaying import Replays
from outrider_engine.services.run_diffs import RunDiffs
from outrider_engine.services.sessions import SessionService
from outrider_engine.services.statistics import StatisticsService
from outrider_engine.services.status import StatusService
from outrider_engine.services.trace_links import TraceLinks
from outrider_engine.services.uptime import UptimeService
from outrider_engine.services.variables import VariableService
from outrider_engine.services.versions import VersionService

PASSWORDS = Argon2Passwords(CHEAPEST)
"""What protects real ones takes a tenth of a second each time."""

CONTENT = bytes(range(256)) * 4
"""Of the file that ``House.run_with_a_file`` keeps."""


@asynccontextmanager
async def open_http() -> AsyncIterator[HttpClient]:
    """Open a guarded client that may reach this machine."""
    resolver = GuardedResolver(EgressPolicy(EgressMode.PRIVATE))
    client = CurlHttpClient(resolver)
    try:
        yield client
    finally:
        await client.aclose()
        resolver.close()


@dataclass(frozen=True)
class Parts:
    """The services of a world."""

    checks: CheckService
    plugins: Plugins
    imports: CheckImports
    replays: Replays
    versions: VersionService
    batches: BatchService
    cancelling: Cancelling
    history: RunHistory
    baselines: Baselines
    run_diffs: RunDiffs
    trace_links: TraceLinks
    histories: CheckHistories
    statistics: StatisticsService
    uptime: UptimeService
    alerts: AlertService
    incidents: IncidentService
    releases: ReleaseService
    rules: RuleService
    channels: ChannelService
    environments: EnvironmentService
    variables: VariableService
    login_states: LoginStateService
    identity: IdentityService
    sessions: SessionService
    accounts: AccountService
    metering: Metering
    rates: Rates
    billing: BillingService
    idempotency: Idempotency
    events: EventLog
    organizations: OrganizationService
    projects: ProjectService
    members: MemberService
    audit: AuditLog
    status: StatusService
    pings: PingService

    @classmethod
    def of(cls, world: World) -> "Parts":
        """Make the services over a world's storage."""
        storage, plugins, secrets = world.storage, world.plugins, world.secrets
        checks = CheckService(
            storage=storage,
            plugins=plugins,
            secrets=secrets,
            hints=world.hints,
            told=world.told,
            calendar=world.calendar,
            quotas=world.quotas,
        )
        history = RunHistory(storage=storage, artifacts=world.artifacts)
        rates = Rates(RatesInMemory(world.clock.monotonic))
        passwords = Passwords(hasher=PASSWORDS, rates=rates)
        return cls(
            checks=checks,
            plugins=plugins,
            imports=CheckImports(storage=storage, checks=checks),
            replays=Replays(storage=storage),
            versions=VersionService(storage=storage, checks=checks),
            batches=BatchService(storage=storage, plugins=plugins, hints=world.hints, quotas=world.quotas),
            cancelling=Cancelling(storage=storage, told=world.told),
            history=history,
            baselines=Baselines(storage=storage, artifacts=world.artifacts),
            run_diffs=RunDiffs(storage=storage, artifacts=world.artifacts),
            trace_links=TraceLinks(history=history, secrets=secrets, clock=world.clock),
            histories=CheckHistories(storage=storage, types=checks.types),
            statistics=StatisticsService(storage=storage, types=checks.types),
            uptime=UptimeService(storage=storage),
            alerts=AlertService(storage=storage, hints=world.hints, told=world.told),
            incidents=IncidentService(storage=storage, hints=world.hints, told=world.told),
            releases=ReleaseService(storage=storage, hints=world.hints),
            rules=RuleService(storage=storage, hints=world.hints, told=world.told),
            channels=ChannelService(
                storage=storage, plugins=plugins, secrets=secrets, clock=world.clock, open_http=open_http
            ),
            environments=EnvironmentService(storage=storage),
            variables=VariableService(storage=storage, secrets=secrets),
            login_states=LoginStateService(storage=storage),
            identity=IdentityService(storage=storage),
            sessions=SessionService(storage=storage, passwords=passwords),
            accounts=AccountService(storage=storage, passwords=passwords),
            rates=rates,
            metering=Metering(storage=storage, quotas=world.quotas),
            billing=BillingService(
                storage=storage,
                quotas=world.quotas,
                provider=plugins.billing_providers.get("none", BillingShop()),
                clock=world.clock,
                open_http=open_http,
            ),
            idempotency=Idempotency(storage=storage, secrets=secrets),
            events=EventLog(storage=storage),
            organizations=OrganizationService(storage=storage),
            projects=ProjectService(storage=storage),
            members=MemberService(
                storage=storage,
                passwords=passwords,
                quotas=world.quotas,
                post=InvitationPost(secrets=secrets, missing=NO_SERVER),
            ),
            audit=AuditLog(storage=storage),
            status=StatusService(storage=storage, plugins=plugins),
            pings=PingService(
                storage=storage,
                plugins=plugins,
                executions=Executions(plugins=plugins, secrets=secrets, clock=world.clock),
                hints=world.hints,
                told=world.told,
            ),
        )


class Caller:
    """Sends requests with one key, and reads envelopes."""

    def __init__(self, client: TestClient, key: str | None) -> None:
        self._client = client
        self.key = key

    def send(self, method: str, path: str, body: Any = None, **kwargs: Any) -> Response:
        """Send a request, with ``body`` as JSON when there is one."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        headers |= kwargs.pop("headers", {})
        if body is not None:
            kwargs["content"] = json.dumps(body)
            headers["Content-Type"] = "application/json"
        return self._client.request(method, path, headers=headers, **kwargs)

    def get(self, path: str, **params: Any) -> Any:
        """Return the data of a successful GET."""
        return data_of(self.send("GET", path, params=params))

    def post(self, path: str, body: Any = None) -> Any:
        """Return the data of a successful POST."""
        return data_of(self.send("POST", path, body))

    def put(self, path: str, body: Any) -> Any:
        """Return the data of a successful PUT."""
        return data_of(self.send("PUT", path, body))

    def delete(self, path: str) -> Any:
        """Return the data of a successful DELETE."""
        return data_of(self.send("DELETE", path))

    def refused(self, status: int, method: str, path: str, body: Any = None, **kwargs: Any) -> dict[str, Any]:
        """Return the error of a request that must be refused with ``status``."""
        return error_of(self.send(method, path, body, **kwargs), status)

    def monitor(self, **fields: Any) -> Any:
        """Create a monitor of a URL, unless ``fields`` say otherwise."""
        url = {"url": "http://127.0.0.1:9/health"} if fields.get("type", "url") == "url" else {}
        return self.post("/api/v1/monitors", {"name": "shop", "type": "url", **url, **fields})

    def journey(self, **fields: Any) -> Any:
        """Create a journey of one step, unless ``fields`` say otherwise."""
        steps = [{"action": "goto", "url": "/"}]
        return self.post("/api/v1/journeys", {"name": "path", "base_url": "http://shop", "steps": steps, **fields})

    def api_monitor(self, **fields: Any) -> Any:
        """Create an API monitor of one step, unless ``fields`` say otherwise."""
        steps = [{"name": "one", "request": {"url": "http://127.0.0.1:9/health"}}]
        return self.post("/api/v1/api-monitors", {"name": "calls", "steps": steps, **fields})

    def channel(self, **fields: Any) -> Any:
        """Create a channel of the recording notifier, unless ``fields`` say otherwise."""
        return self.post("/api/v1/alerts/channels", {"name": "on call", "type": "recording", **fields})

    def rule(self, **fields: Any) -> Any:
        """Create a rule of one failure."""
        body = {"name": "broken", "type": "consecutive_failures", "threshold": 1, **fields}
        return self.post("/api/v1/alerts/rules", body)


@dataclass
class House:
    """A running application, its world, and ways to ask it."""

    world: World
    services: Parts
    app: FastAPI
    client: TestClient
    owner: Caller

    def serve(self, services: Parts | None) -> None:
        """Let the application answer with other services."""
        self.app.state.services = services

    def caller(self, key: str | None) -> Caller:
        """Return somebody with a key, or without one."""
        return Caller(self.client, key)

    def key(self, role: str = "owner", *, organization: str | None = None, **fields: Any) -> Caller:
        """Return somebody with a new key."""
        name = f"{role} {self.world.clock.advance(0.001)}"
        made = self.services.identity.create_key(
            organization or self.world.organization, name=name, role=role, **fields
        )
        return self.caller(made.text)

    def run_with_a_trace(self, trace: Path) -> Any:
        """Return a finished run that has kept a trace."""
        monitor = self.owner.monitor(type="scripted")
        run = self.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
        file = ProducedFile(kind=ArtifactKind.TRACE, name="trace.zip", path=trace, content_type="application/zip")
        self.finish_all(Observation(duration_ms=5.0, files=(file,)))
        return self.owner.get(f"/api/v1/runs/{run['id']}")

    def run_with_a_file(self, folder: Path) -> Any:
        """Return a finished run that has a step and a screenshot."""
        monitor = self.owner.monitor(type="scripted")
        run = self.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
        path = folder / "shot ü.png"
        path.write_bytes(CONTENT)
        now = self.world.clock.now()
        step = StepResult(
            index=0, id="open", name="Open", action="goto", status=Verdict.PASSED, started_at=now, duration_ms=3.0
        )
        file = ProducedFile(
            kind=ArtifactKind.SCREENSHOT, name=path.name, path=path, content_type="image/png", step_index=0
        )
        seen = Observation(duration_ms=5.0, phases={"dns": 1.0}, facts={"status": 200}, steps=(step,), files=(file,))
        self.finish_all(seen)
        return self.owner.get(f"/api/v1/runs/{run['id']}")

    def finish_all(self, seen: Observation = PASSED) -> None:
        """Finish the light runs that wait."""
        for claim in self.world.take():
            self.world.finish(claim, seen)

    def stranger(self) -> Caller:
        """Return the owner of another organization."""
        return self.key(organization=self.services.identity.create_organization("Other").id)


@contextmanager
def opened_house(world: World, app: FastAPI) -> Iterator[House]:
    """Start the application over a world; ``app`` was made once, for its first request takes long."""
    services = Parts.of(world)
    app.state.services = services
    app.state.run_watch = RunWatch(services.history.ended)
    app.state.batch_watch = RunWatch(services.batches.news)
    app.state.event_feed = EventFeed(services.events, poll_s=0.02)
    key = services.identity.create_key(world.organization, name="the owner's", role="owner")
    with TestClient(app, raise_server_exceptions=False) as client:
        yield House(world=world, services=services, app=app, client=client, owner=Caller(client, key.text))


def data_of(response: Response) -> Any:
    """Return the data of a success."""
    assert response.status_code < 300, f"{response.status_code}: {response.text}"
    body = response.json()
    assert body["success"] is True
    return body["data"]


def error_of(response: Response, *statuses: int) -> dict[str, Any]:
    """Return an error after checking that it has every key of the envelope."""
    assert response.status_code in statuses, f"{response.status_code}: {response.text}"
    body: dict[str, Any] = response.json()
    assert body["success"] is False
    assert body["error"]
    assert body["message"] == body["error"]
    assert body["statusCode"] == response.status_code
    assert body["statusMessage"]
    assert body["code"]
    assert body["data"]["reason"] == body["error"]
    assert body["request_id"] == response.headers["X-Request-Id"]
    return body


def problem_of(response: Response, *statuses: int) -> dict[str, Any]:
    """Return an error of the xuptimemonitor dialect after checking that it has exactly the documented keys."""
    assert response.status_code in statuses, f"{response.status_code}: {response.text}"
    body: dict[str, Any] = response.json()
    further = {"message"} if response.status_code == 400 else set()
    assert set(body) == {"statusCode", "statusMessage", "data"} | further
    assert body["statusCode"] == response.status_code
    assert set(body["data"]) == {"reason"}
    return body

"""What every process of Outrider has: storage, plugins and the services on top of them."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import cached_property

import structlog

from outrider_engine.adapters.argon2_passwords import Argon2Passwords
from outrider_engine.adapters.artifact_folder import ArtifactFolder
from outrider_engine.adapters.clock import SystemClock
from outrider_engine.adapters.cron_calendar import CronCalendar
from outrider_engine.adapters.http.curl import CurlHttpClient
from outrider_engine.adapters.http.resolver import GuardedResolver
from outrider_engine.adapters.plan_file import read_plans
from outrider_engine.adapters.queue.dramatiq_hints import DramatiqHints
from outrider_engine.adapters.queue.embedded import EmbeddedQueue
from outrider_engine.adapters.queue.redis_queue import RedisQueue
from outrider_engine.adapters.rates_in_memory import RatesInMemory
from outrider_engine.adapters.secret_box import FernetBox
from outrider_engine.adapters.sql.storage import SqlStorage
from outrider_engine.adapters.told_hooks import ToldHooks
from outrider_engine.domain.egress import EgressPolicy
from outrider_engine.domain.plans import Plans
from outrider_engine.errors import ConfigurationError, SchemaNotCurrent
from outrider_engine.plugin_manager import Plugins, load_plugins
from outrider_engine.ports.http import HttpClient, Resolver
from outrider_engine.services.accounts import AccountService
from outrider_engine.services.alerting import AlertService, RuleService
from outrider_engine.services.auditing import AuditLog
from outrider_engine.services.baselines import Baselines
from outrider_engine.services.batches import BatchService
from outrider_engine.services.billing import BillingService
from outrider_engine.services.cancelling import Cancelling
from outrider_engine.services.channels import ChannelService
from outrider_engine.services.check_history import CheckHistories
from outrider_engine.services.checks import CheckService
from outrider_engine.services.environments import EnvironmentService
from outrider_engine.services.events import EventLog
from outrider_engine.services.execution import Executions
from outrider_engine.services.history import RunHistory
from outrider_engine.services.idempotency import Idempotency
from outrider_engine.services.identity import IdentityService
from outrider_engine.services.incidents import IncidentService
from outrider_engine.services.invitation_mails import InvitationPost
from outrider_engine.services.login_states import LoginStateService
from outrider_engine.services.members import MemberService
from outrider_engine.services.metering import Metering
from outrider_engine.services.organizations import OrganizationService
from outrider_engine.services.passwords import Passwords
from outrider_engine.services.pinging import PingService
from outrider_engine.services.projects import ProjectService
from outrider_engine.services.quotas import Quotas
from outrider_engine.services.rates import Rates
from outrider_engine.services.releases import ReleaseService
from outrider_engine.services.run_diffs import RunDiffs
from outrider_engine.services.sessions import SessionService
from outrider_engine.services.statistics import StatisticsService
from outrider_engine.services.status import StatusService
from outrider_engine.services.trace_links import TraceLinks
from outrider_engine.services.uptime import UptimeService
from outrider_engine.services.variables import VariableService
from outrider_engine.settings import Settings, unknown_variables

from .authoring import Authoring
from .databases import upgrade_database
from .mailing import mailer_of, missing_for_mails
from .secret_keys import secret_key_of

log = structlog.get_logger(__name__)

Woken = Callable[[str, str], None]


@dataclass(kw_only=True)
class Engine(Authoring):
    """The parts of one process. ``close`` ends what ``open_engine`` opened."""

    settings: Settings
    clock: SystemClock
    plugins: Plugins
    storage: SqlStorage
    calendar: CronCalendar
    secrets: FernetBox
    artifacts: ArtifactFolder
    told: ToldHooks
    queue: EmbeddedQueue | RedisQueue
    checks: CheckService
    history: RunHistory
    histories: CheckHistories
    statistics: StatisticsService
    uptime: UptimeService
    rules: RuleService
    alerts: AlertService
    incidents: IncidentService
    releases: ReleaseService
    channels: ChannelService
    identity: IdentityService
    metering: Metering
    rates: Rates
    quotas: Quotas
    billing: BillingService
    idempotency: Idempotency
    organizations: OrganizationService
    audit: AuditLog
    status: StatusService
    pings: PingService

    @cached_property
    def baselines(self) -> Baselines:
        """How pages should look."""
        return Baselines(storage=self.storage, artifacts=self.artifacts)

    @cached_property
    def run_diffs(self) -> RunDiffs:
        """What runs did otherwise than good ones."""
        return RunDiffs(storage=self.storage, artifacts=self.artifacts)

    @cached_property
    def trace_links(self) -> TraceLinks:
        """Links that open traces of runs."""
        return TraceLinks(history=self.history, secrets=self.secrets, clock=self.clock)

    @cached_property
    def projects(self) -> ProjectService:
        """Projects of organizations."""
        return ProjectService(storage=self.storage)

    @cached_property
    def environments(self) -> EnvironmentService:
        """Environments."""
        return EnvironmentService(storage=self.storage)

    @cached_property
    def sessions(self) -> SessionService:
        """Sessions of browsers."""
        return SessionService(
            storage=self.storage, passwords=passwords_of(self.rates), public_url=self.settings.public_url
        )

    @cached_property
    def accounts(self) -> AccountService:
        """Passwords of users."""
        return AccountService(storage=self.storage, passwords=passwords_of(self.rates))

    @cached_property
    def members(self) -> MemberService:
        """Members and invitations."""
        post = InvitationPost(secrets=self.secrets, missing=missing_for_mails(self.settings))
        return MemberService(storage=self.storage, passwords=passwords_of(self.rates), quotas=self.quotas, post=post)

    @cached_property
    def variables(self) -> VariableService:
        """Variables and secrets."""
        return VariableService(storage=self.storage, secrets=self.secrets)

    @cached_property
    def login_states(self) -> LoginStateService:
        """Login states that runs have kept."""
        return LoginStateService(storage=self.storage)

    @cached_property
    def batches(self) -> BatchService:
        """Batches of runs."""
        return BatchService(
            storage=self.storage,
            plugins=self.plugins,
            hints=self.hints,
            quotas=self.quotas,
            public_url=self.settings.public_url,
        )

    @cached_property
    def cancelling(self) -> Cancelling:
        """Calling off runs."""
        return Cancelling(storage=self.storage, told=self.told)

    @cached_property
    def events(self) -> EventLog:
        """What has just happened."""
        return EventLog(storage=self.storage)

    @property
    def hints(self) -> DramatiqHints:
        """Where hints are sent."""
        return self.queue.hints

    @asynccontextmanager
    async def network(self) -> AsyncIterator[tuple[HttpClient, Resolver]]:
        """Open the guarded HTTP client and resolver of the running event loop."""
        async with open_network(self.settings.egress_policy) as parts:
            yield parts

    def close(self) -> None:
        """Send no more hints, let plugins finish and close the database."""
        self.queue.stop()
        self.told.close()
        self.storage.close()


@asynccontextmanager
async def open_network(policy: EgressPolicy) -> AsyncIterator[tuple[HttpClient, Resolver]]:
    """Open a guarded HTTP client and its resolver on the running event loop."""
    resolver = GuardedResolver(policy)
    client = CurlHttpClient(resolver)
    try:
        yield client, resolver
    finally:
        await client.aclose()
        resolver.close()


def open_engine(
    settings: Settings,
    *,
    embedded: bool,
    woken: Woken | None = None,
    listen_to: tuple[tuple[str, str], ...] = (),
    plugins: Plugins | None = None,
) -> Engine:
    """Open everything that a process needs.

    Args:
        settings: what the operator decided.
        embedded: this process is the whole of Outrider: it migrates its database, keeps its own secret key and needs
            no Redis. Others refuse to start without a current database and a key.
        woken: called with (queue, location) for each hint that this process receives.
        listen_to: the (queue, location) pairs whose hints this process receives; when embedded, all.
        plugins: the plugins to use; ``None`` loads the installed ones.

    Raises:
        ConfigurationError: a setting is missing or wrong, or the database is not at the newest revision.
    """
    _prepare(settings)
    clock = SystemClock()
    secrets = FernetBox(secret_key_of(settings, embedded=embedded))
    plugins = plugins or load_plugins(blocked=settings.blocked_plugins, runs_code=settings.suites_run != "off")
    storage = _storage(settings, migrate=embedded)
    queue = _queue(settings, woken or _unheard, listen_to, embedded=embedded)
    told = ToldHooks(plugins, monotonic=clock.monotonic)
    artifacts = ArtifactFolder(settings.artifacts_dir)
    quotas = quotas_of(settings)
    checks = _checks(storage, plugins, secrets, queue, told, CronCalendar(), quotas)
    return Engine(
        settings=settings,
        clock=clock,
        plugins=plugins,
        storage=storage,
        calendar=CronCalendar(),
        secrets=secrets,
        artifacts=artifacts,
        told=told,
        queue=queue,
        checks=checks,
        history=RunHistory(storage=storage, artifacts=artifacts),
        histories=CheckHistories(storage=storage, types=checks.types),
        statistics=StatisticsService(storage=storage, types=checks.types),
        uptime=UptimeService(storage=storage),
        rules=RuleService(storage=storage, hints=queue.hints, told=told),
        alerts=AlertService(storage=storage, hints=queue.hints, told=told),
        incidents=IncidentService(storage=storage, hints=queue.hints, told=told),
        releases=ReleaseService(storage=storage, hints=queue.hints),
        channels=_channels(settings, storage, plugins, secrets, clock),
        identity=IdentityService(storage=storage),
        metering=Metering(storage=storage, quotas=quotas),
        rates=_rates(settings, queue, clock),
        quotas=quotas,
        billing=_billing(settings, storage, quotas, plugins, clock),
        idempotency=Idempotency(storage=storage, secrets=secrets),
        organizations=OrganizationService(storage=storage),
        audit=AuditLog(storage=storage),
        status=StatusService(storage=storage, plugins=plugins),
        pings=_pings(storage, plugins, secrets, clock, queue, told),
    )


def passwords_of(rates: Rates) -> Passwords:
    """Return what is done with passwords."""
    return Passwords(hasher=Argon2Passwords(), rates=rates)


def _prepare(settings: Settings) -> None:
    """Make the folder for runs and sealed secrets, which are for the owner of the process alone."""
    _warn_of_unknown_variables()
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)


def _warn_of_unknown_variables() -> None:
    for name, meant in unknown_variables(os.environ).items():
        log.warning("this variable sets nothing", variable=name, did_you_mean=meant)


def _opener(settings: Settings) -> Callable[[], AbstractAsyncContextManager[HttpClient]]:
    """Return what opens a guarded client for a moment, on whichever event loop."""

    @asynccontextmanager
    async def open_http() -> AsyncIterator[HttpClient]:
        async with open_network(settings.egress_policy) as (http, _):
            yield http

    return open_http


def _channels(
    settings: Settings, storage: SqlStorage, plugins: Plugins, secrets: FernetBox, clock: SystemClock
) -> ChannelService:
    return ChannelService(
        storage=storage,
        plugins=plugins,
        secrets=secrets,
        clock=clock,
        open_http=_opener(settings),
        public_url=settings.public_url,
        mailer=mailer_of(settings),
    )


def quotas_of(settings: Settings) -> Quotas:
    """Return what plans allow, as the operator's file and the server's own retention say.

    Raises:
        ConfigurationError: the file is wrong.
    """
    plans = Plans() if settings.plans_file is None else read_plans(settings.plans_file)
    return Quotas(plans.within(settings.retention_runs_days))


def _checks(  # noqa: PLR0917 - it is called once
    storage: SqlStorage,
    plugins: Plugins,
    secrets: FernetBox,
    queue: EmbeddedQueue | RedisQueue,
    told: ToldHooks,
    calendar: CronCalendar,
    quotas: Quotas,
) -> CheckService:
    return CheckService(
        storage=storage,
        plugins=plugins,
        secrets=secrets,
        hints=queue.hints,
        told=told,
        calendar=calendar,
        quotas=quotas,
    )


def _rates(settings: Settings, queue: EmbeddedQueue | RedisQueue, clock: SystemClock) -> Rates:
    limiter = queue.rates if isinstance(queue, RedisQueue) else RatesInMemory(clock.monotonic)
    return Rates(limiter, reads=settings.rate_limit_reads or None, writes=settings.rate_limit_writes or None)


def _billing(
    settings: Settings, storage: SqlStorage, quotas: Quotas, plugins: Plugins, clock: SystemClock
) -> BillingService:
    provider = plugins.billing_providers.get(settings.billing_provider)
    if provider is None:
        installed = ", ".join(sorted(plugins.billing_providers)) or "none is installed"
        raise ConfigurationError(
            f"OUTRIDER_BILLING_PROVIDER: {settings.billing_provider!r} is not installed (installed: {installed})"
        )
    return BillingService(storage=storage, quotas=quotas, provider=provider, clock=clock, open_http=_opener(settings))


def _pings(  # noqa: PLR0917 - the parts of one engine, each of its own type
    storage: SqlStorage,
    plugins: Plugins,
    secrets: FernetBox,
    clock: SystemClock,
    queue: EmbeddedQueue | RedisQueue,
    told: ToldHooks,
) -> PingService:
    executions = Executions(plugins=plugins, secrets=secrets, clock=clock)
    return PingService(storage=storage, plugins=plugins, executions=executions, hints=queue.hints, told=told)


def _storage(settings: Settings, *, migrate: bool) -> SqlStorage:
    if migrate:
        upgrade_database(settings)
    storage = SqlStorage(settings.effective_database_url)
    problem = storage.schema_problem()
    if problem is not None:
        storage.close()
        raise SchemaNotCurrent(problem)
    return storage


def _queue(
    settings: Settings, woken: Woken, listen_to: tuple[tuple[str, str], ...], *, embedded: bool
) -> EmbeddedQueue | RedisQueue:
    if embedded or settings.redis_url is None:
        return EmbeddedQueue(woken)
    return RedisQueue(settings.redis_url, woken, listen_to=listen_to)


def _unheard(queue: str, location: str) -> None:
    """Ignore a hint: this process claims nothing."""

"""What the HTTP API asks: the engine's services, handed in by the composition root."""

from typing import Annotated, Protocol

from fastapi import Depends, Request

from outrider_engine.plugin_manager import Plugins
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
from outrider_engine.services.history import RunHistory
from outrider_engine.services.idempotency import Idempotency
from outrider_engine.services.identity import IdentityService
from outrider_engine.services.incidents import IncidentService
from outrider_engine.services.login_states import LoginStateService
from outrider_engine.services.members import MemberService
from outrider_engine.services.metering import Metering
from outrider_engine.services.organizations import OrganizationService
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


class Services(Protocol):
    """Everything that a route may ask; an opened engine is one."""

    @property
    def checks(self) -> CheckService:
        """Definitions of checks."""

    @property
    def plugins(self) -> Plugins:
        """The installed plugins."""

    @property
    def replays(self) -> Replays:
        """What it takes to walk through runs again."""

    @property
    def imports(self) -> CheckImports:
        """Definitions from files."""

    @property
    def versions(self) -> VersionService:
        """What definitions of checks were."""

    @property
    def batches(self) -> BatchService:
        """Runs that were asked for together."""

    @property
    def cancelling(self) -> Cancelling:
        """Calling off runs."""

    @property
    def history(self) -> RunHistory:
        """What runs came to."""

    @property
    def baselines(self) -> Baselines:
        """How pages should look."""

    @property
    def run_diffs(self) -> RunDiffs:
        """What runs did otherwise than good ones."""

    @property
    def trace_links(self) -> TraceLinks:
        """Links that open traces of runs."""

    @property
    def histories(self) -> CheckHistories:
        """Results of monitors on a time line."""

    @property
    def statistics(self) -> StatisticsService:
        """What runs come to over hours, days and months."""

    @property
    def alerts(self) -> AlertService:
        """Alerts."""

    @property
    def rules(self) -> RuleService:
        """Alert rules."""

    @property
    def incidents(self) -> IncidentService:
        """Incidents."""

    @property
    def releases(self) -> ReleaseService:
        """Releases."""

    @property
    def channels(self) -> ChannelService:
        """Channels."""

    @property
    def environments(self) -> EnvironmentService:
        """Environments."""

    @property
    def variables(self) -> VariableService:
        """Variables and secrets."""

    @property
    def login_states(self) -> LoginStateService:
        """Login states that runs have kept."""

    @property
    def identity(self) -> IdentityService:
        """Keys, and who asks with them."""

    @property
    def sessions(self) -> SessionService:
        """Who is signed in."""

    @property
    def accounts(self) -> AccountService:
        """Passwords of users."""

    @property
    def organizations(self) -> OrganizationService:
        """Organizations."""

    @property
    def projects(self) -> ProjectService:
        """Projects of organizations."""

    @property
    def audit(self) -> AuditLog:
        """Who changed what."""

    @property
    def members(self) -> MemberService:
        """Members and invitations."""

    @property
    def metering(self) -> Metering:
        """Counts of calls."""

    @property
    def uptime(self) -> UptimeService:
        """Uptime by hour and day."""

    @property
    def rates(self) -> Rates:
        """How fast a key may call."""

    @property
    def billing(self) -> BillingService:
        """Usage and plans."""

    @property
    def events(self) -> EventLog:
        """What has just happened."""

    @property
    def idempotency(self) -> Idempotency:
        """Requests that are carried out once."""

    @property
    def pings(self) -> PingService:
        """Pings of jobs."""

    @property
    def status(self) -> StatusService:
        """How the engine is."""


def services_behind(request: Request) -> Services:
    """Return the services that the application was made with."""
    services: Services = request.app.state.services
    return services


async def services_of(request: Request) -> Services:
    """Return the same, as a dependency.

    ``async``, like all dependencies that wait for nothing: others are sent to a thread, which costs more than they do.
    """
    return services_behind(request)


Ask = Annotated[Services, Depends(services_of)]
"""The services, as an argument of a route."""

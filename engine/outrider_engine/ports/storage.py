"""The unit of work: a transaction and the repositories that live in it."""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from outrider_engine.domain.usage import AdmittedCall

from .alert_repository import AlertRepository, ChannelRepository, OutboxRepository, RuleRepository
from .audit_repository import AuditRepository
from .batch_repository import BatchRepository
from .check_repository import CheckRepository
from .environment_repository import EnvironmentRepository, VariableRepository
from .event_repository import EventRepository
from .idempotency_repository import IdempotencyRepository
from .identity_repository import ApiKeyRepository, HeartbeatRepository, LocationRepository, OrganizationRepository
from .incident_repository import IncidentRepository
from .invitation_mail_repository import InvitationMailRepository
from .login_state_repository import LoginStateRepository
from .member_repository import MemberRepository, UserRepository
from .ping_repository import PingRepository
from .plan_repository import PlanRepository
from .project_repository import ProjectRepository
from .release_repository import ReleaseRepository
from .retention_repository import RetentionRepository
from .rollup_repository import RollupRepository
from .run_repository import RunRepository
from .sealed_repository import SealedRepository
from .session_repository import SessionRepository
from .usage_repository import UsageRepository
from .version_repository import VersionRepository


class Transaction(Protocol):
    """One transaction. Nothing is visible to others, and nothing is certain, before it has ended without an error."""

    @property
    def now(self) -> datetime:
        """The database's time when the transaction began, aware, in UTC: the time that leases are measured by."""

    @property
    def project_id(self) -> str | None:
        """The only project of which the transaction sees anything, for whoever asks is bound to it; ``None`` for all.

        What belongs to the whole organization, such as channels, is seen as well.
        """

    @property
    def organizations(self) -> OrganizationRepository:
        """Organizations."""

    @property
    def projects(self) -> ProjectRepository:
        """Projects of organizations."""

    @property
    def keys(self) -> ApiKeyRepository:
        """API keys."""

    @property
    def users(self) -> UserRepository:
        """Users."""

    @property
    def members(self) -> MemberRepository:
        """Members of organizations, and invitations."""

    @property
    def invitation_mails(self) -> InvitationMailRepository:
        """Mails with invitations."""

    @property
    def sessions(self) -> SessionRepository:
        """Sessions of browsers."""

    @property
    def audit(self) -> AuditRepository:
        """The audit log."""

    @property
    def locations(self) -> LocationRepository:
        """Locations."""

    @property
    def heartbeats(self) -> HeartbeatRepository:
        """Signs of life."""

    @property
    def checks(self) -> CheckRepository:
        """Checks."""

    @property
    def versions(self) -> VersionRepository:
        """Versions of checks."""

    @property
    def runs(self) -> RunRepository:
        """Runs."""

    @property
    def batches(self) -> BatchRepository:
        """Batches of runs."""

    @property
    def retention(self) -> RetentionRepository:
        """What is old enough to go."""

    @property
    def rollups(self) -> RollupRepository:
        """What runs add up to by hour and day."""

    @property
    def pings(self) -> PingRepository:
        """Tokens of checks that are pinged."""

    @property
    def channels(self) -> ChannelRepository:
        """Channels."""

    @property
    def rules(self) -> RuleRepository:
        """Alert rules."""

    @property
    def alerts(self) -> AlertRepository:
        """Alerts."""

    @property
    def incidents(self) -> IncidentRepository:
        """Incidents."""

    @property
    def releases(self) -> ReleaseRepository:
        """Releases."""

    @property
    def outbox(self) -> OutboxRepository:
        """Notifications on their way."""

    @property
    def usage(self) -> UsageRepository:
        """Counts of calls."""

    @property
    def plans(self) -> PlanRepository:
        """Plans, and what is counted against them."""

    @property
    def environments(self) -> EnvironmentRepository:
        """Environments."""

    @property
    def variables(self) -> VariableRepository:
        """Variables of organizations and environments."""

    @property
    def login_states(self) -> LoginStateRepository:
        """Login states."""

    @property
    def events(self) -> EventRepository:
        """What has just happened."""

    @property
    def sealed(self) -> SealedRepository:
        """Everything that is stored sealed."""

    @property
    def idempotency(self) -> IdempotencyRepository:
        """Requests that carry an ``Idempotency-Key``."""


class Glance(NamedTuple):
    """A look at the database from afar: ``version`` is another number after anybody has changed anything."""

    version: int
    now: datetime


class Storage(Protocol):
    """Where everything is kept."""

    def begin(self, *, durable: bool = True) -> AbstractContextManager[Transaction]:
        """Open a transaction that may write; commits at the end of the block, rolls back on an exception.

        What is not ``durable`` may be forgotten when the database's machine fails within the next second.
        """

    def read(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that only reads; several can go on beside one that writes."""

    def admit(self, digest: str, *, noted_every: timedelta) -> AdmittedCall | None:
        """Count a call with the key whose text has this digest, with one message to the database where it can do that.

        ``None``, and nothing counted, where it can't, and when there is more to it: no such key in force, one with a
        limit or with a text of before, or one whose last use was noted longer ago than ``noted_every``.
        """

    def glance(self) -> Glance | None:
        """Return whether anything has changed, and the time; ``None`` where that costs as much as to look."""

    def schema_problem(self) -> str | None:
        """Return what is wrong with the database's schema, ``None`` when it is at the newest revision."""

    def close(self) -> None:
        """Close all connections."""

"""The storage over SQLite and PostgreSQL: transactions, and the repositories in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property

from sqlalchemy import Connection

from outrider_engine.domain.audit import current_project
from outrider_engine.domain.idempotency import CURRENT
from outrider_engine.domain.usage import AdmittedCall
from outrider_engine.ports.clock import Clock
from outrider_engine.ports.storage import Glance

from . import migrations
from .admission import admitted
from .alerts import SqlAlerts, SqlRules
from .audit import SqlAudit
from .batches import SqlBatches
from .channels import SqlChannels
from .checks import SqlChecks
from .engines import Database, began_at
from .environments import SqlEnvironments, SqlVariables
from .events import SqlEvents, write_noted
from .idempotency import SqlIdempotency, mark_applied
from .identity import SqlApiKeys, SqlHeartbeats, SqlLocations, SqlOrganizations
from .incidents import SqlIncidents
from .invitation_mails import SqlInvitationMails
from .login_states import SqlLoginStates
from .members import SqlMembers, SqlUsers
from .outbox import SqlOutbox
from .pings import SqlPings
from .plans import SqlPlans
from .projects import SqlProjects
from .releases import SqlReleases
from .retention import SqlRetention
from .rollups import SqlRollups
from .runs import SqlRuns
from .sealed import SqlSealed
from .session import Session
from .sessions import SqlSessions
from .usage import SqlUsage
from .versions import SqlVersions


class SqlTransaction:
    """Implements ``Transaction``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def now(self) -> datetime:
        """The database's time when the transaction began."""
        return self._session.now

    @property
    def project_id(self) -> str | None:
        """The only project of which the transaction sees anything; ``None`` for all."""
        return self._session.project_id

    @cached_property
    def organizations(self) -> SqlOrganizations:
        """Organizations."""
        return SqlOrganizations(self._session)

    @cached_property
    def projects(self) -> SqlProjects:
        """Projects of organizations."""
        return SqlProjects(self._session)

    @cached_property
    def keys(self) -> SqlApiKeys:
        """API keys."""
        return SqlApiKeys(self._session)

    @cached_property
    def users(self) -> SqlUsers:
        """Users."""
        return SqlUsers(self._session)

    @cached_property
    def members(self) -> SqlMembers:
        """Members of organizations, and invitations."""
        return SqlMembers(self._session)

    @cached_property
    def invitation_mails(self) -> SqlInvitationMails:
        """Mails with invitations."""
        return SqlInvitationMails(self._session)

    @cached_property
    def sessions(self) -> SqlSessions:
        """Sessions of browsers."""
        return SqlSessions(self._session)

    @cached_property
    def audit(self) -> SqlAudit:
        """The audit log."""
        return SqlAudit(self._session)

    @cached_property
    def locations(self) -> SqlLocations:
        """Locations."""
        return SqlLocations(self._session)

    @cached_property
    def heartbeats(self) -> SqlHeartbeats:
        """Signs of life."""
        return SqlHeartbeats(self._session)

    @cached_property
    def checks(self) -> SqlChecks:
        """Checks."""
        return SqlChecks(self._session)

    @cached_property
    def versions(self) -> SqlVersions:
        """Versions of checks."""
        return SqlVersions(self._session)

    @cached_property
    def runs(self) -> SqlRuns:
        """Runs."""
        return SqlRuns(self._session)

    @cached_property
    def batches(self) -> SqlBatches:
        """Batches of runs."""
        return SqlBatches(self._session)

    @cached_property
    def retention(self) -> SqlRetention:
        """What is old enough to go."""
        return SqlRetention(self._session)

    @cached_property
    def rollups(self) -> SqlRollups:
        """What runs add up to."""
        return SqlRollups(self._session)

    @cached_property
    def pings(self) -> SqlPings:
        """Tokens of checks that are pinged."""
        return SqlPings(self._session)

    @cached_property
    def channels(self) -> SqlChannels:
        """Channels."""
        return SqlChannels(self._session)

    @cached_property
    def rules(self) -> SqlRules:
        """Alert rules."""
        return SqlRules(self._session)

    @cached_property
    def alerts(self) -> SqlAlerts:
        """Alerts."""
        return SqlAlerts(self._session)

    @cached_property
    def incidents(self) -> SqlIncidents:
        """Incidents."""
        return SqlIncidents(self._session)

    @cached_property
    def releases(self) -> SqlReleases:
        """Releases."""
        return SqlReleases(self._session)

    @cached_property
    def outbox(self) -> SqlOutbox:
        """Notifications on their way."""
        return SqlOutbox(self._session)

    @cached_property
    def usage(self) -> SqlUsage:
        """Counts of calls."""
        return SqlUsage(self._session)

    @cached_property
    def plans(self) -> SqlPlans:
        """Plans, and what is counted against them."""
        return SqlPlans(self._session)

    @cached_property
    def environments(self) -> SqlEnvironments:
        """Environments."""
        return SqlEnvironments(self._session)

    @cached_property
    def variables(self) -> SqlVariables:
        """Variables of organizations and environments."""
        return SqlVariables(self._session)

    @cached_property
    def login_states(self) -> SqlLoginStates:
        """Login states."""
        return SqlLoginStates(self._session)

    @cached_property
    def events(self) -> SqlEvents:
        """What has just happened."""
        return SqlEvents(self._session)

    @cached_property
    def sealed(self) -> SqlSealed:
        """Everything that is stored sealed."""
        return SqlSealed(self._session)

    @cached_property
    def idempotency(self) -> SqlIdempotency:
        """Requests that carry an ``Idempotency-Key``."""
        return SqlIdempotency(self._session)


class SqlStorage:
    """Implements ``Storage``. On behalf of a key that is bound to a project, nothing is seen of others.

    Safe to use from many threads; connections are opened when they are needed.

    Args:
        database: the SQLAlchemy URL of a SQLite file or a PostgreSQL database, or one that has been opened.
        clock: takes the place of the database's clock, for tests.

    Raises:
        ConfigurationError: the URL is not of a supported database.
    """

    def __init__(self, database: str | Database, *, clock: Clock | None = None) -> None:
        self._database = Database(database) if isinstance(database, str) else database
        self._clock = clock

    @contextmanager
    def begin(self, *, durable: bool = True) -> Iterator[SqlTransaction]:
        """Open a transaction that may write; commits at the end of the block, rolls back on an exception.

        What is not ``durable`` may be forgotten when the database's machine fails within the next second.

        The first one on behalf of a request with an ``Idempotency-Key`` also marks that request as carried out.

        Raises:
            StorageError: the database is away, locked or full; the next transaction tries anew.
            Conflict: what was written clashes with what is there.
        """
        claim = CURRENT.get()
        if claim is not None and (not claim.token or claim.applied):
            claim = None
        with self._database.writing(durable=durable) as connection:
            session = Session(connection, writes=True, now=self._began(connection), project_id=current_project())
            if claim is not None:
                mark_applied(session, claim)
            yield SqlTransaction(session)
            write_noted(session)
        if claim is not None:
            claim.applied = True

    @contextmanager
    def read(self) -> Iterator[SqlTransaction]:
        """Open a transaction that only reads, and sees one state of the database all along.

        Raises:
            StorageError: the database is away.
        """
        with self._database.reading() as connection:
            session = Session(connection, writes=False, now=self._began(connection), project_id=current_project())
            yield SqlTransaction(session)

    def admit(self, digest: str, *, noted_every: timedelta) -> AdmittedCall | None:
        """Count a call with the key whose text has this digest; ``None`` on SQLite, and when there is more to it.

        Raises:
            StorageError: the database is away.
        """
        if self._database.is_sqlite:
            return None
        now = None if self._clock is None else self._clock.now()
        with self._database.stating() as connection:
            return admitted(connection, digest, noted_every=noted_every, now=now)

    def glance(self) -> Glance | None:
        """Return whether anything has changed, and the time; ``None`` on PostgreSQL, which can't tell cheaply."""
        version = self._database.version()
        return None if version is None else Glance(version, self._now())

    def schema_problem(self) -> str | None:
        """Return what is wrong with the database's schema, ``None`` when it is at the newest revision."""
        with self._database.reading() as connection:
            return migrations.problem(connection)

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    def _began(self, connection: Connection) -> datetime:
        """Return the time of a transaction that has just begun."""
        is_servers = self._clock is None and not self._database.is_sqlite
        return began_at(connection) if is_servers else self._now()

    def _now(self) -> datetime:
        return datetime.now(UTC) if self._clock is None else self._clock.now()

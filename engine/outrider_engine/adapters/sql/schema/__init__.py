"""The tables.

Every one carries ``organization_id``, but for those of the whole installation: users and their identities, locations,
heartbeats.

References between an organization's rows are composite, ``(organization_id, id)``, so that rows of two organizations
cannot be joined up by mistake. Partial indexes hold what is on its way (queued, running, unsettled): small whatever
the length of the history. Their conditions are literals here and in the queries (``QUEUED`` …), since neither
database recognises a partial index behind a bound parameter.
"""

from .alerting import alerts, channels, notifications, rule_channels, rules
from .audit import audit_entries
from .batches import batches
from .checks import check_states, checks, skipped_slots
from .columns import (
    ACTIVE,
    ALERTED_OPEN,
    ASKED_FOR,
    CONNECTED,
    DELETED,
    ESCALATING,
    NOT_OF_MONITORS,
    NOT_REVOKED,
    OF_PROJECT,
    OPEN,
    PLACED,
    QUEUED,
    RUNNING,
    SUBSCRIBED,
    TROUBLED,
    UNFINISHED,
    UNRESOLVED,
    UNSETTLED,
    metadata,
    unsettled,
    where,
)
from .environments import environments, variables
from .events import events
from .identity import api_keys, heartbeats, locations, organizations
from .incidents import incident_alerts, incident_checks, incident_updates, incidents, releases
from .login_states import login_states
from .members import external_identities, invitation_mails, members, sessions, users
from .pings import ping_tokens
from .projects import projects
from .requests import idempotent_requests
from .rollups import daily_rollups, hourly_rollups
from .runs import artifacts, runs, steps
from .usage import api_calls, monthly_runs, organization_plans
from .versions import check_versions

__all__ = [
    "ACTIVE",
    "ALERTED_OPEN",
    "ASKED_FOR",
    "CONNECTED",
    "DELETED",
    "ESCALATING",
    "NOT_OF_MONITORS",
    "NOT_REVOKED",
    "OF_PROJECT",
    "OPEN",
    "PLACED",
    "QUEUED",
    "RUNNING",
    "SUBSCRIBED",
    "TROUBLED",
    "UNFINISHED",
    "UNRESOLVED",
    "UNSETTLED",
    "alerts",
    "api_calls",
    "api_keys",
    "artifacts",
    "audit_entries",
    "batches",
    "channels",
    "check_states",
    "check_versions",
    "checks",
    "daily_rollups",
    "environments",
    "events",
    "external_identities",
    "heartbeats",
    "hourly_rollups",
    "idempotent_requests",
    "incident_alerts",
    "incident_checks",
    "incident_updates",
    "incidents",
    "invitation_mails",
    "locations",
    "login_states",
    "members",
    "metadata",
    "monthly_runs",
    "notifications",
    "organization_plans",
    "organizations",
    "ping_tokens",
    "projects",
    "releases",
    "rule_channels",
    "rules",
    "runs",
    "sessions",
    "skipped_slots",
    "steps",
    "unsettled",
    "users",
    "variables",
    "where",
]

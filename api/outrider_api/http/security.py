"""Who asks, and whether they may: one dependency for every route."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request, params

from outrider_engine.domain.audit import ACTING
from outrider_engine.domain.checks import Family
from outrider_engine.domain.identity import ApiKey, Permission
from outrider_engine.errors import Forbidden, LimitReached, Unauthenticated

from .dialects.brily import errors as brily
from .dialects.xuptimemonitor import errors as xuptimemonitor
from .idempotency import begin_once
from .parameters import refuse_unknown
from .services import Ask, Services
from .wire.moments import shown

SCHEMES = ("bearer", "apikey")
READING = ("GET", "HEAD", "OPTIONS")
SUBJECT_OF = {Family.MONITOR: "monitors", Family.API_MONITOR: "monitors", Family.JOURNEY: "journeys"}
"""To which scopes the checks and runs of a family belong."""


def key_text(request: Request) -> str:
    """Return the text of the key that came with a request, in any of its four forms.

    Raises:
        Unauthenticated: none came.
    """
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() in SCHEMES and text.strip():
        return text.strip()
    given = request.headers.get("x-api-key") or request.query_params.get("api_key")
    if not given:
        raise Unauthenticated("API key missing or invalid")
    return given


def recognised(request: Request, services: Services) -> ApiKey:
    """Return the key that came with a request, after counting the call; the answer's headers tell the count.

    Raises:
        Unauthenticated: none came, or one that is not valid.
        LimitReached: the key has had its calls for this month.
        InvalidInput: there is a query parameter that the route does not have.
    """
    key = services.identity.authenticate(key_text(request))
    if (acting := ACTING.get()) is not None:
        acting.recognised(key)
    _refuse_too_fast(request, services, key)
    if not request.url.path.startswith(brily.PREFIX):  # whose calls have limits by the second alone
        usage = services.metering.count(key)
        request.state.call_usage = usage
        if usage.refused_for_s is not None:
            problem = (
                f"the monthly limit of {usage.limit} calls is reached; counting begins anew at {shown(usage.resets_at)}"
            )
            raise LimitReached(problem, code="monthly_limit_reached", retry_after_s=usage.refused_for_s)
    if not request.url.path.startswith(xuptimemonitor.PREFIX):  # which ignores parameters that it does not know
        refuse_unknown(request)
    return key


def _refuse_too_fast(request: Request, services: Services, key: ApiKey) -> None:
    take = services.rates.take_promised if request.url.path.startswith(brily.PREFIX) else services.rates.take
    allowance = take(key, writes=request.method not in READING)
    request.state.allowance = allowance
    if allowance is not None and allowance.retry_after_s is not None:
        raise LimitReached(
            f"too many requests at a time: {allowance.limit} are allowed at once",
            code="rate_limited",
            retry_after_s=allowance.retry_after_s,
        )


def allowed(permission: Permission, subject: str) -> Callable[[Request, Ask], ApiKey]:
    """Return a dependency that recognises the caller's key and refuses one that may not do this."""

    def caller(request: Request, services: Ask) -> ApiKey:
        key = recognised(request, services)
        if not key.may(permission, subject):
            raise Forbidden(f"this key may not {permission} {subject} (role {key.role})")
        begin_once(request, services, key.organization_id)
        return key

    return caller


def _run_reader(request: Request, services: Ask) -> ApiKey:
    key = recognised(request, services)
    if not any(key.may(Permission.READ, subject) for subject in SUBJECT_OF.values()):
        raise Forbidden("this key may not read runs")
    return key


def _watcher(request: Request, services: Ask) -> ApiKey:
    return recognised(request, services)


def allowed_there(permission: Permission) -> Callable[[str, Request, Ask], ApiKey]:
    """Return a dependency for paths with an organization's id: the caller's key as it stands in that organization."""

    def caller(id: str, request: Request, services: Ask) -> ApiKey:
        key = recognised(request, services)
        there = services.organizations.standing(key, id)
        if not there.may(permission, "organization"):
            raise Forbidden(f"this key may not {permission} organization (role {there.role})")
        begin_once(request, services, key.organization_id)
        return there

    return caller


def require_of(key: ApiKey, permission: Permission, family: Family) -> None:
    """Refuse a key that may not do something with checks of a family.

    Raises:
        Forbidden: it may not.
    """
    subject = SUBJECT_OF[family]
    if not key.may(permission, subject):
        raise Forbidden(f"this key may not {permission} {subject} (role {key.role})")


def readable_family(key: ApiKey, wanted: Family | None) -> Family | None:
    """Return the family to which a list of runs is narrowed: the wanted one, or the one that the key may read.

    Raises:
        Forbidden: it may not read the wanted one.
    """
    if wanted is not None:
        require_of(key, Permission.READ, wanted)
        return wanted
    readable = [family for family, subject in SUBJECT_OF.items() if key.may(Permission.READ, subject)]
    return None if len(readable) == len(SUBJECT_OF) else readable[0]


def may_read(subject: str) -> params.Depends:
    """Return a dependency for routes that need not know who asks, only that they may."""
    dependency: params.Depends = Depends(allowed(Permission.READ, subject))
    return dependency


Watcher = Annotated[ApiKey, Depends(_watcher)]
"""Whoever has a key; what they may see is decided by event."""
RunReader = Annotated[ApiKey, Depends(_run_reader)]
MonitorReader = Annotated[ApiKey, Depends(allowed(Permission.READ, "monitors"))]
MonitorWriter = Annotated[ApiKey, Depends(allowed(Permission.WRITE, "monitors"))]
MonitorRunner = Annotated[ApiKey, Depends(allowed(Permission.RUN, "monitors"))]
JourneyReader = Annotated[ApiKey, Depends(allowed(Permission.READ, "journeys"))]
JourneyWriter = Annotated[ApiKey, Depends(allowed(Permission.WRITE, "journeys"))]
JourneyRunner = Annotated[ApiKey, Depends(allowed(Permission.RUN, "journeys"))]
AlertReader = Annotated[ApiKey, Depends(allowed(Permission.READ, "alerts"))]
AlertWriter = Annotated[ApiKey, Depends(allowed(Permission.WRITE, "alerts"))]
EnvironmentReader = Annotated[ApiKey, Depends(allowed(Permission.READ, "environments"))]
EnvironmentWriter = Annotated[ApiKey, Depends(allowed(Permission.WRITE, "environments"))]
IncidentReader = Annotated[ApiKey, Depends(allowed(Permission.READ, "incidents"))]
IncidentWriter = Annotated[ApiKey, Depends(allowed(Permission.WRITE, "incidents"))]
ReleaseReader = Annotated[ApiKey, Depends(allowed(Permission.READ, "releases"))]
ReleaseWriter = Annotated[ApiKey, Depends(allowed(Permission.WRITE, "releases"))]
OrganizationReader = Annotated[ApiKey, Depends(allowed(Permission.READ, "organization"))]
KeyAdministrator = Annotated[ApiKey, Depends(allowed(Permission.ADMINISTER, "organization"))]
ReaderThere = Annotated[ApiKey, Depends(allowed_there(Permission.READ))]
AdministratorThere = Annotated[ApiKey, Depends(allowed_there(Permission.ADMINISTER))]

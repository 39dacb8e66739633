"""Who asks, and whether they may: one dependency for every route."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import Depends, Request, params

from outrider_engine.domain.audit import ACTING
from outrider_engine.domain.checks import Family
from outrider_engine.domain.identity import ApiKey, Permission
from outrider_engine.domain.usage import CallUsage
from outrider_engine.errors import Forbidden, LimitReached, Unauthenticated

from .dialects.brily import errors as brily
from .dialects.xuptimemonitor import errors as xuptimemonitor
from .idempotency import begin_once
from .parameters import refuse_unknown
from .services import Services, services_behind
from .session_cookies import COOKIE, READING, refuse_forged
from .wire.moments import shown

SCHEMES = ("bearer", "apikey")
SUBJECT_OF = {Family.MONITOR: "monitors", Family.API_MONITOR: "monitors", Family.JOURNEY: "journeys"}
"""To which scopes the checks and runs of a family belong."""


def _key_text(request: Request) -> str | None:
    """Return the text of the key that came with a request, in any of its four forms."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() in SCHEMES and text.strip():
        return text.strip()
    return request.headers.get("x-api-key") or request.query_params.get("api_key") or None


def caller_of(request: Request, services: Services) -> ApiKey:
    """Return who asks: the key that came with a request or, without one, whoever is signed in.

    Raises:
        Unauthenticated: neither came, or one that is not valid.
        ForgedRequest: a session came, and another site may have sent the request.
    """
    text = _key_text(request)
    if text is None:
        return _person(request, services)
    key = services.identity.authenticate(text)
    _recognise(key)
    return key


def _recognise(key: ApiKey) -> None:
    if (acting := ACTING.get()) is not None:
        acting.recognised(key)


def _person(request: Request, services: Services) -> ApiKey:
    """Return whoever is signed in."""
    token = request.cookies.get(COOKIE)
    if not token:
        raise Unauthenticated("API key missing or invalid")
    person = services.sessions.authenticate(token)
    refuse_forged(request, services, token)
    if (acting := ACTING.get()) is not None:
        acting.signed_in(person)
    return person


def recognised(request: Request, services: Services) -> ApiKey:
    """Return the key or the person who asks, after counting the call; the answer's headers tell the count.

    Raises:
        Unauthenticated: neither came, or one that is not valid.
        ForgedRequest: a session came, and another site may have sent the request.
        LimitReached: the key has had its calls for this month.
        InvalidInput: there is a query parameter that the route does not have.
    """
    path = request.scope["path"]
    if path.startswith(brily.PREFIX):  # whose calls have limits by the second alone
        key = caller_of(request, services)
        _refuse_too_fast(request, services, key)
    else:
        key, usage = _counted(request, services)
        request.state.call_usage = usage
        if usage.refused_for_s is not None:
            problem = (
                f"the monthly limit of {usage.limit} calls is reached; counting begins anew at {shown(usage.resets_at)}"
            )
            raise LimitReached(problem, code="monthly_limit_reached", retry_after_s=usage.refused_for_s)
    if not path.startswith(xuptimemonitor.PREFIX):  # which ignores parameters that it does not know
        refuse_unknown(request)
    return key


def _counted(request: Request, services: Services) -> tuple[ApiKey, CallUsage]:
    """Return who asks, and where the call leaves them."""
    text = _key_text(request)
    if text is None:
        person = _person(request, services)
        _refuse_too_fast(request, services, person)
        return person, services.metering.count(person)

    key, usage = services.metering.admit(text, partial(_refuse_too_fast, request, services))
    _recognise(key)
    return key, usage


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


@dataclass(frozen=True, slots=True)
class Allowed:
    """A dependency that recognises the caller's key and refuses one that may not do this.

    What is not of the key's project is not there for it: the storage sees to that (``Acting``). With ``whole``, the
    route is about the organization itself, or what it shares, and takes a key that is bound to no project.
    """

    permission: Permission
    subject: str
    whole: bool = False

    def __call__(self, request: Request) -> ApiKey:
        """Return the key."""
        services = services_behind(request)
        key = recognised(request, services)
        if not key.may(self.permission, self.subject):
            raise Forbidden(f"this key may not {self.permission} {self.subject} (role {key.role})")
        if self.whole:
            refuse_bound(key)
        begin_once(request, services, key.organization_id)
        return key


@dataclass(frozen=True, slots=True)
class AllowedSome:
    """The same for checks and runs of any kind: the key may do this with some of them; with which, each route asks."""

    permission: Permission

    def __call__(self, request: Request) -> ApiKey:
        """Return the key."""
        services = services_behind(request)
        key = recognised(request, services)
        if not any(key.may(self.permission, subject) for subject in SUBJECT_OF.values()):
            raise Forbidden(f"this key may not {self.permission} monitors or journeys (role {key.role})")
        begin_once(request, services, key.organization_id)
        return key


def watcher(request: Request) -> ApiKey:
    """Return the caller's key; what it may see is decided event by event."""
    return recognised(request, services_behind(request))


@dataclass(frozen=True, slots=True)
class AllowedThere:
    """The same for paths with an organization's id: the caller's key as it stands in that organization."""

    permission: Permission
    subject: str = "organization"
    whole: bool = True

    def __call__(self, id: str, request: Request) -> ApiKey:
        """Return the key."""
        services = services_behind(request)
        key = recognised(request, services)
        there = services.organizations.standing(key, id)
        if not there.may(self.permission, self.subject):
            raise Forbidden(f"this key may not {self.permission} {self.subject} (role {there.role})")
        if self.whole:
            refuse_bound(there)
        begin_once(request, services, key.organization_id)
        return there


def refuse_bound(key: ApiKey) -> None:
    """Refuse a key that sees one project only.

    Raises:
        Forbidden: it is bound to one.
    """
    if key.project_id is not None:
        raise Forbidden(f"this key is bound to the project {key.project_id}; this takes a key of the organization")


def require_of(key: ApiKey, permission: Permission, family: Family) -> None:
    """Refuse a key that may not do something with checks of a family.

    Raises:
        Forbidden: it may not.
    """
    subject = SUBJECT_OF[family]
    if not key.may(permission, subject):
        raise Forbidden(f"this key may not {permission} {subject} (role {key.role})")


def listed_families(key: ApiKey, wanted: Family | None) -> tuple[Family, ...]:
    """Return the families to which a list of runs is narrowed: the wanted one, or those that the key may read.

    None of them stands for all.

    Raises:
        Forbidden: it may not read the wanted one.
    """
    if wanted is not None:
        require_of(key, Permission.READ, wanted)
        return (wanted,)
    readable = readable_families(key)
    return () if len(readable) == len(SUBJECT_OF) else readable


def readable_families(key: ApiKey) -> tuple[Family, ...]:
    """Return the families whose checks and runs a key may read."""
    return tuple(family for family, subject in SUBJECT_OF.items() if key.may(Permission.READ, subject))


def may_read(subject: str) -> params.Depends:
    """Return a dependency for routes that need not know who asks, only that they may."""
    dependency: params.Depends = Depends(Allowed(Permission.READ, subject))
    return dependency


Watcher = Annotated[ApiKey, Depends(watcher)]
RunReader = Annotated[ApiKey, Depends(AllowedSome(Permission.READ))]
AnyRunner = Annotated[ApiKey, Depends(AllowedSome(Permission.RUN))]
MonitorReader = Annotated[ApiKey, Depends(Allowed(Permission.READ, "monitors"))]
MonitorWriter = Annotated[ApiKey, Depends(Allowed(Permission.WRITE, "monitors"))]
MonitorRunner = Annotated[ApiKey, Depends(Allowed(Permission.RUN, "monitors"))]
JourneyReader = Annotated[ApiKey, Depends(Allowed(Permission.READ, "journeys"))]
JourneyWriter = Annotated[ApiKey, Depends(Allowed(Permission.WRITE, "journeys"))]
JourneyRunner = Annotated[ApiKey, Depends(Allowed(Permission.RUN, "journeys"))]
AlertReader = Annotated[ApiKey, Depends(Allowed(Permission.READ, "alerts"))]
AlertWriter = Annotated[ApiKey, Depends(Allowed(Permission.WRITE, "alerts"))]
ChannelWriter = Annotated[ApiKey, Depends(Allowed(Permission.WRITE, "alerts", whole=True))]
EnvironmentReader = Annotated[ApiKey, Depends(Allowed(Permission.READ, "environments"))]
EnvironmentWriter = Annotated[ApiKey, Depends(Allowed(Permission.WRITE, "environments"))]
IncidentReader = Annotated[ApiKey, Depends(Allowed(Permission.READ, "incidents"))]
IncidentWriter = Annotated[ApiKey, Depends(Allowed(Permission.WRITE, "incidents"))]
ReleaseReader = Annotated[ApiKey, Depends(Allowed(Permission.READ, "releases"))]
ReleaseWriter = Annotated[ApiKey, Depends(Allowed(Permission.WRITE, "releases"))]
OrganizationReader = Annotated[ApiKey, Depends(Allowed(Permission.READ, "organization"))]
OrganizationAdministrator = Annotated[ApiKey, Depends(Allowed(Permission.ADMINISTER, "organization", whole=True))]
BillingReader = Annotated[ApiKey, Depends(Allowed(Permission.READ, "billing"))]
BillingAdministrator = Annotated[ApiKey, Depends(Allowed(Permission.ADMINISTER, "billing", whole=True))]
KeyAdministrator = Annotated[ApiKey, Depends(Allowed(Permission.ADMINISTER, "organization"))]
ReaderThere = Annotated[ApiKey, Depends(AllowedThere(Permission.READ))]
OrganizationReaderThere = Annotated[ApiKey, Depends(AllowedThere(Permission.READ, whole=False))]
KeyAdministratorThere = Annotated[ApiKey, Depends(AllowedThere(Permission.ADMINISTER, whole=False))]
AdministratorThere = Annotated[ApiKey, Depends(AllowedThere(Permission.ADMINISTER))]

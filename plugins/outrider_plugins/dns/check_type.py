"""How ``dns`` observes: one question, told as facts; that a name does not exist is an answer like any other."""

import asyncio
import socket
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import dns.asyncresolver
import dns.exception
import dns.name
import dns.nameserver
import dns.resolver
from pydantic import ValidationError

from outrider_engine.contracts import LightContext
from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.domain.checks import Family, Lane
from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.observations import Failure, Observation
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import InvalidInput

from .names import NameServer, parsed_name, parsed_server
from .records import told_records
from .settings import DnsSettings


class DnsCheckType:
    """Asks one question."""

    kind = "dns"
    title = "DNS"
    family = Family.MONITOR
    lane = Lane.ASYNC
    settings = DnsSettings
    default_assertions: tuple[Assertion, ...] = (Assertion(Source.FACT, Operator.EQUALS, True, "exists"),)

    def runnable_problem(self, settings: DnsSettings) -> str | None:
        """Return nothing: what is valid can run."""
        return None

    async def observe(self, settings: DnsSettings, context: LightContext) -> Observation:
        """Ask once.

        Raises:
            InvalidInput: what the variables make of the settings is no name, or no server.
            EgressDenied: the name server may not be reached.
        """
        rendered = _rendered(settings, context)
        domain = parsed_name(rendered.domain, rendered.record_type)
        server = parsed_server(rendered.resolver) if rendered.resolver is not None else None
        began = time.perf_counter()
        facts: dict[str, JsonValue] = {}
        failure: Failure | None = None
        try:
            async with asyncio.timeout(context.timeout_s):
                resolver = await _resolver(server, context)
                facts |= await _answered(resolver, domain, rendered.record_type, context.timeout_s)
        except (TimeoutError, dns.exception.Timeout):
            message = f"timed out after {context.timeout_s:g} s while asking for {rendered.record_type} of {domain}"
            failure = Failure(Verdict.TIMED_OUT, Reason.TIMEOUT, message)
        except dns.resolver.NoNameservers as error:
            failure = Failure(Verdict.FAILED, Reason.DNS, _why(error))
        except dns.resolver.NoResolverConfiguration:
            message = "the machine that ran the check has no name servers configured; name one in `resolver`"
            failure = Failure(Verdict.ERROR, Reason.INTERNAL, message)
        except (dns.exception.DNSException, OSError) as error:
            failure = Failure(Verdict.FAILED, Reason.DNS, str(error))
        elapsed = round((time.perf_counter() - began) * 1000, 3)
        body = "\n".join(cast("Sequence[str]", facts["records"])).encode() if "records" in facts else None
        seen = Observation(duration_ms=elapsed, phases={"dns": elapsed}, facts=facts, body=body, failure=failure)
        return seen if failure else replace(seen, failure=_unexpected(rendered, seen, context))


def _rendered(settings: DnsSettings, context: LightContext) -> DnsSettings:
    try:
        return DnsSettings.model_validate(context.render(settings.model_dump(mode="json")))
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else None
        raise InvalidInput(first["msg"].removeprefix("Value error, "), field=field) from None


async def _resolver(server: NameServer | None, context: LightContext) -> dns.asyncresolver.Resolver:
    """Return who asks: the given server, at addresses that may be reached, or those that the machine itself asks.

    Raises:
        EgressDenied: the given server may not be reached.
        OSError: its name does not resolve.
    """
    if server is None:
        return dns.asyncresolver.Resolver()
    try:
        addresses = await context.resolver.resolve(server.host, timeout_s=context.timeout_s)
    except socket.gaierror as error:
        raise OSError(f"the name server {server.host} does not resolve: {error.strerror or error}") from None
    asking = dns.asyncresolver.Resolver(configure=False)
    asking.nameservers = [dns.nameserver.Do53Nameserver(address, server.port) for address in addresses]
    return asking


async def _answered(
    resolver: dns.asyncresolver.Resolver, domain: dns.name.Name, record_type: str, timeout_s: float
) -> dict[str, JsonValue]:
    try:
        answer = await resolver.resolve(domain, record_type, raise_on_no_answer=False, search=False, lifetime=timeout_s)
    except dns.resolver.NXDOMAIN:
        only = resolver.nameservers[0] if len(resolver.nameservers) == 1 else None
        server = (only.answer_nameserver(), only.answer_port()) if isinstance(only, dns.nameserver.Nameserver) else None
        return _facts("NXDOMAIN", [], [], None, server)
    told = told_records(answer.rrset)
    ttl = answer.rrset.ttl if answer.rrset is not None else None
    server = (str(answer.nameserver), answer.port or 53)
    return _facts("NOERROR", [one.whole for one in told], [one.value for one in told], ttl, server)


def _facts(
    rcode: str, records: Sequence[str], values: Sequence[str], ttl: int | None, server: tuple[str, int] | None
) -> dict[str, JsonValue]:
    facts: dict[str, JsonValue] = {
        "rcode": rcode,
        "exists": bool(records),
        "count": len(records),
        "records": list(records),
        "values": list(values),
    }
    if ttl is not None:
        facts["ttl"] = ttl
    if server is not None:
        facts["nameserver"] = f"[{server[0]}]:{server[1]}" if ":" in server[0] else f"{server[0]}:{server[1]}"
    return facts


def _unexpected(settings: DnsSettings, seen: Observation, context: LightContext) -> Failure | None:
    """Return what is missing of the expected values."""
    expected = [*settings.expected_values]
    if settings.expected_value is not None:
        expected.append(settings.expected_value)
    wanted = [
        Assertion(Source.FACT, Operator.CONTAINS, value, "records" if " " in value else "values") for value in expected
    ]
    if settings.expected_contains is not None:
        wanted.append(Assertion(Source.BODY, Operator.CONTAINS, settings.expected_contains))
    judgement = context.judge(seen, wanted)
    if judgement.reason is None:
        return None
    return Failure(judgement.verdict, judgement.reason, judgement.error or "")


def _why(error: dns.resolver.NoNameservers) -> str:
    """Return what each server answered, or why it did not."""
    told = dict.fromkeys(f"{server}: {_answer(problem)}" for server, _, _, problem, _ in error.kwargs["errors"])
    return "; ".join(told) or "no name server answered"


def _answer(problem: object) -> str:
    return f"answered {problem}" if isinstance(problem, str) else str(problem) or type(problem).__name__

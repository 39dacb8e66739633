"""How ``http`` observes: one exchange through the engine's guarded client, told as facts; nothing is judged here."""

import json
import urllib.parse
from typing import Any, cast

from outrider_engine.contracts import LightContext
from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.domain.checks import Family, Lane
from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.observations import Observation
from outrider_engine.errors import InvalidInput
from outrider_engine.ports.http import Certificate, HttpExchange, HttpRequest

from .settings import HttpSettings


class HttpCheckType:
    """Requests a URL once."""

    kind = "http"
    title = "HTTP"
    family = Family.MONITOR
    lane = Lane.ASYNC
    settings = HttpSettings
    default_assertions: tuple[Assertion, ...] = (Assertion(Source.STATUS, Operator.BETWEEN, (200, 399)),)

    def runnable_problem(self, settings: HttpSettings) -> str | None:
        """Return nothing: what is valid can run."""
        return None

    async def observe(self, settings: HttpSettings, context: LightContext) -> Observation:
        """Make the request once.

        Raises:
            InvalidInput: what the variables make of the settings is no request.
        """
        exchange = await context.http.send(_request(settings, context))
        return Observation(
            duration_ms=exchange.duration_ms,
            phases=exchange.phases,
            facts=_facts(exchange),
            headers=exchange.headers,
            body=exchange.body if exchange.status is not None else None,
            failure=exchange.failure,
        )


def _request(settings: HttpSettings, context: LightContext) -> HttpRequest:
    parts: JsonValue = {"url": settings.url, "headers": settings.headers, "body": settings.body}
    rendered = cast("dict[str, Any]", context.render(parts))
    headers, body = rendered["headers"], rendered["body"]
    if body is not None and not isinstance(body, str):
        body = json.dumps(body, ensure_ascii=False)
        if "content-type" not in {name.lower() for name in headers}:
            headers["Content-Type"] = "application/json"
    return HttpRequest(
        url=_absolute(rendered["url"], context.base_url),
        method=settings.method,
        headers=headers,
        body=body.encode() if body is not None else None,
        timeout_s=context.timeout_s,
        max_redirects=settings.max_redirects if settings.follow_redirects else 0,
        max_body=settings.max_body,
        verify_tls=settings.verify_tls,
    )


def _absolute(url: str, base_url: str | None) -> str:
    if "://" in url:
        return url
    if base_url is None:
        raise InvalidInput("is only a path, and the run was given no base URL", field="url")
    return urllib.parse.urljoin(base_url, url)


def _facts(exchange: HttpExchange) -> dict[str, JsonValue]:
    facts: dict[str, JsonValue] = {
        "status": exchange.status,
        "ip": exchange.ip,
        "http_version": exchange.http_version,
        "hops": list(exchange.hops),
    }
    if exchange.status is not None:
        facts["size"] = len(exchange.body)
    if exchange.certificate is not None:
        facts["certificate"] = _certificate(exchange.certificate)
    return {name: value for name, value in facts.items() if value is not None}


def _certificate(certificate: Certificate) -> dict[str, JsonValue]:
    return {
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "valid_from": certificate.valid_from.isoformat(),
        "valid_until": certificate.valid_until.isoformat(),
        "days_remaining": certificate.days_remaining,
        "names": list(certificate.names),
    }

"""An HTTP exchange as an observation: the same facts from every check type that speaks HTTP."""

import urllib.parse

from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.observations import Observation
from outrider_engine.errors import InvalidInput
from outrider_engine.ports.http import HttpExchange


def absolute(url: str, base_url: str | None) -> str:
    """Return the address that a URL or path means.

    Raises:
        InvalidInput: it is only a path, and there is no base URL.
    """
    if "://" in url:
        return url
    if base_url is None:
        raise InvalidInput("is only a path, and the run was given no base URL", field="url")
    return urllib.parse.urljoin(base_url, url)


def moved(url: str, base_url: str | None) -> str:
    """Return the address that a URL or path means at a base URL: the same path there, whatever its own host is.

    Raises:
        InvalidInput: it is only a path, and there is no base URL.
    """
    if base_url is None or "://" not in url:
        return absolute(url, base_url)
    base = urllib.parse.urlsplit(base_url)
    return urllib.parse.urlunsplit(urllib.parse.urlsplit(url)._replace(scheme=base.scheme, netloc=base.netloc))


def observation_of(exchange: HttpExchange) -> Observation:
    """Return what an exchange showed: status, headers and body, phases, certificate, and why it failed if it did."""
    return Observation(
        duration_ms=exchange.duration_ms,
        phases=exchange.phases,
        facts=_facts(exchange),
        headers=exchange.headers,
        body=exchange.body if exchange.status is not None else None,
        failure=exchange.failure,
    )


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
        facts["certificate"] = exchange.certificate.facts()
    return {name: value for name, value in facts.items() if value is not None}

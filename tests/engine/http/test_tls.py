"""Certificates: judged by the handshake, reported whether they are good or not."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from outrider_engine.adapters.http import authorities
from outrider_engine.adapters.http.curl import CurlHttpClient
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.ports.http import HttpRequest

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


def test_a_good_certificate_is_reported(serve: Any, fetch: Any, authority: Any) -> None:
    async def scenario() -> None:
        async with serve(OK, tls=authority.context("127.0.0.1", "site.test", days=30)) as site:
            answer = await fetch(site.url(scheme="https"), ca_file=authority.file)
            assert (answer.status, answer.failure) == (200, None)
            assert list(answer.phases) == ["dns", "connect", "tls", "first_byte", "transfer"]
            certificate = answer.certificate
            assert certificate is not None
            assert (certificate.subject, certificate.issuer) == ("CN=leaf", "CN=Test root")
            assert certificate.names == ("127.0.0.1", "site.test")
            assert certificate.days_remaining == 30
            assert certificate.valid_from < datetime.now(UTC) < certificate.valid_until

    asyncio.run(scenario())


@pytest.fixture
def bad_site(serve: Any, authority: Any, host: str, issue: dict[str, Any]) -> Any:
    """A site whose certificate is wrong in the way that the test's parameters say."""
    return serve(OK, tls=authority.context(host, **issue))


@pytest.mark.parametrize(
    ("host", "issue", "problem"),
    [
        pytest.param("127.0.0.1", {"days": -3}, "expired", id="expired"),
        pytest.param("127.0.0.1", {"days": 30, "self_signed": True}, "certificate", id="self-signed"),
        pytest.param("other.test", {"days": 30}, "127.0.0.1", id="wrong-host"),
    ],
)
def test_a_bad_certificate_fails_and_is_still_reported(
    bad_site: Any, fetch: Any, authority: Any, issue: dict[str, Any], problem: str
) -> None:
    async def scenario() -> None:
        async with bad_site as site:
            answer = await fetch(site.url(scheme="https"), ca_file=authority.file)
            assert answer.failure is not None
            assert (answer.failure.verdict, answer.failure.reason) == (Verdict.FAILED, Reason.TLS)
            assert problem in answer.failure.message
            assert (answer.status, list(answer.phases)) == (None, ["dns", "connect", "tls"])
            assert answer.certificate is not None
            assert answer.certificate.days_remaining == issue["days"]

            lenient = await fetch(site.url(scheme="https"), ca_file=authority.file, verify_tls=False)
            assert (lenient.status, lenient.failure) == (200, None)
            assert lenient.certificate is not None
            assert lenient.certificate.days_remaining == issue["days"]

    asyncio.run(scenario())


def test_an_unknown_authority_is_not_trusted(serve: Any, fetch: Any, authority: Any) -> None:
    async def scenario() -> None:
        async with serve(OK, tls=authority.context("127.0.0.1")) as site:
            answer = await fetch(site.url(scheme="https"))
            assert answer.failure is not None
            assert answer.failure.reason is Reason.TLS

    asyncio.run(scenario())


def test_the_name_is_checked_although_the_address_is_pinned(serve: Any, fetch: Any, authority: Any, named: Any) -> None:
    async def scenario() -> None:
        names = named({"site.test": ("127.0.0.1",), "other.test": ("127.0.0.1",), "two.test": ("::1", "127.0.0.1")})
        async with serve(OK, tls=authority.context("site.test", "two.test")) as site:
            good = await fetch(site.url(host="site.test", scheme="https"), resolver=names, ca_file=authority.file)
            two = await fetch(site.url(host="two.test", scheme="https"), resolver=names, ca_file=authority.file)
            bad = await fetch(site.url(host="other.test", scheme="https"), resolver=names, ca_file=authority.file)
            assert (good.failure, two.failure) == (None, None)
            assert bad.failure is not None
            assert bad.failure.reason is Reason.TLS

    asyncio.run(scenario())


def test_every_exchange_makes_a_full_handshake(serve: Any, authority: Any, named: Any) -> None:
    async def scenario() -> None:
        client = CurlHttpClient(named({}), ca_file=authority.file)
        async with serve(OK, tls=authority.context("127.0.0.1")) as site:
            answers = [await client.send(HttpRequest(url=site.url(scheme="https"))) for _ in range(5)]
            assert all(answer.certificate for answer in answers)
        await client.aclose()

    asyncio.run(scenario())


def test_days_are_counted_by_the_given_clock(serve: Any, authority: Any, named: Any) -> None:
    async def scenario() -> None:
        later = datetime.now(UTC) + timedelta(days=40)
        client = CurlHttpClient(named({}), ca_file=authority.file, now=lambda: later)
        async with serve(OK, tls=authority.context("127.0.0.1", days=30)) as site:
            answer = await client.send(HttpRequest(url=site.url(scheme="https")))
            assert answer.certificate is not None
            assert answer.certificate.days_remaining == -10
        await client.aclose()

    asyncio.run(scenario())


def test_a_server_without_tls_fails_with_tls(serve: Any, fetch: Any) -> None:
    async def scenario() -> None:
        async with serve(b"HTTP/1.1 400 Bad Request\r\n\r\n") as site:
            answer = await fetch(site.url(scheme="https"), timeout_s=2.0)
            assert answer.failure is not None
            assert answer.failure.reason in {Reason.TLS, Reason.TIMEOUT}

    asyncio.run(scenario())


def test_the_machine_has_authorities() -> None:
    found = authorities.system_ca_file()
    assert isinstance(found, Path)
    assert "BEGIN CERTIFICATE" in found.read_text()

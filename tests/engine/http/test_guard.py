"""What the client refuses to do, and what it leaves behind: nothing."""

import asyncio
import os
import socket
from pathlib import Path
from typing import Any

import pycurl
import pytest

from outrider_engine.adapters.http.curl import CurlHttpClient
from outrider_engine.adapters.http.gate import Gate
from outrider_engine.adapters.http.resolver import GuardedResolver
from outrider_engine.domain.egress import EgressMode, EgressPolicy
from outrider_engine.domain.verdicts import Cause, Reason, Verdict, cause_of
from outrider_engine.errors import InvalidInput
from outrider_engine.ports.http import HttpRequest

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


@pytest.mark.parametrize(
    ("field", "request_"),
    [
        pytest.param("url", HttpRequest(url=url), id=url[:40])
        for url in (
            "ftp://site.test/",
            "file:///etc/passwd",
            "site.test",
            "//site.test/",
            "http://",
            "http:///path",
            "http://good@evil.test/",
            "http://user:word@site.test/",
            "http://site.test\\@evil.test/",
            "http://evil.test\\site.test/",
            "http://site.test/\r\nX: y",
            "http://site.test/\x00",
            "http://site.test:99999/",
            "http://site.test:0/",
            "http://site.test:x/",
            "http://[::1]evil.test/",
            "http://[fe80::1%25eth0]/",
            "http://1.2.3.4.5/",
            "http://a b/",
            "http://%31%32%37.0.0.1/",
            "http://" + "a" * 9000,
        )
    ]
    + [
        pytest.param("headers.X-A", HttpRequest(url="http://a.test", headers={"X-A": "b\r\nX: y"}), id="crlf"),
        pytest.param("headers.X-A", HttpRequest(url="http://a.test", headers={"X-A": "b\ny"}), id="lf"),
        pytest.param("headers.X-A", HttpRequest(url="http://a.test", headers={"X-A": "b\x00"}), id="nul"),
        pytest.param("headers.'X A'", HttpRequest(url="http://a.test", headers={"X A": "b"}), id="name"),
        pytest.param("headers.'X:A'", HttpRequest(url="http://a.test", headers={"X:A": "b"}), id="colon"),
        pytest.param("method", HttpRequest(url="http://a.test", method="GET / HTTP/1.1\r\n"), id="method"),
        pytest.param("method", HttpRequest(url="http://a.test", method="CONNECT"), id="connect"),
        pytest.param("body", HttpRequest(url="http://a.test", method="HEAD", body=b"x"), id="head-with-body"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(named: Any, field: str, request_: HttpRequest) -> None:
    async def scenario() -> None:
        client = CurlHttpClient(named({}))
        try:
            with pytest.raises(InvalidInput) as refusal:
                await client.send(request_)
            assert refusal.value.field == field
        finally:
            await client.aclose()

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "\uff11\uff12\uff17.0.0.1",
        "localhost",
        "[::1]",
        "127.0.0.1.",
    ],
)
def test_no_spelling_of_loopback_is_reached_in_public_mode(serve: Any, fetch: Any, host: str) -> None:
    async def scenario() -> None:
        resolver = GuardedResolver(EgressPolicy(EgressMode.PUBLIC))
        async with serve(OK) as site:
            answer = await fetch(site.url(host=host), resolver=resolver)
            assert answer.failure is not None
            assert (answer.failure.verdict, answer.failure.reason) == (Verdict.ERROR, Reason.EGRESS_DENIED)
            assert cause_of(answer.failure.verdict, answer.failure.reason) is Cause.CHECK
            assert site.asked == []
        resolver.close()

    asyncio.run(scenario())


def test_a_denial_does_not_tell_what_a_name_means_inside(fetch: Any, named: Any) -> None:
    async def scenario() -> None:
        resolver = named({"db.test": ("8.8.8.8", "10.1.2.3")}, EgressPolicy(EgressMode.PUBLIC))
        answer = await fetch("http://db.test/", resolver=resolver)
        assert answer.failure is not None
        assert answer.failure.reason is Reason.EGRESS_DENIED
        assert "10.1.2.3" not in answer.failure.message

    asyncio.run(scenario())


def test_the_gate_opens_sockets_to_checked_addresses_only() -> None:
    class Asked:
        def __init__(self, family: int, *addr: object) -> None:
            self.family, self.socktype, self.protocol, self.addr = family, socket.SOCK_STREAM, 0, addr

    gate = Gate(["127.0.0.1", "::ffff:7f00:2"])
    assert gate.open(0, Asked(socket.AF_INET, "127.0.0.1", 80)) is not pycurl.SOCKET_BAD
    assert gate.open(0, Asked(socket.AF_INET6, "::ffff:127.0.0.2", 80, 0, 0)) is not pycurl.SOCKET_BAD
    assert gate.refused is None
    assert gate.open(0, Asked(socket.AF_INET, "127.0.0.3", 80)) == pycurl.SOCKET_BAD
    assert gate.open(0, Asked(socket.AF_UNIX, b"/tmp/socket")) == pycurl.SOCKET_BAD
    assert gate.refused is not None


def test_a_name_goes_only_where_this_check_resolved_it(serve: Any, named: Any) -> None:
    """What one exchange pinned must never answer for another exchange of the same name."""

    async def scenario() -> None:
        async with serve(OK) as first, serve(OK, host="127.0.0.2") as second:
            moving = named({"site.test": ("127.0.0.1", "::1")})
            client = CurlHttpClient(moving)
            one = await client.send(HttpRequest(url=first.url(host="site.test")))
            moving.names = {"site.test": ("127.0.0.2", "::1")}
            two = await client.send(HttpRequest(url=second.url(host="site.test")))
            assert (one.ip, two.ip) == ("127.0.0.1", "127.0.0.2")
            assert (len(first.asked), len(second.asked)) == (1, 1)
            await client.aclose()

    asyncio.run(scenario())


def test_the_second_address_is_tried_when_the_first_does_not_answer(serve: Any, fetch: Any, named: Any) -> None:
    async def scenario() -> None:
        async with serve(OK) as site:
            answer = await fetch(site.url(host="two.test"), resolver=named({"two.test": ("::1", "127.0.0.1")}))
            assert (answer.ip, answer.failure) == ("127.0.0.1", None)

    asyncio.run(scenario())


def test_no_proxy_of_the_environment_is_used(serve: Any, fetch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    async def scenario() -> None:
        async with serve(OK) as site:
            answer = await fetch(site.url())
            assert answer.failure is None

    asyncio.run(scenario())


def _open_files() -> int:
    return len(list(Path(f"/proc/{os.getpid()}/fd").iterdir()))


async def _never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


def test_a_cancelled_exchange_leaves_nothing_behind(serve: Any, named: Any, until: Any) -> None:
    async def scenario() -> None:
        client = CurlHttpClient(named({}))
        async with serve(_never) as site:
            before = _open_files()
            tasks = [asyncio.create_task(client.send(HttpRequest(url=site.url()))) for _ in range(20)]
            await until(lambda: site.open == 20)
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            assert all(isinstance(result, asyncio.CancelledError) for result in results)
            await until(lambda: not site.open)
            assert _open_files() <= before
        async with serve(OK) as site:
            answer = await client.send(HttpRequest(url=site.url()))
            assert answer.status == 200
        await client.aclose()

    asyncio.run(scenario())


def test_hundreds_at_a_time_leave_no_descriptor(serve: Any, named: Any, until: Any) -> None:
    async def scenario() -> None:
        client = CurlHttpClient(named({}))
        async with serve(OK) as site:
            before = _open_files()
            for _ in range(3):
                answers = await asyncio.gather(*(client.send(HttpRequest(url=site.url())) for _ in range(200)))
                assert {answer.status for answer in answers} == {200}
            await until(lambda: not site.open)
            assert _open_files() <= before + 2
        await client.aclose()

    asyncio.run(scenario())


def test_closing_ends_what_is_under_way(serve: Any, named: Any, until: Any) -> None:
    async def scenario() -> None:
        client = CurlHttpClient(named({}))
        async with serve(_never) as site:
            task = asyncio.create_task(client.send(HttpRequest(url=site.url())))
            await until(lambda: site.open > 0)
            await client.aclose()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert task.cancelled()

    asyncio.run(scenario())

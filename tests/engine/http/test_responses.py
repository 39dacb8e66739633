"""What a target answers, well or badly."""

import asyncio
import gzip
from typing import Any

import pytest

from outrider_engine.domain.verdicts import Reason, Verdict

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Name: value\r\n\r\nhi"


def failed(reason: Reason) -> tuple[Verdict, Reason]:
    return Verdict.FAILED, reason


def test_an_exchange_has_everything_that_was_learned(serve: Any, fetch: Any) -> None:
    async def scenario() -> None:
        async with serve(OK) as site:
            answer = await fetch(site.url("/a b?q=ü#f"))
            assert (answer.status, answer.body, answer.headers["x-name"]) == (200, b"hi", "value")
            assert (answer.ip, answer.http_version, answer.certificate, answer.failure) == (
                "127.0.0.1",
                "1.1",
                None,
                None,
            )
            assert list(answer.phases) == ["dns", "connect", "first_byte", "transfer"]
            assert sum(answer.phases.values()) <= answer.duration_ms
            assert answer.hops == (site.url("/a%20b?q=%C3%BC"),)
            assert site.asked[0].target == "/a%20b?q=%C3%BC"

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("method", "body", "length"),
    [
        pytest.param("GET", None, None, id="get"),
        pytest.param("GET", b"x", "1", id="get-with-body"),
        pytest.param("POST", None, "0", id="post-without-body"),
        pytest.param("POST", b"abc", "3", id="post"),
        pytest.param("PUT", b"abc", "3", id="put"),
        pytest.param("PATCH", b"a\x00c", "3", id="binary"),
        pytest.param("DELETE", None, None, id="delete"),
        pytest.param("OPTIONS", None, None, id="options"),
    ],
)
def test_the_request_is_sent_as_it_was_given(
    serve: Any, fetch: Any, method: str, body: bytes | None, length: str | None
) -> None:
    async def scenario() -> None:
        headers = {"X-Empty": "", "X-Text": "grüße", "Content-Length": "999"}
        async with serve(OK) as site:
            answer = await fetch(site.url(), method=method, body=body, headers=headers)
            asked = site.asked[0]
            assert answer.failure is None
            assert (asked.method, asked.body, asked.headers.get("content-length")) == (method, body or b"", length)
            assert asked.headers["x-empty"] == ""
            assert asked.headers["x-text"].encode("latin-1").decode() == "grüße"
            assert not {"content-type", "expect"} & set(asked.headers)

    asyncio.run(scenario())


def test_a_head_request_reads_no_body(serve: Any, fetch: Any) -> None:
    async def scenario() -> None:
        async with serve(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n") as site:
            answer = await fetch(site.url(), method="HEAD")
            assert (answer.status, answer.body, answer.failure) == (200, b"", None)

    asyncio.run(scenario())


def chunked(*chunks: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in (*chunks, b""))


HEAD = b"HTTP/1.1 200 OK\r\n"
GZIP = HEAD + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(b"ab", b"c"), b"abc", id="chunked"),
        pytest.param(GZIP + gzip.compress(b"abc"), b"abc", id="gzip"),
        pytest.param(HEAD + b"\r\nuntil close", b"until close", id="until-close"),
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\nold", b"old", id="http-1.0"),
        pytest.param(b"HTTP/1.1 103 Early\r\nX-Name: early\r\n\r\n" + OK, b"hi", id="interim-response"),
    ],
)
def test_bodies_are_decoded(serve: Any, fetch: Any, answer: bytes, body: bytes) -> None:
    async def scenario() -> None:
        async with serve(answer) as site:
            seen = await fetch(site.url())
            assert (seen.status, seen.body, seen.failure) == (200, body, None)
            assert seen.headers.get("x-name") in {None, "value"}

    asyncio.run(scenario())


def test_repeated_headers_are_joined_and_trailers_are_not_headers(serve: Any, fetch: Any) -> None:
    head = HEAD + b"Set-Cookie: a=1\r\nset-cookie: b=2\r\nX-Bad: \xff\r\nTransfer-Encoding: chunked\r\n\r\n"
    trailer = b"1\r\na\r\n0\r\nX-Trailer: t\r\n\r\n"

    async def scenario() -> None:
        async with serve(head + trailer) as site:
            answer = await fetch(site.url())
            assert answer.headers["set-cookie"] == "a=1, b=2"
            assert answer.headers["x-bad"] == "\N{REPLACEMENT CHARACTER}"
            assert "x-trailer" not in answer.headers

    asyncio.run(scenario())


BOMB = GZIP + gzip.compress(gzip.compress(bytes(50_000_000)))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(HEAD + b"Content-Length: 3000000\r\n\r\n" + bytes(3_000_000), Reason.BODY, id="giant"),
        pytest.param(GZIP + gzip.compress(bytes(50_000_000)), Reason.BODY, id="gzip-bomb"),
        pytest.param(BOMB.replace(b": gzip", b": gzip, gzip", 1), Reason.BODY, id="gzip-in-gzip-bomb"),
        pytest.param(GZIP + b"not gzip at all", Reason.BODY, id="not-gzip"),
        pytest.param(HEAD + b"Content-Length: 10\r\n\r\nabc", Reason.BODY, id="fewer-bytes-than-promised"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc", Reason.BODY, id="bad-chunk"),
        pytest.param(HEAD + b"X: " + b"a" * 1_000_000 + b"\r\n\r\n", Reason.PROTOCOL, id="header-of-a-megabyte"),
        pytest.param(HEAD + b"X: a\r\n" * 10_000 + b"\r\n", Reason.PROTOCOL, id="ten-thousand-headers"),
        pytest.param(HEAD + b"X: a\x00b\r\n\r\n", Reason.PROTOCOL, id="nul-in-header"),
        pytest.param(b"hello, this is HTTP/0.9", Reason.PROTOCOL, id="http-0.9"),
        pytest.param(b"SSH-2.0-OpenSSH_9.6\r\n", Reason.PROTOCOL, id="another-protocol"),
        pytest.param(b"", Reason.PROTOCOL, id="nothing"),
    ],
)
def test_a_broken_response_fails_with_its_reason(serve: Any, fetch: Any, answer: bytes, reason: Reason) -> None:
    async def scenario() -> None:
        async with serve(answer) as site:
            seen = await fetch(site.url())
            assert seen.failure is not None
            assert (seen.failure.verdict, seen.failure.reason) == failed(reason)
            assert len(seen.body) <= 2_000_000

    asyncio.run(scenario())


def test_what_was_read_before_a_failure_is_kept(serve: Any, fetch: Any) -> None:
    async def scenario() -> None:
        async with serve(HEAD + b"X-Name: value\r\nContent-Length: 10\r\n\r\nabc") as site:
            answer = await fetch(site.url())
            assert (answer.status, answer.body, answer.headers["x-name"]) == (200, b"abc", "value")
            assert answer.failure is not None

    asyncio.run(scenario())


def test_an_endless_body_ends_at_the_cap(serve: Any, fetch: Any) -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"2710\r\n" + bytes(10_000) + b"\r\n")
            await writer.drain()

    async def scenario() -> None:
        async with serve(endless) as site:
            answer = await fetch(site.url(), max_body=100_000)
            assert answer.failure is not None
            assert answer.failure.message == "the decoded body is larger than 100000 bytes"

    asyncio.run(scenario())


async def _says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def _drips(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(HEAD + b"Content-Length: 1000000\r\n\r\n")
    while True:
        writer.write(b"a")
        await writer.drain()
        await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("handler", "scheme", "doing"),
    [
        pytest.param(_says_nothing, "http", "waiting for the response", id="no-answer"),
        pytest.param(_says_nothing, "https", "shaking hands (TLS)", id="stalled-handshake"),
        pytest.param(_drips, "http", "reading the response", id="slow-body"),
    ],
)
def test_the_deadline_covers_everything(serve: Any, fetch: Any, handler: Any, scheme: str, doing: str) -> None:
    async def scenario() -> None:
        async with serve(handler) as site:
            answer = await fetch(site.url(scheme=scheme), timeout_s=0.3)
            assert answer.failure is not None
            assert (answer.failure.verdict, answer.failure.reason) == (Verdict.TIMED_OUT, Reason.TIMEOUT)
            assert answer.failure.message == f"timed out after 0.3 s while {doing}"
            assert 290 <= answer.duration_ms < 1500

    asyncio.run(scenario())


def test_a_closed_port_fails_to_connect(serve: Any, fetch: Any) -> None:
    async def scenario() -> None:
        async with serve(OK) as site:
            pass
        answer = await fetch(site.url())
        assert answer.failure is not None
        assert (answer.failure.verdict, answer.failure.reason) == failed(Reason.CONNECT)
        assert (answer.status, answer.phases.keys()) == (None, {"dns", "connect"})

    asyncio.run(scenario())


def test_a_reset_connection_is_a_protocol_failure(serve: Any, fetch: Any) -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()

    async def scenario() -> None:
        async with serve(reset) as site:
            answer = await fetch(site.url())
            assert answer.failure is not None
            assert (answer.failure.verdict, answer.failure.reason) == failed(Reason.PROTOCOL)

    asyncio.run(scenario())

"""Redirects are followed by hand: same checks at each hop, credentials stay with their origin."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from outrider_engine.domain.egress import EgressMode, EgressPolicy
from outrider_engine.domain.verdicts import Reason, Verdict

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


def to(location: str, status: int = 302, body: bytes = b"") -> bytes:
    return b"HTTP/1.1 %d Go\r\nLocation: %s\r\nContent-Length: %d\r\n\r\n%s" % (
        status,
        location.encode(),
        len(body),
        body,
    )


def routes(**answers: bytes) -> Callable[[Any], bytes]:
    """Answer ``/name`` with what is given for ``name``, all else with 200."""
    return lambda asked: answers.get(asked.target.strip("/"), OK)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE"])
def test_the_method_changes_as_rfc_9110_says(serve: Any, fetch: Any, status: int, method: str) -> None:
    async def scenario() -> None:
        answer = lambda asked: to("/end", status) if asked.target == "/" else OK.replace(b"hi", b"")  # noqa: E731
        body = None if method in {"GET", "HEAD"} else b"abc"
        async with serve(lambda asked: answer(asked).replace(b"Length: 2", b"Length: 0")) as site:
            headers = {"Content-Type": "text/plain", "X-Kept": "yes"}
            seen = await fetch(site.url(), method=method, body=body, headers=headers)
            turns_to_get = (status == 303 and method != "HEAD") or (status in {301, 302} and method == "POST")
            second = site.asked[1]
            assert seen.failure is None
            assert second.method == ("GET" if turns_to_get else method)
            assert second.body == (b"" if turns_to_get else body or b"")
            assert ("content-type" in second.headers) is not turns_to_get
            assert second.headers["x-kept"] == "yes"

    asyncio.run(scenario())


def test_hops_are_listed_and_phases_summed(serve: Any, fetch: Any) -> None:
    async def scenario() -> None:
        async with serve(routes(a=to("b?x=1#f"), **{"b?x=1": to("//127.0.0.1:PORT/c")})) as site:
            answer = await fetch(site.url("/a"), max_redirects=1)
            assert answer.hops == (site.url("/a"), site.url("/b?x=1"))
            assert answer.failure is not None
            assert (answer.failure.reason, answer.status) == (Reason.REDIRECT, 302)

    asyncio.run(scenario())


def test_without_redirects_the_redirect_itself_is_the_answer(serve: Any, fetch: Any) -> None:
    async def scenario() -> None:
        async with serve(to("/elsewhere", body=b"moved")) as site:
            answer = await fetch(site.url(), max_redirects=0)
            assert (answer.status, answer.body, answer.failure) == (302, b"moved", None)
            assert len(site.asked) == 1

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"HTTP/1.1 302 Go\r\nContent-Length: 0\r\n\r\n", id="no-location"),
        pytest.param(b"HTTP/1.1 304 Not Modified\r\nLocation: /x\r\n\r\n", id="304"),
        pytest.param(b"HTTP/1.1 300 Choices\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", id="300"),
    ],
)
def test_other_3xx_are_answers(serve: Any, fetch: Any, answer: bytes) -> None:
    async def scenario() -> None:
        async with serve(answer) as site:
            seen = await fetch(site.url())
            assert (seen.failure, len(seen.hops)) == (None, 1)

    asyncio.run(scenario())


def test_a_loop_ends_after_the_allowed_hops(serve: Any, fetch: Any) -> None:
    async def scenario() -> None:
        async with serve(to("/")) as site:
            answer = await fetch(site.url(), max_redirects=5)
            assert answer.failure is not None
            assert (answer.failure.verdict, answer.failure.reason) == (Verdict.FAILED, Reason.REDIRECT)
            assert (len(answer.hops), len(site.asked)) == (6, 6)

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1/x",
        "http://user:secret@127.0.0.1/",
        "http://127.0.0.1:0/",
        "http:\\\\127.0.0.1\\x",
        "http://[::1/",
        "javascript:alert(1)",
        "http://a b/",
    ],
)
def test_an_unusable_location_fails_at_that_hop(serve: Any, fetch: Any, location: str) -> None:
    async def scenario() -> None:
        async with serve(to(location)) as site:
            answer = await fetch(site.url())
            assert answer.failure is not None
            assert (answer.failure.verdict, answer.failure.reason) == (Verdict.FAILED, Reason.REDIRECT)
            assert (answer.status, len(site.asked)) == (302, 1)
            assert "secret" not in answer.failure.message

    asyncio.run(scenario())


def test_a_redirect_to_a_denied_address_is_not_followed(serve: Any, fetch: Any, named: Any) -> None:
    policy = EgressPolicy(EgressMode.PRIVATE)

    async def scenario() -> None:
        async with serve(to("http://169.254.169.254/latest/")) as site:
            answer = await fetch(site.url(), resolver=named({}, policy))
            assert answer.failure is not None
            assert (answer.failure.verdict, answer.failure.reason) == (Verdict.ERROR, Reason.EGRESS_DENIED)
            assert answer.hops[-1] == "http://169.254.169.254/latest/"

    asyncio.run(scenario())


SECRETS = {"Authorization": "Bearer x", "Cookie": "a=b", "X-Api-Key": "k", "X-Auth-Token": "t", "Host": "virtual.test"}


def test_credentials_stay_behind_on_another_origin(serve: Any, fetch: Any, named: Any) -> None:
    async def scenario() -> None:
        async with serve(OK) as other, serve(to(other.url(host="other.test"))) as site:
            names = named({"site.test": ("127.0.0.1",), "other.test": ("127.0.0.1",)})
            answer = await fetch(site.url(host="site.test"), resolver=names, headers={**SECRETS, "X-Plain": "p"})
            assert answer.failure is None
            assert set(site.asked[0].headers) >= {name.lower() for name in SECRETS}
            arrived = other.asked[0].headers
            assert set(arrived) & {name.lower() for name in SECRETS} == {"host"}
            assert arrived["host"] == f"other.test:{other.port}"
            assert arrived["x-plain"] == "p"

    asyncio.run(scenario())


def test_credentials_stay_on_the_same_origin(serve: Any, fetch: Any) -> None:
    async def scenario() -> None:
        async with serve(routes(a=to("/b"))) as site:
            await fetch(site.url("/a"), headers=SECRETS)
            assert site.asked[1].headers["authorization"] == "Bearer x"
            assert site.asked[1].headers["host"] == "virtual.test"

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("headers", "reason"),
    [pytest.param(SECRETS, Reason.REDIRECT, id="with-credentials"), pytest.param({}, None, id="without")],
)
def test_credentials_are_not_carried_from_https_to_http(
    serve: Any, fetch: Any, authority: Any, headers: dict[str, str], reason: Reason | None
) -> None:
    async def scenario() -> None:
        tls = authority.context("127.0.0.1")
        async with serve(OK) as plain, serve(to(plain.url()), tls=tls) as site:
            answer = await fetch(site.url(scheme="https"), headers=headers, ca_file=authority.file)
            assert (answer.failure and answer.failure.reason) is reason
            assert bool(plain.asked) is (reason is None)

    asyncio.run(scenario())


def test_the_body_of_a_redirect_does_not_matter(serve: Any, fetch: Any) -> None:
    async def scenario() -> None:
        async with serve(routes(a=to("/b", body=bytes(100_000)))) as site:
            answer = await fetch(site.url("/a"), max_body=1000)
            assert (answer.status, answer.body, answer.failure) == (200, b"hi", None)

    asyncio.run(scenario())


def test_the_deadline_is_one_for_all_hops(serve: Any, fetch: Any) -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.1)
        writer.write(to("/"))

    async def scenario() -> None:
        async with serve(slow) as site:
            answer = await fetch(site.url(), timeout_s=0.35, max_redirects=20)
            assert answer.failure is not None
            assert answer.failure.reason is Reason.TIMEOUT
            assert len(answer.hops) > 1
            assert answer.duration_ms < 1500

    asyncio.run(scenario())

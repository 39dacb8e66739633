"""Cookies of one visitor: sent where they belong, at every hop; nobody else's handle remembers them."""

import asyncio
from typing import Any

from outrider_engine.ports.http import CookieJar


def answering(*cookies: str, location: str | None = None) -> bytes:
    lines = [f"Set-Cookie: {cookie}\r\n" for cookie in cookies]
    status = "302 Found" if location else "200 OK"
    lines += [f"Location: {location}\r\n"] if location else []
    return f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n{''.join(lines)}\r\n".encode()


def test_cookies_go_to_their_paths_at_every_hop_and_expire(serve: Any, fetch: Any) -> None:
    def answer(asked: Any) -> bytes:
        return {
            "/login": answering("sid=one; Path=/; HttpOnly", "cart=3; Path=/cart", location="/home"),
            "/home": answering("sid=two; Path=/"),
            "/out": answering("sid=; Path=/; Max-Age=0"),
        }.get(asked.target, answering())

    async def scenario() -> None:
        jar = CookieJar()
        async with serve(answer) as site:
            await fetch(site.url("/login"), cookies=jar)
            assert (jar.value("sid"), jar.value("cart"), jar.value("other")) == ("two", "3", None)
            await fetch(site.url("/cart"), cookies=jar, headers={"Cookie": "own=1"})
            await fetch(site.url("/out"), cookies=jar)
            await fetch(site.url("/end"), cookies=jar)
            sent = [asked.headers.get("cookie") for asked in site.asked]
            assert sent[:2] == [None, "sid=one"]
            assert set(str(sent[2]).split("; ")) == {"sid=two", "cart=3", "own=1"}
            assert sent[3:] == ["sid=two", None]

    asyncio.run(scenario())


def test_visitors_do_not_share_cookies_and_other_hosts_get_none(serve: Any, fetch: Any) -> None:
    async def scenario() -> None:
        first, second = CookieJar(), CookieJar()
        async with serve(answering("sid=secret; Path=/")) as site:
            await fetch(site.url("/"), cookies=first)
            await fetch(site.url("/"), cookies=second)
            await fetch(site.url("/"))
            await fetch(site.url("/"))
            await fetch(site.url("/", host="localhost"), cookies=first)
            assert [asked.headers.get("cookie") for asked in site.asked] == [None] * 5

    asyncio.run(scenario())

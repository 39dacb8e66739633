"""HTTP checks per second: the guarded client beside a bare AsyncCurlMulti loop, against one local target.

    python benchmarks/http_client.py [--seconds 2] [--rounds 3] [--concurrency 50] [--cores 0,1]

A target process (asyncio, uvloop) answers 1 kB of JSON on loopback and closes; the client makes a new connection for
each check. ``bare``: options set once, no guard, no phases. ``guarded``: ``CurlHttpClient.send`` with everything it
does. ``judged``: that, as the check type ``http`` with a status and a JSON assertion. The ways take turns within each
round, so that a slow spell of the machine hits all of them.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import statistics
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pycurl
import uvloop

from outrider_engine.adapters.clock import SystemClock
from outrider_engine.adapters.http.curl import CurlHttpClient
from outrider_engine.adapters.http.resolver import GuardedResolver
from outrider_engine.assertions import judge, judging
from outrider_engine.contracts import LightContext
from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.domain.egress import EgressMode, EgressPolicy
from outrider_engine.domain.redaction import Redactor
from outrider_engine.ports.http import HttpRequest
from outrider_plugins.http.check_type import HttpCheckType
from outrider_plugins.http.settings import HttpSettings

BODY = json.dumps({"status": "ok", "filler": "x" * 990}).encode()
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (
    len(BODY),
    BODY,
)
Check = Callable[[], Awaitable[bool]]


class Target(asyncio.Protocol):
    """Answers as soon as a request has come."""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.transport.write(ANSWER)
        self.transport.close()


def serve(port: Any, core: int) -> None:
    os.sched_setaffinity(0, {core})

    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(Target, "127.0.0.1", 0, backlog=4096)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    uvloop.run(run())


async def bare(url: str, stack: AsyncExitStack) -> Check:
    multi = await stack.enter_async_context(pycurl.AsyncCurlMulti())
    idle: list[Any] = []

    async def check() -> bool:
        chunks: list[bytes] = []
        handle = idle.pop() if idle else pycurl.Curl()
        handle.setopt(pycurl.URL, url)
        handle.setopt(pycurl.FRESH_CONNECT, 1)
        handle.setopt(pycurl.FORBID_REUSE, 1)
        handle.setopt(pycurl.WRITEFUNCTION, chunks.append)
        await multi.perform(handle)
        status = handle.getinfo(pycurl.RESPONSE_CODE)
        idle.append(handle)
        return bool(status == 200 and json.loads(b"".join(chunks))["status"] == "ok")

    return check


def network(stack: AsyncExitStack) -> tuple[CurlHttpClient, GuardedResolver]:
    resolver = GuardedResolver(EgressPolicy(EgressMode.PRIVATE))
    stack.callback(resolver.close)
    client = CurlHttpClient(resolver)
    stack.push_async_callback(client.aclose)
    return client, resolver


async def guarded(url: str, stack: AsyncExitStack) -> Check:
    client, _ = network(stack)

    async def check() -> bool:
        answer = await client.send(HttpRequest(url=url))
        return answer.status == 200 and json.loads(answer.body)["status"] == "ok"

    return check


async def judged(url: str, stack: AsyncExitStack) -> Check:
    client, resolver = network(stack)
    check_type, settings = HttpCheckType(), HttpSettings(url=url)
    assertions = (
        Assertion(Source.STATUS, Operator.EQUALS, 200),
        Assertion(Source.JSON, Operator.EQUALS, "ok", "$.status"),
    )
    context = LightContext(
        check_name="bench",
        location="local",
        timeout_s=10,
        clock=SystemClock(),
        http=client,
        resolver=resolver,
        judge=judging(Redactor(())),
    )

    async def check() -> bool:
        observation = await check_type.observe(settings, context)
        return judge(observation, assertions).verdict.is_up

    return check


WAYS = {"bare": bare, "guarded": guarded, "judged": judged}


async def measure(way: str, url: str, concurrency: int, seconds: float) -> tuple[float, float]:
    """Return checks per second and microseconds of CPU per check, after a short warm-up."""
    async with AsyncExitStack() as stack:
        check = await WAYS[way](url, stack)
        loop = asyncio.get_running_loop()
        for _ in range(20):
            assert await check()
        done = 0
        began, cpu = loop.time(), cpu_seconds()

        async def lane() -> None:
            nonlocal done
            while loop.time() - began < seconds:
                assert await check()
                done += 1

        await asyncio.gather(*(lane() for _ in range(concurrency)))
        wall = loop.time() - began
        return done / wall, (cpu_seconds() - cpu) / done * 1e6


def cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=float, default=2.0)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--concurrency", type=int, default=50)
    arguments.add_argument("--cores", default="0,1", help="core of the target and core of the client")
    given = arguments.parse_args()
    target_core, client_core = (int(core) for core in given.cores.split(","))
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=serve, args=(theirs, target_core), daemon=True)
    process.start()
    url = f"http://127.0.0.1:{ours.recv()}/health"
    os.sched_setaffinity(0, {client_core})
    results: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    for _ in range(given.rounds):
        for way in WAYS:
            results[way].append(uvloop.run(measure(way, url, given.concurrency, given.seconds)))
    process.terminate()
    process.join()
    base = statistics.median(rate for rate, _ in results["bare"])
    print("| way | checks/s median (min-max) | of bare | us CPU |\n|---|---|---|---|")
    for way, pairs in results.items():
        rates = [rate for rate, _ in pairs]
        rate, cpu = statistics.median(rates), statistics.median(cpu for _, cpu in pairs)
        print(f"| {way} | {rate:.0f} ({min(rates):.0f}-{max(rates):.0f}) | {rate / base:.2f} | {cpu:.0f} |")


if __name__ == "__main__":
    main()

"""HTTP checks per second through the whole engine (claimed, judged, stored) beside the bare client.

    python benchmarks/http_engine.py [--rounds 3] [--runs 3000] [--database-url URL] [--cores 0,1]

One target process answers 1 kB of JSON on loopback; a new connection for each check. ``bare`` is a loop over
pycurl's AsyncCurlMulti (see ``http_client.py``). ``engine`` queues the runs first, then lets one light lane claim,
observe, judge and store them, on SQLite or on the database that is named. The ways take turns within each round.
"""

import argparse
import asyncio
import logging
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

import structlog
import uvloop

from http_client import cpu_seconds, serve, WAYS  # isort: skip

from outrider_engine.bootstrap.engine import Engine, open_engine
from outrider_engine.domain.checks import Family
from outrider_engine.domain.runs import Trigger
from outrider_engine.domain.verdicts import Verdict
from outrider_engine.services.claiming import Claims
from outrider_engine.services.execution import Executions
from outrider_engine.services.finishing import Finishing
from outrider_engine.services.run_creation import requested_runs
from outrider_engine.settings import load_settings
from outrider_engine.worker.leases import LeaseKeeper
from outrider_engine.worker.light_lane import LightLane

MONITORS = 100


async def bare(url: str, concurrency: int, checks: int) -> tuple[float, float]:
    """Return checks per second and microseconds of CPU per check."""
    async with AsyncExitStack() as stack:
        check = await WAYS["bare"](url, stack)
        left = checks

        async def lane() -> None:
            nonlocal left
            while left > 0:
                left -= 1
                assert await check()

        began, cpu = time.perf_counter(), cpu_seconds()
        await asyncio.gather(*(lane() for _ in range(concurrency)))
        return checks / (time.perf_counter() - began), (cpu_seconds() - cpu) / checks * 1e6


def through_engine(engine: Engine, organization: str, monitors: list[str], runs: int) -> tuple[float, float]:
    """Queue ``runs`` runs, then have one light lane work them off; returns the same two figures."""
    with engine.storage.begin() as tx:
        checks = [tx.checks.get(organization, monitor) for monitor in monitors]
        for number in range(runs):
            check = checks[number % len(checks)]
            assert check is not None
            tx.runs.add(
                requested_runs(check, queue="light", trigger=Trigger.MANUAL, locations=["local"], now=tx.now), tx.now
            )
        before = tx.runs.count([Verdict.PASSED])
    claims = Claims(storage=engine.storage, worker="bench", locations=None)
    leases = LeaseKeeper(claims=claims, clock=engine.clock)
    finishing = Finishing(
        storage=engine.storage, artifacts=engine.artifacts, hints=engine.hints, told=engine.told, clock=engine.clock
    )
    lane = LightLane(
        claims=claims,
        executions=Executions(plugins=engine.plugins, secrets=engine.secrets, clock=engine.clock),
        finishing=finishing,
        leases=leases,
        network=engine.network,
        clock=engine.clock,
        concurrency=engine.settings.light_concurrency,
    )
    leases.start()
    began, cpu = time.perf_counter(), cpu_seconds()
    lane.start()
    done = 0
    while done < runs:
        time.sleep(0.05)
        with engine.storage.read() as tx:
            done = tx.runs.count([Verdict.PASSED]) - before
    wall, spent = time.perf_counter() - began, cpu_seconds() - cpu
    lane.stop(5.0)
    leases.stop()
    return runs / wall, spent / runs * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--runs", type=int, default=3000)
    parser.add_argument("--database-url")
    parser.add_argument("--cores", default="0,1")
    arguments = parser.parse_args()
    target_core, client_core = map(int, arguments.cores.split(","))
    receiver, sender = multiprocessing.get_context("spawn").Pipe(duplex=False)
    target = multiprocessing.get_context("spawn").Process(target=serve, args=(sender, target_core), daemon=True)
    target.start()
    url = f"http://127.0.0.1:{receiver.recv()}/"
    os.sched_setaffinity(0, {client_core})
    with tempfile.TemporaryDirectory() as folder:
        measure(arguments, url, Path(folder))
    target.terminate()


def measure(arguments: argparse.Namespace, url: str, folder: Path) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    settings = load_settings({"data_dir": folder, "database_url": arguments.database_url})
    engine = open_engine(settings, embedded=True)
    organization = engine.identity.create_organization("bench").id
    monitors = [
        engine.checks.create(
            organization,
            Family.MONITOR,
            {"name": f"monitor {n}", "type": "http", "config": {"url": url}, "locations": ("local",)},
        ).check.id
        for n in range(MONITORS)
    ]
    figures: dict[str, list[tuple[float, float]]] = {"bare": [], "engine": []}
    for _ in range(arguments.rounds):
        figures["bare"].append(uvloop.run(bare(url, settings.light_concurrency, arguments.runs)))
        figures["engine"].append(through_engine(engine, organization, monitors, arguments.runs))
    engine.close()
    for way, rows in figures.items():
        rates, cpu = zip(*rows, strict=True)
        span = f"({min(rates):.0f}-{max(rates):.0f})"
        print(f"{way:8} {statistics.median(rates):7.0f} checks/s {span:16} {statistics.median(cpu):6.0f} us CPU each")
    ratios = [engine[0] / bare[0] for bare, engine in zip(figures["bare"], figures["engine"], strict=True)]
    print(f"engine / bare: {statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

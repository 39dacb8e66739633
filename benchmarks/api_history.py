"""What answers about the history cost over HTTP, beside their SQL alone, on PostgreSQL with ten million runs.

    python benchmarks/api_history.py [--runs 10000000] [--times 400] [--seconds 5] [--cores 0,1] [--folder DIR]

A throw-away PostgreSQL is filled first (about ten minutes and 16 GB for ten million runs; ``--runs 100000`` is a quick
look). *API* is a request over a kept connection to the API as ``outrider api`` serves it; *SQL* are the statements that
the API itself sent for the same answer, once more over a plain connection, the caller's key and the count of calls left
out; *plain* is a FastAPI route that sends them over SQLAlchemy and answers with the same JSON, *bare* one that answers
with it at once, both behind the same server. Each line asks for forty different monitors or cursors in turn.
"""

import argparse
import itertools
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine as SqlEngine
from sqlalchemy import event
from starlette.testclient import TestClient

from http_timing import rate, shares, timed  # isort: skip
from served_api import served, served_bare, served_plain  # isort: skip
from stored_history import DAYS, PLACES, History, make_history  # isort: skip

from outrider_api.http.app import create_app
from outrider_engine.bootstrap.engine import open_engine
from outrider_engine.settings import load_settings

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "services"))
from postgresql_server import binaries, throwaway

SERVER = (
    *("wal_level=minimal", "max_wal_senders=0", "max_wal_size=8GB", "jit=off"),
    *("shared_buffers=2GB", "effective_cache_size=8GB", "random_page_cost=1.1"),
)
"""A small server with an SSD; results are written to disk as PostgreSQL does by itself."""
VARIANTS = 40
_FRAME = ("api_keys", "api_calls", "organization_plans", "SELECT now()")
"""Of statements that belong to every request, whatever it asks for."""

Statement = tuple[str, Any]


@dataclass(frozen=True)
class Question:
    """A request in several variants, the statements that its answers take, and the first answer."""

    name: str
    paths: list[str]
    statements: list[list[Statement]]
    answer: bytes


def questions(history: History, door: TestClient) -> Iterator[Question]:
    """Return what is measured."""
    monitors = history.monitors[:: max(1, len(history.monitors) // VARIANTS)][:VARIANTS]

    def cursors(path: str) -> list[str]:
        """Return cursors in the middle of the history."""
        middle = f"until={time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(time.time() - DAYS * 43_200))}"
        joined = "&" if "?" in path else "?"
        found = []
        page = door.get(f"{path}{joined}{middle}").json()
        while page["data"] and len(found) < VARIANTS:
            found.append(page["meta"]["next_cursor"])
            page = door.get(f"{path}{joined}cursor={found[-1]}").json()
        return found

    listed = "/api/v1/runs"
    deep = cursors(listed)
    ids = [run["id"] for cursor in deep[:2] for run in door.get(f"{listed}?cursor={cursor}").json()["data"]]
    asked = {
        "runs, first page": [listed],
        "runs, deep page": [f"{listed}?cursor={cursor}" for cursor in deep],
        "runs of a monitor": [f"{listed}?check_id={id}" for id in monitors],
        "failed runs": [f"{listed}?status=failed&cursor={cursor}" for cursor in deep],
        "failed runs of a monitor": [f"{listed}?status=failed&check_id={id}" for id in monitors],
        "queued runs (none)": [f"{listed}?status=queued"],
        "runs of CI systems": [f"{listed}?trigger=ci"],
        "runs by hand (none)": [f"{listed}?trigger=manual"],
        "runs at a location": [f"{listed}?location={place}" for place in PLACES],
        "runs of journeys (none)": [f"{listed}?family=journey"],
        "runs of a day long ago": [f"{listed}?since={_day(80)}&until={_day(79)}"],
        "one run": [f"{listed}/{id}" for id in ids],
        "statistics": [f"/api/v1/monitors/{id}/stats" for id in monitors],
        "history of 24 hours": [f"/api/v1/monitors/{id}/history" for id in monitors],
        "uptime by day": [f"/v0/monitors/{id}/uptime?from={_day(89)[:10]}" for id in monitors],
        "uptime by hour": [f"/v0/monitors/{id}/uptime?granularity=hour" for id in monitors],
        "monitors": ["/api/v1/monitors"],
    }
    for name, paths in asked.items():
        statements = [_asked(door, path) for path in paths]
        yield Question(name, paths, statements, door.get(paths[0]).content)


def _day(ago: int) -> str:
    return time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime(time.time() - ago * 86_400))


def _asked(door: TestClient, path: str) -> list[Statement]:
    """Return the statements that an answer takes, those of every request left out."""
    sent: list[Statement] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if not any(part in statement for part in _FRAME):
            sent.append((statement, parameters))

    event.listen(SqlEngine, "before_cursor_execute", note)
    try:
        answer = door.get(path)
    finally:
        event.remove(SqlEngine, "before_cursor_execute", note)
    assert answer.status_code == 200, (path, answer.text)
    return sent


def timed_sql(url: str, statements: Sequence[Sequence[Statement]], times: int, *, pause_s: float = 0.0) -> list[float]:
    """Return the milliseconds of the statements of an answer on a plain connection, for the variants in turn."""
    took: list[float] = []
    with psycopg.connect(url, autocommit=True) as connection:
        for one in itertools.islice(itertools.cycle(statements), times):
            time.sleep(pause_s)
            began = time.perf_counter()
            for statement, parameters in one:
                connection.execute(statement, parameters).fetchall()
            took.append((time.perf_counter() - began) * 1000)
    return took


@contextmanager
def filled(runs: int, stack: ExitStack) -> Iterator[tuple[str, dict[str, Any], History, TestClient]]:
    """Start a server and fill it."""
    found = binaries()
    if found is None:
        raise SystemExit("PostgreSQL is not installed")
    server = stack.enter_context(throwaway(found, SERVER, stop=signal.SIGINT))
    stack.enter_context(server.running())
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    settings = {"data_dir": folder, "database_url": server.url, "rate_limit_reads": 0}
    engine = open_engine(load_settings(settings), embedded=True)
    history = make_history(engine, server.url, runs, _told)
    door = TestClient(create_app(engine), headers={"Authorization": f"Bearer {history.key}"})
    yield server.url, settings, history, door
    engine.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10_000_000)
    parser.add_argument("--times", type=int, default=400)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--cores", default="0,1")
    arguments = parser.parse_args()
    api_core, own_core = map(int, arguments.cores.split(","))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # ten million runs are not left behind
    with ExitStack() as stack:
        url, settings, history, door = stack.enter_context(filled(arguments.runs, stack))
        os.sched_setaffinity(0, {own_core})
        asked = list(questions(history, door))
        api = stack.enter_context(served(settings, api_core))
        bare = stack.enter_context(served_bare([question.answer for question in asked], api_core))
        answers = [(question.statements, question.answer) for question in asked]
        plain = stack.enter_context(served_plain(url, answers, api_core))
        _told(
            f"{history.runs:,} runs; milliseconds: median and 95th percentile; that beside SQL and bare, beside plain"
        )
        for number, question in enumerate(asked):
            ways = {
                "API": partial(timed, api, history.key, question.paths),
                "SQL": partial(timed_sql, url, question.statements),
                "plain": partial(timed, plain, history.key, [f"/{number}"]),
                "bare": partial(timed, bare, history.key, [f"/{number}"]),
            }
            pause_s = 0.02 if question.paths[0].startswith("/v0/") else 0.0  # which promises 60 requests a second
            measure(question, {name: partial(way, pause_s=pause_s) for name, way in ways.items()}, arguments.times)
        first = asked[0]
        servers = {"API": (api, first.paths), "bare": (bare, ["/0"])}
        for name, (port, asked_for) in servers.items():
            found = rate(port, history.key, asked_for, seconds=arguments.seconds, connections=8, core=own_core)
            _told(f"{first.name}, eight connections, {name}: {found:.0f} requests a second")


def measure(question: Question, ways: Mapping[str, Callable[[int], list[float]]], times: int) -> None:
    """Measure one line; the ways take turns."""
    took: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way(len(question.paths) + 10)
    for _ in range(4):
        for name, way in ways.items():
            took[name] += way(times // 4)
    found = {name: shares(each) for name, each in took.items()}
    ratios = (found["API"][1] / (found["SQL"][1] + found["bare"][1]), found["API"][1] / found["plain"][1])
    columns = "  ".join(f"{name} {median:7.2f} {most:7.2f}" for name, (median, most) in found.items())
    size = len(question.answer) / 1000
    shown = "  ".join(f"{ratio:5.2f}" for ratio in ratios)
    _told(f"{question.name:28} {columns}  {shown}  {len(question.statements[0])} statements {size:6.1f} kB")


def _told(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()

"""Runs a black-box suite, if you have one, against servers that are started as a user would start them.

    scripts/conformance.py FOLDER [--only embedded|distributed] [what else pytest is to be told]

Each server is new and gone at the end: ``embedded`` is ``outrider up`` over SQLite, ``distributed`` is API, scheduler
and workers over PostgreSQL and Redis. The suite is told ``OUTRIDER_BASE_URL`` and ``OUTRIDER_API_KEY``, an owner's.
"""

import argparse
import os
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cryptography.fernet import Fernet

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "services"))

from server_processes import free_port  # noqa: E402
from throwaway_postgresql import mortal_postgresql  # noqa: E402
from throwaway_redis import mortal_redis  # noqa: E402

OUTRIDER = ROOT / ".venv" / "bin" / "outrider"
PYTEST = ROOT / ".venv" / "black-box" / "bin" / "pytest"
KEY = secrets.token_urlsafe()


def main() -> int:
    """Return 0 when all that was asked for passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suite", type=Path)
    parser.add_argument("--only", choices=MODES)
    given, words = parser.parse_known_args()
    if not given.suite.is_dir():
        print(f"conformance: no black-box suite at {given.suite}, so only the project's own is run", flush=True)
        return 0
    modes = [given.only] if given.only else list(MODES)
    failed = [mode for mode in modes if not _passes(mode, given.suite, words)]
    for mode in failed:
        print(f"conformance: failed against a server that is {mode}", file=sys.stderr)
    return 1 if failed else 0


def _passes(mode: str, suite: Path, words: list[str]) -> bool:
    with tempfile.TemporaryDirectory(prefix="outrider-conformance-") as folder, ExitStack() as servers:
        url = MODES[mode](Path(folder), servers)
        print(f"conformance: {mode}, {url}", flush=True)
        told = _environment(OUTRIDER_BASE_URL=url, OUTRIDER_API_KEY=KEY, PYTHONDONTWRITEBYTECODE="1")
        command = [PYTEST, "-q", "-n", "2", "-p", "no:cacheprovider", *words]
        return subprocess.run(command, cwd=suite, env=told, check=False).returncode == 0


def _embedded(folder: Path, servers: ExitStack) -> str:
    port = free_port()
    servers.enter_context(_running(folder, {}, "up", "--port", str(port)))
    return _ready(port)


def _distributed(folder: Path, servers: ExitStack) -> str:
    port = free_port()
    settings = {
        "OUTRIDER_DATABASE_URL": servers.enter_context(mortal_postgresql()).url,
        "OUTRIDER_REDIS_URL": servers.enter_context(mortal_redis(folder)).url,
        "OUTRIDER_SECRET_KEY": Fernet.generate_key().decode(),
    }
    subprocess.run([OUTRIDER, "db", "upgrade"], cwd=folder, env=_environment(**settings), check=True)
    for words in (
        ("api", "--port", str(port)),
        ("scheduler",),
        ("worker", "--location", "*", "--queues", "light,notify"),
        ("worker", "--location", "*", "--queues", "browser"),
    ):
        servers.enter_context(_running(folder, settings, *words))
    return _ready(port)


MODES: dict[str, Callable[[Path, ExitStack], str]] = {"embedded": _embedded, "distributed": _distributed}


@contextmanager
def _running(folder: Path, settings: dict[str, str], *words: str) -> Iterator[None]:
    """Run one process of Outrider; what it logs is shown when it does not end well."""
    own = {"OUTRIDER_DATA_DIR": str(folder / "data"), "OUTRIDER_BOOTSTRAP_API_KEY": KEY, "OUTRIDER_EGRESS": "private"}
    log = folder / f"{'-'.join(words[:1] + words[-1:])}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [OUTRIDER, *words], cwd=folder, env=_environment(**own, **settings), stdout=out, stderr=out
        )
    try:
        yield
    finally:
        process.terminate()
        status = process.wait(60)
        if status:
            print(f"{' '.join(process.args[1:])} ended with {status}:\n{log.read_text()[-5000:]}", file=sys.stderr)


def _environment(**settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OUTRIDER_")}
    browser = {name: value for name, value in os.environ.items() if name == "OUTRIDER_BROWSER_PATH"}
    return kept | browser | settings


def _ready(port: int) -> str:
    url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{url}/readyz", timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return url
    raise SystemExit(f"conformance: no server was ready at {url} within a minute")


if __name__ == "__main__":
    raise SystemExit(main())

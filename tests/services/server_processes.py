"""Server processes of the test suite: found, started on a free port, ended with the suite whatever happens."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest


def unavailable(what: str) -> None:
    """Skip on a laptop, fail where CI promises that everything is there."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}, and CI is set")
    pytest.skip(what)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def unprivileged_user(*names: str) -> str | None:
    """Return the user that a server runs as when the suite runs as root, ``None`` for ourselves."""
    if os.getuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in (*names, "nobody") if name in known)


@contextmanager
def serving(
    command: Sequence[str | Path], *, user: str | None, log: Path, ready: Callable[[], bool], stop: signal.Signals
) -> Iterator[None]:
    """Run a server until the end of the block; it also ends when this process dies."""
    tied = [guard, "--pdeathsig", "INT", "--"] if (guard := shutil.which("setpriv")) else []
    group = pwd.getpwnam(user).pw_gid if user else None
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*tied, *map(str, command)],
            user=user,
            group=group,
            extra_groups=[] if user else None,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    try:
        deadline = time.monotonic() + 30
        while not ready():
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"{command[0]} did not start:\n{log.read_text(errors='replace')}")
            time.sleep(0.02)
        yield
    finally:
        server.send_signal(stop)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()

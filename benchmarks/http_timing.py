"""Requests over connections that are kept, timed: answers one after another, and as many a second as there are."""

import itertools
import multiprocessing
import os
import socket
import statistics
import time
from collections.abc import Sequence
from functools import partial
from multiprocessing.connection import Connection
from threading import Thread
from typing import Self

_SPAWNED = multiprocessing.get_context("spawn")


class Asking:
    """One connection to a server on this machine."""

    def __init__(self, port: int, key: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n\r\n"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._socket.close()

    def get(self, path: str) -> bytes:
        """Return the body of an answer, which must be 200."""
        self._socket.sendall(f"GET {path} HTTP/1.1\r\n{self._head}".encode())
        content = bytearray()
        while (end := content.find(b"\r\n\r\n")) < 0:
            content += self._received()
        lines = content[:end].lower().split(b"\r\n")
        length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
        while len(content) < end + 4 + length:
            content += self._received()
        if not content.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"{path}: {content[:2000]!r}")
        return bytes(content[end + 4 :])

    def _received(self) -> bytes:
        received = self._socket.recv(1 << 20)
        if not received:
            raise RuntimeError("the server closed the connection")
        return received


def timed(port: int, key: str, paths: Sequence[str], times: int, *, pause_s: float = 0.0) -> list[float]:
    """Return the milliseconds of ``times`` requests, one after another, for the paths in turn."""
    took: list[float] = []
    with Asking(port, key) as asking:
        for path in itertools.islice(itertools.cycle(paths), times):
            time.sleep(pause_s)
            began = time.perf_counter()
            asking.get(path)
            took.append((time.perf_counter() - began) * 1000)
    return took


def rate(port: int, key: str, paths: Sequence[str], *, seconds: float, connections: int, core: int) -> float:
    """Return how many requests a second are answered to several connections at a time."""
    receiver, sender = _SPAWNED.Pipe(duplex=False)
    flood = partial(_flood, port, key, paths, seconds=seconds, connections=connections, core=core, told=sender)
    process = _SPAWNED.Process(target=flood, daemon=True)
    process.start()
    sender.close()
    answered: float = receiver.recv()
    process.join()
    return answered


def _flood(
    port: int, key: str, paths: Sequence[str], *, seconds: float, connections: int, core: int, told: Connection
) -> None:
    os.sched_setaffinity(0, {core})
    counts = [0] * connections
    until = time.perf_counter() + seconds

    def ask(number: int) -> None:
        with Asking(port, key) as asking:
            for path in itertools.islice(itertools.cycle(paths), number, None):
                if time.perf_counter() > until:
                    return
                asking.get(path)
                counts[number] += 1

    threads = [Thread(target=ask, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.send(sum(counts) / seconds)


def shares(took: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile."""
    return statistics.median(took), statistics.quantiles(took, n=20)[-1]

"""Hints within one process: coalesced, and never lost between two of them."""

import threading
import time
from collections.abc import Iterator

import dramatiq
import pytest

from outrider_engine.adapters.queue.embedded import EmbeddedQueue


class Woken:
    def __init__(self) -> None:
        self.hints: list[tuple[str, str]] = []
        self.hold = threading.Event()
        self.hold.set()

    def __call__(self, queue: str, location: str) -> None:
        self.hints.append((queue, location))
        self.hold.wait(10)

    def wait_for(self, count: int) -> None:
        deadline = time.monotonic() + 5
        while len(self.hints) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(self.hints) >= count


@pytest.fixture
def woken() -> Woken:
    return Woken()


@pytest.fixture
def queue(woken: Woken) -> Iterator[EmbeddedQueue]:
    queue = EmbeddedQueue(woken)
    yield queue
    woken.hold.set()
    queue.stop()


def test_a_hint_wakes_by_queue_and_location(queue: EmbeddedQueue, woken: Woken) -> None:
    queue.start()
    queue.hints.send("light", "fra")
    queue.hints.send("browser", "local")
    woken.wait_for(2)
    assert sorted(woken.hints) == [("browser", "local"), ("light", "fra")]


def test_a_thousand_hints_before_the_first_arrives_are_one(queue: EmbeddedQueue, woken: Woken) -> None:
    for _ in range(1000):
        queue.hints.send("light", "local")
    queue.start()
    woken.wait_for(1)
    time.sleep(0.2)
    assert woken.hints == [("light", "local")]


def test_a_hint_sent_while_the_last_one_is_being_heeded_is_delivered(queue: EmbeddedQueue, woken: Woken) -> None:
    queue.start()
    woken.hold.clear()
    queue.hints.send("light", "local")
    woken.wait_for(1)
    queue.hints.send("light", "local")
    woken.hold.set()
    woken.wait_for(2)
    assert len(woken.hints) == 2


def test_no_broker_is_global(queue: EmbeddedQueue) -> None:
    assert dramatiq.broker.global_broker is None

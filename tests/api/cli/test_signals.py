"""Asking a process to end."""

import signal
import threading

import pytest

from outrider_api.cli.signals import stop_asked


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_that_came_before_the_wait_is_not_lost(number: signal.Signals) -> None:
    with stop_asked() as asked:
        before = asked.wait(0)
        signal.raise_signal(number)
        assert (before, asked.wait(0), asked.wait()) == (False, True, True)


def test_a_signal_that_another_thread_receives_ends_the_wait() -> None:
    with stop_asked() as asked:
        receiver = threading.Thread(
            target=lambda: signal.pthread_kill(threading.get_ident(), signal.SIGTERM), name="receiver"
        )
        waiting = threading.Timer(0.1, receiver.start)
        waiting.start()
        assert asked.wait(10)
        waiting.join()
        receiver.join()


def test_what_was_there_before_is_there_again() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    with stop_asked():
        pass
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before
    assert signal.set_wakeup_fd(-1) == -1

"""How a claim loop sleeps: until it is woken, or until it is time to look by itself."""

import threading


class Wakeup:
    """A flag that one loop waits for and anybody sets."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """Wake the loop, or keep it from falling asleep next time."""
        self._event.set()

    def wait(self, timeout_s: float) -> bool:
        """Sleep until woken (``True``) or until the time is over."""
        woken = self._event.wait(timeout_s)
        self._event.clear()
        return woken

"""Whether a run stays within its limits, measured from outside while it runs."""

from outrider_engine.domain.observations import Failure
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.ports.slots import SlotLimits

from .child import RunnerChild
from .folders import SlotFolder

_MEGABYTE = 1_000_000


class LimitWatch:
    """Compares what one run uses with what it may use; ``peak_memory`` is in bytes."""

    def __init__(self, child: RunnerChild, folder: SlotFolder, limits: SlotLimits) -> None:
        self._child = child
        self._folder = folder
        self._limits = limits
        self._received_before = child.received
        self.peak_memory = 0

    def breach(self) -> Failure | None:
        """Measure; return the first limit that is exceeded, as the failure that the run ends with."""
        return self.output_breach() or self._processes() or self._memory() or self._disk()

    def output_breach(self) -> Failure | None:
        """Compare what the runner has sent; costs nothing."""
        sent = self._child.received - self._received_before
        if sent <= self._limits.output:
            return None
        return _exceeded(Reason.LIMIT_OUTPUT, f"sent {_mb(sent)} of results and log", _mb(self._limits.output))

    def _processes(self) -> Failure | None:
        count = len(self._child.tree.look()) + 1
        if count <= self._limits.processes:
            return None
        return _exceeded(Reason.LIMIT_PROCESSES, f"had {count} processes", str(self._limits.processes))

    def _memory(self) -> Failure | None:
        used = self._child.tree.memory()
        self.peak_memory = max(self.peak_memory, used)
        if used <= self._limits.memory:
            return None
        return _exceeded(Reason.LIMIT_MEMORY, f"used {_mb(used)} of memory", _mb(self._limits.memory))

    def _disk(self) -> Failure | None:
        usage = self._folder.usage()
        if usage.size > self._limits.disk:
            return _exceeded(Reason.LIMIT_DISK, f"wrote {_mb(usage.size)} to disk", _mb(self._limits.disk))
        if usage.entries > self._limits.files:
            return _exceeded(Reason.LIMIT_DISK, f"made {usage.entries} files", str(self._limits.files))
        return None


def _exceeded(reason: Reason, used: str, allowed: str) -> Failure:
    return Failure(Verdict.ERROR, reason, f"the run {used} (allowed: {allowed}) and was ended")


def _mb(size: int) -> str:
    return f"{size / _MEGABYTE:.0f} MB"

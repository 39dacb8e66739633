"""Making slots."""

import os
import re
import tempfile
import threading
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import structlog

from outrider_engine.adapters.egress.proxy import EgressProxy
from outrider_engine.ports.slots import SlotLimits

from .child import RUNNER_COMMAND, RunnerSpec
from .folders import SlotFolder, remove_abandoned
from .process_table import SharedView
from .slot import RunnerSlot

log = structlog.get_logger(__name__)

_BETWEEN_NOTICES = re.compile(r"\n(?=\[\w+ *\] )")
"""Where one notice of a runner's log ends and another begins; a notice itself may have several lines."""


class RunnerSlots:
    """Implements ``outrider_engine.ports.slots.SlotFactory``.

    Args:
        root: folder for the slots' own folders (short, because of Chromium's socket); ``None``: the system's temporary
            one. Folders that dead processes left there are removed.
        proxy: a started proxy, of which each slot gets a port of its own; ``None``: runs have no egress policy.
        environment: from which the few variables that runners may know are taken.
        blocked_plugins: names of plugins that runners do not load.
        runs_per_child: after so many runs a runner is replaced, in the background: Playwright's driver grows slowly.
        command: how a runner is started, for tests with plugins of their own.
    """

    def __init__(
        self,
        *,
        root: Path | None = None,
        limits: SlotLimits | None = None,
        proxy: EgressProxy | None = None,
        environment: Mapping[str, str] = os.environ,
        blocked_plugins: Collection[str] = (),
        runs_per_child: int = 200,
        command: Sequence[str] = RUNNER_COMMAND,
    ) -> None:
        self._root = (root or Path(tempfile.gettempdir())).absolute()
        self._proxy = proxy
        self._notices: set[str] = set()
        self._lock = threading.Lock()
        self._spec = RunnerSpec(
            command=tuple(command),
            environment=dict(environment),
            blocked_plugins=tuple(blocked_plugins),
            limits=limits or SlotLimits(),
            runs_per_child=runs_per_child,
            view=SharedView(),
            notice=self._notice,
        )
        self._root.mkdir(parents=True, exist_ok=True)
        remove_abandoned(self._root)

    def create(self) -> RunnerSlot:
        """Return a new slot; the first ``run``, or ``warm``, starts its process.

        Raises:
            ConfigurationError: the path of its folder would be too long.
        """
        folder = SlotFolder(self._root)
        return RunnerSlot(self._spec, folder, self._proxy.open_port() if self._proxy is not None else None)

    def _notice(self, text: str) -> None:
        """Pass on what runners print when they start: each notice of their log by itself, and once."""
        for notice in _BETWEEN_NOTICES.split(text):
            with self._lock:
                is_known = notice in self._notices
                self._notices.add(notice)
            if not is_known:
                log.warning("runner process says", text=notice)

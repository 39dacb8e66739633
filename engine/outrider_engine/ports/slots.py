"""Slots: supervised runner processes that execute one check at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from outrider_engine.domain.json_values import JsonObject
from outrider_engine.domain.login_states import LoginState
from outrider_engine.domain.observations import Observation, StepResult


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotLimits:
    """What one run may use before its process tree is ended, measured from outside. Sizes in bytes."""

    memory: int = 1_500_000_000
    disk: int = 256_000_000
    files: int = 10_000
    output: int = 32_000_000
    processes: int = 64
    grace_s: float = 2.0
    """Seconds after the timeout in which the runner may still end by itself and hand over its steps and files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotTask:
    """What a runner process is told: nothing of claims, organizations or other runs."""

    check_type: str
    check_name: str
    config: JsonObject
    timeout_s: float
    variables: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    pinned: tuple[str, ...] = ()
    """Names that keep their values whatever a step sets."""
    base_url: str | None = None
    artifacts: str = "always"
    """The artifact policy: ``always``, ``on_failure`` or ``never``."""
    baselines: Mapping[str, str] = field(default_factory=dict)
    """Paths of pictures of how something should look, by what ``domain.baselines`` says they go by."""
    login_states: tuple[LoginState, ...] = field(default=(), repr=False)
    """Those that the check uses and that are still valid."""
    artifact_policies: Mapping[str, str] = field(default_factory=dict)
    """The same by kind, for those kinds of which anything was said; see ``domain.artifact_policies``."""
    options: JsonObject = field(default_factory=dict)
    """Wishes of the one who runs it, which a check type may heed: ``headed``, or a ``har`` instead of the network."""


class Slot(Protocol):
    """One supervised runner process. Not thread-safe: one run at a time, from one thread (``kill`` from any)."""

    @property
    def folder(self) -> Path:
        """Where the runs of this slot leave their files, until ``sweep``."""

    def warm(self, timeout_s: float) -> None:
        """Start the process ahead of a run; returns when it is ready.

        Raises:
            SlotError: it can't be started, or not in time; the message says why.
        """

    def stand_by(self, timeout_s: float) -> None:
        """Let the process start what its next run will need, such as a browser; for when that run is about to come.

        If it does not come soon, that is ended again.

        Raises:
            SlotError: it did not get ready; the next run starts the process anew.
        """

    def run(
        self,
        task: SlotTask,
        on_step: Callable[[StepResult], None],
        on_ending: Callable[[], None] = lambda: None,
    ) -> Observation:
        """Execute ``task`` and return what was observed; always within its timeout + grace + 3 s.

        ``on_ending`` is called, at most once, when the run is done with its target and nothing has failed: what is left
        is to put its files in order.

        A run over its time or a limit, or whose process died, is an observation with that failure and the steps seen
        so far. The process is started, or started anew, as needed; what an earlier run left is swept first.
        """

    def sweep(self) -> None:
        """Remove the files of the last run, once they have been kept."""

    def kill(self) -> None:
        """End the process tree at once; a ``run`` under way returns an observation that failed by shutdown."""

    def close(self) -> None:
        """End the process and remove its folder."""


class SlotFactory(Protocol):
    """Makes slots; ``warm``, or else the first ``run`` of each, starts its process."""

    def create(self) -> Slot:
        """Return a new slot."""

"""One run of a suite."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from outrider_engine.contracts import ProcessContext
from outrider_engine.domain.observations import ArtifactKind, Failure, Observation, ProducedFile
from outrider_engine.domain.redaction import Redactor
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.artifacts.traces import NotRedactable

from .commands import Descriptors, Surroundings, handed, orders, policies
from .concluding import concluded
from .following import Ended, Suite, follow, listening_socket
from .projects import lay_out
from .relay import Relay
from .results import Results
from .settings import SuiteSettings
from .traces import cleaned

log = structlog.get_logger(__name__)

MOST_FILES = 100
LARGEST_FILE = 20_000_000
_AFTER_DEADLINE_S = 1.0
"""Seconds after the time of a run in which its traces may still be cleaned."""
_TYPES = {"trace": (".zip", "application/zip"), "screenshot": (".png", "image/png")}


def run(settings: SuiteSettings, context: ProcessContext, around: Surroundings, started: float) -> Observation:
    """Run a suite and return what came of it.

    Args:
        settings: with code or an archive.
        context: of the run.
        around: what this machine has.
        started: ``clock.monotonic()`` seconds at which its time began.
    """
    missing = [name for name in settings.secrets if name not in context.secrets]
    if missing:
        problem = f"there is no value for the secret {', '.join(missing)}"
        return Observation(duration_ms=0.0, failure=Failure(Verdict.ERROR, Reason.MISSING_SECRET, problem))
    return _Run(settings, context, around, started + context.timeout_s).observed()


class _Run:
    """One run under way."""

    def __init__(self, settings: SuiteSettings, context: ProcessContext, around: Surroundings, deadline: float) -> None:
        self._deadline = deadline
        self._settings = settings
        self._context = context
        self._around = around
        self._project = lay_out(settings, context.folder, around.layers)
        self._results = Results(context.on_step, context.clock.now)
        self._redactor = Redactor(context.secrets.values())

    def observed(self) -> Observation:
        """Run until the end, or until the time is over."""
        ended = self._followed()
        failure = concluded(self._results, ended, self._context.timeout_s)
        if failure is not None:
            self._results.cut_short(failure)
        return Observation(
            duration_ms=0.0,
            facts=self._results.facts(),
            failure=failure,
            steps=tuple(step for _, step in sorted(self._results.steps.items())),
            files=(*self._output(ended, failure), *self._files()),
        )

    def _followed(self) -> Ended:
        with ExitStack() as stack:
            report, tell = os.pipe()
            stack.callback(os.close, report)
            suite, ours = self._started(tell, stack)
            listener = listening_socket(ours) if ours is not None else None
            if listener is not None and self._context.proxy is not None:
                stack.callback(Relay(listener, self._context.proxy).close)
            return follow(suite, report, self._deadline, self._results.take)

    def _started(self, tell: int, stack: ExitStack) -> tuple[Suite, socket.socket | None]:
        """Start the suite; return it, and the socket over which its way out will come."""
        context, project = self._context, self._project
        port = urlsplit(context.proxy).port if context.proxy and project.root is not None else None
        with ExitStack() as only_now:
            only_now.callback(os.close, tell)
            given = _in_memory(json.dumps(handed(self._settings, context)))
            only_now.callback(os.close, given)
            ours, theirs = socket.socketpair()
            stack.callback(ours.close)
            only_now.callback(theirs.close)
            descriptors = Descriptors(report=tell, given=given, hand=theirs.fileno() if port is not None else None)
            suite = Suite(orders(self._settings, context, self._around, project, descriptors, port=port))
            stack.callback(os.close, suite.output)
            stack.callback(suite.end)
        return suite, ours if port is not None else None

    def _output(self, ended: Ended, failure: Failure | None) -> Iterator[ProducedFile]:
        """Keep what was printed, without secrets."""
        policy = self._context.artifacts
        is_wanted = policy == "always" or (policy == "on_failure" and failure is not None)
        if is_wanted and ended.output.strip():
            path = self._context.folder / "output.txt"
            path.write_text(self._redactor.text(ended.output), encoding="utf-8", errors="replace")
            yield ProducedFile(
                kind=ArtifactKind.LOG, name=path.name, path=path, content_type="text/plain; charset=utf-8"
            )

    def _files(self) -> Iterator[ProducedFile]:
        """Copy traces and pictures out of the suite's folder, now that nobody writes there any more."""
        allowed = {"trace": "trace", "screenshot": "screenshots"}
        kept = policies(self._settings, self._context)
        for number, (kind, named, index) in enumerate(islice(self._results.files(), MOST_FILES), start=1):
            if kept[allowed[kind]] == "never":
                continue
            path = self._context.folder / f"{number:03d}-{kind}{_TYPES[kind][0]}"
            if self._project.take(named, path, LARGEST_FILE) and (kind != "trace" or self._is_clean(path)):
                yield ProducedFile(
                    kind=ArtifactKind(kind), name=path.name, path=path, content_type=_TYPES[kind][1], step_index=index
                )

    def _is_clean(self, trace: Path) -> bool:
        """Take the secrets out of a trace; returns whether that was possible."""
        if self._context.secrets:
            limit = self._deadline + _AFTER_DEADLINE_S
            try:
                cleaned(trace, self._redactor, is_over=lambda: self._context.clock.monotonic() > limit)
            except NotRedactable as error:
                log.warning("the trace of a suite is not kept", why=str(error))
                return False
        return True


def _in_memory(text: str) -> int:
    """Return a descriptor of a file that has no name and is in no folder."""
    descriptor = os.memfd_create("given", 0)
    os.write(descriptor, text.encode())
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor

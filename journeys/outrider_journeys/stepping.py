"""Named steps in tests that are written in Python: ``with step("Sign in"): …``."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

LONGEST_NAME = 200
_LONGEST_ERROR = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """How a step of a test ended.

    Attributes:
        number: position among the steps of the test in the order in which they began, from 0.
        path: the names of the steps around it, outermost first, and its own.
        status: ``passed``, ``failed`` or ``skipped``; a step of a journey file may also be ``degraded``,
            ``timed_out``, ``error`` or, when it was not run, ``cancelled``.
        error: what went wrong, on its first line.
        picture: path of a screenshot of the step.
    """

    number: int
    path: tuple[str, ...]
    status: str
    started_at: datetime
    duration_ms: float
    error: str | None = None
    picture: str | None = None

    @property
    def name(self) -> str:
        """Its own name."""
        return self.path[-1]

    def plain(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "number": self.number,
            "path": list(self.path),
            "status": self.status,
            "at": self.started_at.isoformat(),
            "ms": self.duration_ms,
            "error": self.error,
        }


class Watch:
    """Who is told of the steps of one test.

    Args:
        ended: called with each step as it ends.
        contexts: returns the browser contexts whose traces show the steps as groups.
    """

    def __init__(
        self, ended: Callable[[StepRecord], None], contexts: "Callable[[], Iterable[BrowserContext]]" = tuple
    ) -> None:
        self.ended = ended
        self.contexts = contexts
        self._begun = 0

    def count(self) -> int:
        """Return the number of a step that begins."""
        self._begun += 1
        return self._begun - 1


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)
_around: ContextVar[tuple[str, ...]] = ContextVar("around", default=())


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Tell ``watch`` of all steps that are taken meanwhile, in this thread."""
    token = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(token)


@contextmanager
def step(name: str, page: "Page | BrowserContext | None" = None) -> Iterator[None]:
    """Name a part of a test: a group in Playwright's trace, a step in reports and in Outrider's runs.

    It can also decorate a function. Without pytest and without a trace it does nothing.

    Args:
        name: what people read.
        page: whose trace shows it; under pytest-playwright found by itself.
    """
    if not name.strip():
        raise ValueError("a step needs a name")
    watch, shown = _watch.get(), " ".join(name.split())[:LONGEST_NAME]
    number = watch.count() if watch is not None else 0
    path = (*_around.get(), shown)
    token = _around.set(path)
    started_at, began = datetime.now(UTC), time.monotonic()
    status, problem = "passed", None
    with ExitStack() as groups:
        _open_groups(groups, shown, _contexts(watch, page))
        try:
            yield
        except BaseException as error:
            status, problem = _outcome(error)
            raise
        finally:
            _around.reset(token)
            if watch is not None:
                duration_ms = (time.monotonic() - began) * 1000
                watch.ended(
                    StepRecord(
                        number=number,
                        path=path,
                        status=status,
                        started_at=started_at,
                        duration_ms=duration_ms,
                        error=problem,
                    )
                )


def _contexts(watch: Watch | None, page: "Page | BrowserContext | None") -> "list[BrowserContext]":
    given = [] if page is None else [page.context if hasattr(page, "context") else page]
    return [*given, *(context for context in (watch.contexts() if watch else ()) if context not in given)]


def _open_groups(groups: ExitStack, name: str, contexts: "Iterable[BrowserContext]") -> None:
    """Open a group in each trace, which is nothing where none is recorded; a context may be closed inside the step."""
    for context in contexts:
        from playwright.sync_api import Error  # noqa: PLC0415 - it is there, for the context came from it

        with suppress(Error):
            frame = _caller()
            context.tracing.group(name, location={"file": frame.f_code.co_filename, "line": frame.f_lineno})
            groups.enter_context(_ended(context, Error))


@contextmanager
def _ended(context: "BrowserContext", gone: type[Exception]) -> Iterator[None]:
    try:
        yield
    finally:
        with suppress(gone):
            context.tracing.group_end()


def _caller() -> FrameType:
    """Return where the test took the step: the nearest frame that is neither ours nor contextlib's."""
    frame = sys._getframe()
    while frame.f_back is not None and frame.f_globals.get("__name__") in {__name__, "contextlib"}:
        frame = frame.f_back
    return frame


def _outcome(error: BaseException) -> tuple[str, str]:
    pytest = sys.modules.get("pytest")
    status = "skipped" if pytest is not None and isinstance(error, pytest.skip.Exception) else "failed"
    first_line = str(error).strip().split("\n", 1)[0][:_LONGEST_ERROR]
    return status, first_line or type(error).__name__

"""What is recorded of a run besides its pictures, and what of it is kept: by its policies, without secrets."""

import os
from collections.abc import Callable
from typing import Any

import structlog
from playwright.sync_api import BrowserContext, Page

from outrider_engine.contracts import ProcessContext
from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.observations import ProducedFile
from outrider_engine.domain.redaction import Redactor
from outrider_engine.errors import SlotError
from outrider_journeys.interpreter import WalkResult
from outrider_journeys.model import Journey

from .console import Console
from .filming import Films, provide_ffmpeg
from .last_page import keep_last_page
from .policies import Policies
from .requests import Requests
from .tracing import Trace
from .vitals import Vitals

log = structlog.get_logger(__name__)

_SHOW_PAGES = ("trace", "har", "video", "aria")
"""Kinds of files that tell what pages look like, whatever a step says of its own picture."""
_AFTER_DEADLINE_S = 1.0
"""Seconds after the run's own time in which files may still be made ready; then the process is killed from outside."""


class Wishes:
    """What is to be recorded of a run, and what can't be.

    Attributes:
        left_out: by kind of file, why there is none although there should be.
        films: where films go, ``None`` for none.
    """

    def __init__(self, journey: Journey, context: ProcessContext) -> None:
        self.policies = Policies.of(journey, context)
        self.left_out: dict[str, JsonValue] = {}
        self.films: Films | None = None
        if any(step.sensitive for step in journey.all_steps()):
            wanted = [kind for kind in _SHOW_PAGES if self.policies.records(kind)]
            self.left_out = dict.fromkeys(wanted, "a step of the journey is sensitive")
            self.policies = self.policies.without(_SHOW_PAGES)
        if self.policies.records("video"):
            self._prepare_films(journey, context)

    def _prepare_films(self, journey: Journey, context: ProcessContext) -> None:
        if journey.secrets or context.secrets:
            self.left_out["video"] = "the journey uses secrets, which can't be found in a film"
            return
        try:
            provide_ffmpeg(os.environ)
        except SlotError as error:
            self.left_out["video"] = str(error)
            log.warning("no video", why=str(error))
        else:
            self.films = Films(context.folder)

    def context_options(self) -> dict[str, Any]:
        """Return the arguments for Playwright's ``new_context``."""
        return {"record_video_dir": self.films.raw} if self.films is not None else {}


class Recordings:
    """Everything that listens to one run."""

    def __init__(self, pages: BrowserContext, wishes: Wishes, context: ProcessContext) -> None:
        self._pages = pages
        self._wishes = wishes
        self._context = context
        self._began_at = context.clock.now()
        records = wishes.policies.records
        self._trace = Trace(pages, context.folder) if records("trace") else None
        wants_requests = records("har") or records("network")
        self._requests = Requests(pages, context.folder, with_bodies=records("har")) if wants_requests else None
        self._vitals = Vitals(pages) if records("vitals") else None
        self._console = Console(pages, context.clock, on_full=self._trace.abandon if self._trace else lambda: None)

    def end(
        self, result: WalkResult, page: Page, url: str, *, failed: bool, deadline: float
    ) -> tuple[list[ProducedFile], dict[str, JsonValue]]:
        """Stop recording; return what is kept, and what to tell of it with the run.

        Args:
            result: of the walk.
            page: on which it ended.
            url: of that page, or of the one that could not be reached.
            failed: whether anything did not hold.
            deadline: the end of the run's time.
        """
        clock = self._context.clock
        redactor = Redactor(result.secrets | set(self._context.secrets.values()), beginnings=True)
        is_over = lambda: clock.monotonic() > deadline + _AFTER_DEADLINE_S  # noqa: E731 - a name for what is handed on
        facts: dict[str, JsonValue] = {"console_errors": self._console.errors}
        files = [
            *self._last_page_file(page, redactor, is_over, failed=failed),
            *self._vitals_file(redactor, is_over, facts, failed=failed),
            *self._console_file(redactor, failed=failed),
            *self._requests_files(result, url, redactor, facts, failed=failed),
            *self._trace_file(redactor, is_over, failed=failed),
            *self._films(has_secrets=bool(redactor), failed=failed),
        ]
        return files, facts | ({"files_left_out": self._wishes.left_out} if self._wishes.left_out else {})

    def _last_page_file(
        self, page: Page, redactor: Redactor, is_over: Callable[[], bool], *, failed: bool
    ) -> list[ProducedFile]:
        if is_over() or not self._wishes.policies.keeps("aria", failed=failed):
            return []
        file = keep_last_page(page, self._context.folder, redactor)
        return [file] if file is not None else []

    def _vitals_file(
        self, redactor: Redactor, is_over: Callable[[], bool], facts: dict[str, JsonValue], *, failed: bool
    ) -> list[ProducedFile]:
        if self._vitals is None:
            return []
        self._vitals.end(is_over=is_over)
        facts["vitals"] = self._vitals.facts()
        is_kept = self._wishes.policies.keeps("vitals", failed=failed)
        file = self._vitals.file(self._context.folder, redactor) if is_kept else None
        return [file] if file is not None else []

    def _console_file(self, redactor: Redactor, *, failed: bool) -> list[ProducedFile]:
        is_kept = self._wishes.policies.keeps("console", failed=failed)
        file = self._console.keep(self._context.folder, redactor) if is_kept else None
        return [file] if file is not None else []

    def _requests_files(
        self, result: WalkResult, url: str, redactor: Redactor, facts: dict[str, JsonValue], *, failed: bool
    ) -> list[ProducedFile]:
        if self._requests is None:
            return []
        policies, files = self._wishes.policies, []
        self._requests.end()
        if policies.records("network"):
            own_url = self._context.base_url or url
            summary = self._requests.summary(own_url, self._began_at, redactor)
            facts.update({"network": summary.facts()} if summary is not None else {})
            if summary is not None and policies.keeps("network", failed=failed):
                files.append(summary.file(self._context.folder, result.steps))
        if policies.keeps("har", failed=failed):
            har = self._requests.har(redactor)
            files += [har] if har is not None else []
        self._note_left_out("har" if policies.records("har") else "network", self._requests.left_out)
        return files

    def _trace_file(self, redactor: Redactor, is_over: Callable[[], bool], *, failed: bool) -> list[ProducedFile]:
        if self._trace is None:
            return []
        is_kept = self._wishes.policies.keeps("trace", failed=failed)
        file = self._trace.end(redactor, is_kept=is_kept, is_over=is_over)
        self._note_left_out("trace", self._trace.left_out if is_kept else None)
        return [file] if file is not None else []

    def _films(self, *, has_secrets: bool, failed: bool) -> list[ProducedFile]:
        if self._wishes.films is None:
            return []
        is_kept = self._wishes.policies.keeps("video", failed=failed)
        if is_kept and has_secrets:
            is_kept = False
            self._note_left_out("video", "the journey learned secrets, which can't be found in a film")
        kept, left_out = self._wishes.films.end(self._pages, is_kept=is_kept)
        self._note_left_out("video", f"{left_out} large films" if left_out else None)
        return kept

    def _note_left_out(self, kind: str, why: str | None) -> None:
        if why is not None:
            self._wishes.left_out[kind] = why

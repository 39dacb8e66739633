"""The requests of a run: recorded by Playwright's driver as a HAR, which costs this process next to nothing."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from playwright.sync_api import BrowserContext, Error

from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.observations import ArtifactKind, ProducedFile, StepResult
from outrider_engine.domain.redaction import Redactor
from outrider_journeys.artifacts.hars import UnreadableHar, entries_of, read_har, write_har
from outrider_journeys.artifacts.network import NetworkSummary

log = structlog.get_logger(__name__)


class Requests:
    """Records requests, with bodies only if the HAR itself may be kept.

    Attributes:
        left_out: why there is no whole HAR or no summary.
    """

    def __init__(self, pages: BrowserContext, folder: Path, *, with_bodies: bool) -> None:
        self.left_out: str | None = None
        self._pages = pages
        self._folder = folder
        self._raw = folder / "raw.har"
        self._har: dict[str, Any] | None = None
        pages.tracing.start_har(self._raw, content="embed" if with_bodies else "omit", mode="full")

    def end(self) -> None:
        """Stop recording."""
        try:
            self._pages.tracing.stop_har()
            self._har = read_har(self._raw)
        except Error as error:
            self.left_out = "the browser had ended"
            log.info("no record of requests", error=error.message.split("\n", 1)[0])
        except UnreadableHar as error:
            self.left_out = str(error)
        finally:
            self._raw.unlink(missing_ok=True)

    def har(self, redactor: Redactor) -> ProducedFile | None:
        """Return the HAR without secrets."""
        if self._har is None:
            return None
        path = self._folder / "network.har"
        missing = write_har(self._har, path, redactor)
        self.left_out = f"{missing} large bodies" if missing else None
        return ProducedFile(kind=ArtifactKind.HAR, name=path.name, path=path, content_type="application/json")

    def summary(self, own_url: str, began_at: datetime, redactor: Redactor) -> "Summary | None":
        """Return what the requests amount to."""
        if self._har is None:
            return None
        return Summary(NetworkSummary.of(entries_of(self._har), own_url=own_url, began_at=began_at), began_at, redactor)


class Summary:
    """The summary of a run's requests, without secrets."""

    def __init__(self, network: NetworkSummary, began_at: datetime, redactor: Redactor) -> None:
        self._network = network
        self._began_at = began_at
        self._redactor = redactor

    def facts(self) -> JsonValue:
        """Return the few numbers that are kept with the run."""
        return self._redactor.tree(self._network.facts())

    def file(self, folder: Path, steps: Sequence[StepResult]) -> ProducedFile:
        """Write all of it to a file."""
        path = folder / "network.json"
        whole = self._redactor.tree(self._network.as_json(steps, self._began_at))
        path.write_text(
            json.dumps(whole, ensure_ascii=False, separators=(",", ":")), encoding="utf-8", errors="replace"
        )
        return ProducedFile(kind=ArtifactKind.NETWORK, name=path.name, path=path, content_type="application/json")

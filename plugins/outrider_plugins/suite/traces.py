"""The traces of suites that know secrets: without them, and without pictures, which can't be searched."""

import zipfile
from collections.abc import Callable
from pathlib import Path

from outrider_engine.domain.redaction import Redactor
from outrider_journeys.artifacts.traces import LARGEST_INFLATED, NotRedactable, redact_trace

_PICTURES = (".jpeg", ".jpg", ".png", ".webp", ".gif", ".avif", ".webm")


def cleaned(trace: Path, redactor: Redactor, *, is_over: Callable[[], bool]) -> None:
    """Take secrets and pictures out of a trace; pytest-playwright has it film the page.

    Raises:
        NotRedactable: that was not possible; the trace is gone then.
    """
    raw, bare = trace.with_suffix(".raw"), trace.with_suffix(".bare")
    trace.rename(raw)
    try:
        _copy_without_pictures(raw, bare)
        redact_trace(bare, trace, redactor, is_over=is_over)
    finally:
        raw.unlink()
        bare.unlink(missing_ok=True)


def _copy_without_pictures(source: Path, target: Path) -> None:
    try:
        with zipfile.ZipFile(source) as trace, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
            members = [each for each in trace.infolist() if not each.filename.lower().endswith(_PICTURES)]
            if sum(member.file_size for member in members) > LARGEST_INFLATED:
                raise NotRedactable("the trace is too large to be searched for secrets")
            for member in members:
                copy.writestr(member.filename, trace.read(member))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise NotRedactable(f"the trace can't be read: {type(error).__name__}") from None

"""Regular expressions by RE2: linear time whatever the pattern, so no pattern can stop the engine."""

import functools
import re
from typing import Any

import re2

from outrider_engine.errors import InvalidInput

LONGEST_PATTERN = 1000
_POSITION = re.compile(r"\s+")


def _options(*, case_sensitive: bool) -> Any:
    options = re2.Options()
    options.case_sensitive = case_sensitive
    options.log_errors = False
    return options


@functools.lru_cache(maxsize=1024)
def compiled(pattern: str, *, case_sensitive: bool = True) -> Any:
    """Return a compiled pattern.

    Raises:
        InvalidInput: too long, or not in RE2's syntax (no back-references, no look-around).
    """
    if len(pattern) > LONGEST_PATTERN:
        raise InvalidInput(f"is longer than {LONGEST_PATTERN} characters", field="expected")
    try:
        return re2.compile(pattern, _options(case_sensitive=case_sensitive))
    except (re2.error, UnicodeEncodeError) as error:
        detail = error.args[0] if error.args else error
        told = detail.decode("utf-8", "replace") if isinstance(detail, bytes) else str(detail)
        told = _POSITION.sub(" ", told)
        raise InvalidInput(f"is not a regular expression in RE2 syntax: {told}", field="expected") from None


def found(pattern: str, text: str, *, case_sensitive: bool = True) -> bool:
    """Whether a pattern is found anywhere in a text.

    Raises:
        InvalidInput: as ``compiled``.
    """
    return compiled(pattern, case_sensitive=case_sensitive).search(text) is not None

"""The one grammar of assertions: read, judged, and whether an assertion makes sense at all."""

from outrider_engine.domain.assertions import Judgement

from .answers import STATUS_IS_FINE, Extraction, as_written
from .extracting import NothingThere, check_pattern, extracted
from .judging import judge, judging, rendered
from .spelling import read_assertion, read_assertions, respelled, show_assertions
from .validation import validate
from .windows import is_windowed, judge_window, window_of
from .written import WrittenAssertion

__all__ = [
    "STATUS_IS_FINE",
    "Extraction",
    "Judgement",
    "NothingThere",
    "WrittenAssertion",
    "as_written",
    "check_pattern",
    "extracted",
    "is_windowed",
    "judge",
    "judge_window",
    "judging",
    "read_assertion",
    "read_assertions",
    "rendered",
    "respelled",
    "show_assertions",
    "validate",
    "window_of",
]

"""The one grammar of assertions, judged: what holds of an observation, and whether an assertion makes sense at all."""

from .judging import Judgement, judge
from .validation import validate

__all__ = ["Judgement", "judge", "validate"]

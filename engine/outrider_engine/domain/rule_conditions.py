"""What each type of rule takes, and whether its condition holds: pure decisions over what is known of a check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from .alerts import Rule, RuleType
from .checks import CheckState

DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that a type of rule takes: from ``least`` to ``most``; without ``default`` it is required."""

    least: float
    most: float
    default: int | None = None
    is_whole: bool = True


PARAMETERS: Mapping[RuleType, Mapping[str, Parameter]] = {
    RuleType.CONSECUTIVE_FAILURES: {"threshold": Parameter(1, 1000)},
    RuleType.ERROR_RATE: {
        "threshold": Parameter(0.1, 100, is_whole=False),
        "window_seconds": Parameter(60, DAY_S, default=3600),
        "min_samples": Parameter(1, 1000, default=10),
    },
    RuleType.LATENCY_THRESHOLD: {"threshold": Parameter(1, 3_600_000)},
    RuleType.VISUAL_DIFF_THRESHOLD: {"threshold": Parameter(0, 100, is_whole=False)},
    RuleType.SSL_EXPIRY: {"days_before": Parameter(1, 365)},
}
"""Units: failures in a row, percent and seconds, milliseconds, percent, days."""

PARAMETER_NAMES = ("threshold", "days_before", "window_seconds", "min_samples")


class Standing(Enum):
    """Whether a rule's condition holds; ``UNDECIDED`` opens nothing and resolves nothing."""

    BROKEN = "broken"
    WHOLE = "whole"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Tally:
    """Runs of a window that said something about the target, and how many of them the target failed."""

    samples: int
    failures: int

    @property
    def percent(self) -> float:
        """How many of a hundred failed; 0 of none."""
        return 100 * self.failures / self.samples if self.samples else 0.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule's condition came to; ``why`` goes on after the check's name and is empty unless it is broken."""

    standing: Standing
    why: str = ""


def judge(rule: Rule, states: Sequence[CheckState], tally: Tally | None = None) -> Judgement:
    """Return whether a rule's condition holds.

    ``states`` are those of the check's locations. Each is judged on its own: one that breaks the rule is enough, and
    recovery needs all of them to have come back. ``tally`` is what ``error_rate`` counts, of all locations together.
    """
    match rule.type:
        case RuleType.CONSECUTIVE_FAILURES:
            return _streak(rule.threshold or 1, states)
        case RuleType.ERROR_RATE:
            return _rate(rule, tally or Tally(0, 0))
        case RuleType.LATENCY_THRESHOLD:
            return _latency(rule.threshold or 0, states)
        case RuleType.VISUAL_DIFF_THRESHOLD:
            return _difference(rule.threshold or 0, states)
        case RuleType.SSL_EXPIRY:
            return _expiry(rule.days_before or 0, states)


def _streak(threshold: float, states: Sequence[CheckState]) -> Judgement:
    streak, location = max(((state.consecutive_failures, state.location) for state in states), default=(0, ""))
    if streak < threshold:
        return Judgement(Standing.WHOLE)
    times = "once" if streak == 1 else f"{streak} times in a row"
    return Judgement(Standing.BROKEN, f"failed {times} at {location}")


def _rate(rule: Rule, tally: Tally) -> Judgement:
    if tally.samples < (rule.min_samples or 1):
        return Judgement(Standing.UNDECIDED if tally.failures else Standing.WHOLE)
    if tally.percent < (rule.threshold or 0):
        return Judgement(Standing.WHOLE)
    window = f"{rule.window_seconds} s"
    return Judgement(
        Standing.BROKEN,
        f"failed {tally.failures} of {tally.samples} runs ({tally.percent:.3g} %) in the last {window}",
    )


def _latency(threshold: float, states: Sequence[CheckState]) -> Judgement:
    found = max(((state.duration_ms or 0.0, state.location) for state in states), default=(0.0, ""))
    if found[0] <= threshold:
        return Judgement(Standing.WHOLE)
    return Judgement(Standing.BROKEN, f"took {found[0]:.0f} ms at {found[1]}, more than {threshold:.0f} ms")


def _difference(threshold: float, states: Sequence[CheckState]) -> Judgement:
    found = max(((state.visual_diff_percent or 0.0, state.location) for state in states), default=(0.0, ""))
    if found[0] <= threshold:
        return Judgement(Standing.WHOLE)
    return Judgement(Standing.BROKEN, f"looks {found[0]:.3g} % different at {found[1]}, more than {threshold:g} %")


def _expiry(days_before: int, states: Sequence[CheckState]) -> Judgement:
    days = [(state.certificate_days, state.location) for state in states if state.certificate_days is not None]
    if not days or min(days)[0] > days_before:
        return Judgement(Standing.WHOLE)
    left, location = min(days)
    when = f"ends in {left:.0f} days" if left >= 0 else f"ended {-left:.0f} days ago"
    return Judgement(Standing.BROKEN, f"has a certificate that {when} (seen from {location})")

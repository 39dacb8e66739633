"""An Outrider plugin: check types of two lanes, a step action, a custom step, and a hook that is told of runs."""

import csv
import os
from collections.abc import Iterable
from pathlib import Path

from outrider_engine.domain.checks import Check
from outrider_engine.domain.runs import Outcome
from outrider_engine.hookspecs import hookimpl

from .dismiss_banner import DismissBannerStep
from .scroll_to import ScrollTo
from .sitemap import SitemapCheckType
from .smtp import SmtpCheckType


@hookimpl
def outrider_register_check_types() -> Iterable[SmtpCheckType | SitemapCheckType]:
    """Add the check types ``smtp`` and ``sitemap``."""
    return [SmtpCheckType(), SitemapCheckType()]


@hookimpl
def outrider_register_step_actions() -> Iterable[ScrollTo]:
    """Add ``scroll_to`` to the language of journeys."""
    return [ScrollTo()]


@hookimpl
def outrider_register_custom_steps() -> Iterable[DismissBannerStep]:
    """Add what journeys call ``custom: sampler.dismiss_banner``."""
    return [DismissBannerStep()]


@hookimpl
def outrider_run_finished(check: Check, outcome: Outcome) -> None:
    """Append a line to the file that ``OUTRIDER_SAMPLER_CSV`` names, if it names one."""
    path = os.environ.get("OUTRIDER_SAMPLER_CSV")
    if path is None:
        return
    with Path(path).open("a", newline="", encoding="utf-8") as file:
        row = (outcome.completed_at.isoformat(), check.definition.name, outcome.verdict.value, outcome.duration_ms)
        csv.writer(file).writerow(row)

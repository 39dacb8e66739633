"""Markdown for the summary of a pipeline's job, in GitHub's flavour, which GitLab's and others read too.

Everything that people or targets wrote stands in code spans: there neither HTML nor links, images, mentions or
emphasis mean anything.
"""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from outrider_api.junit_xml import Weight
from outrider_engine.domain.batches import BatchRun, SelectedCheck
from outrider_engine.domain.verdicts import RunStatus

from .batch_report import BatchReport, weight_of_run

LONGEST_NAME = 200
LONGEST_ERROR = 300
_MARKS = {Weight.GOOD: "✅", Weight.FAILURE: "❌", Weight.ERROR: "⚠️", Weight.TOLERATED: "⚪"}
_SENTENCES = {
    0: "all is up",
    1: "a site failed",
    2: "a check is wrong, which says nothing about the site",
    3: "there is no verdict on the site: the fault is on Outrider's side, or it was called off",
}
_SAFE_IN_URLS = ":/?#[]@!$&'*+,;=%~-._"


def summary(report: BatchReport) -> str:
    """Return a report as a heading, a line of counts, and tables of runs: first those that need a look."""
    standing = report.view.standing
    mark = "⏳" if standing.exit_status is None else "✅" if standing.exit_status == 0 else "❌"
    said = "not over yet" if standing.exit_status is None else _SENTENCES[standing.exit_status]
    title = report.view.batch.facts.title
    lines = [f"### {mark} {f'{code(title)}: ' if title else 'Outrider: '}{standing.status} ({said})", ""]
    lines += [_counts(report), "", *_facts(report)]
    bad = [run for run in report.view.runs if _needs_a_look(run)]
    good = [run for run in report.view.runs if not _needs_a_look(run)]
    lines += _table(report, sorted(bad, key=_gravest_first)) if bad else []
    if good:
        lines += ["<details>", f"<summary>{len(good)} passed</summary>", "", *_table(report, good), "</details>", ""]
    lines += _skipped([check for check in report.view.checks if check.skipped is not None])
    return "\n".join(lines).rstrip() + "\n"


def code(text: str, longest: int = LONGEST_NAME) -> str:
    """Return any text as one code span that keeps within its line and its cell of a table."""
    printable = "".join(each if each.isprintable() else " " for each in text[: longest + 1])
    plain = " ".join(printable.split()) or "-"
    plain = plain if len(text) <= longest else f"{plain[:longest]}…"
    # A cell ends at a pipe without a backslash, and a backslash before that one would take it away.
    plain = re.sub(r"(\\?)\|", lambda found: f"{found[1]}{' ' if found[1] else ''}\\|", plain)
    fence = "`" * (max((len(run) for run in re.findall("`+", plain)), default=0) + 1)
    inner = f" {plain} " if plain.startswith("`") or plain.endswith("`") else plain
    return f"{fence}{inner}{fence}"


def _link(text: str, url: str) -> str:
    return f"[{text}]({quote(url, safe=_SAFE_IN_URLS)})"


def _counts(report: BatchReport) -> str:
    view = report.view
    parts = [f"{count} {status.value.replace('_', ' ')}" for status, count in view.standing.counts.items() if count]
    if view.standing.failed_non_blocking:
        parts.append(f"{view.standing.failed_non_blocking} of them not counted")
    if view.batch.skipped:
        parts.append(f"{view.batch.skipped} skipped")
    if view.completed_at is not None:
        parts.append(_took((view.completed_at - view.batch.created_at).total_seconds() * 1000))
    return " · ".join(parts)


def _facts(report: BatchReport) -> list[str]:
    batch = report.view.batch
    facts, overrides = batch.facts, batch.overrides
    known = {
        "commit": facts.commit,
        "branch": facts.branch,
        "repository": facts.repository,
        "pull request": facts.pull_request,
        "environment": overrides.get("environment"),
        "base URL": overrides.get("base_url"),
    }
    told = [f"{name} {code(str(value))}" for name, value in known.items() if value]
    if facts.url:
        told.append(_link("pipeline", facts.url))
    return [" · ".join(told), ""] if told else []


def _table(report: BatchReport, runs: Iterable[BatchRun]) -> list[str]:
    rows = ["| | check | location | took | what happened |", "|---|---|---|---:|---|"]
    for run in runs:
        took = _took(run.duration_ms) if run.duration_ms is not None else ""
        name = _link(code(report.name_of(run)), report.link_to(run))
        rows.append(f"| {_mark(run)} | {name} | {code(run.location)} | {took} | {_happened(report, run)} |")
    return [*rows, ""]


def _happened(report: BatchReport, run: BatchRun) -> str:
    """Return the status of a run, and what went wrong: in which step, when one of them tells it."""
    said = run.status.value.replace("_", " ") + ("" if run.is_blocking else " (does not count)")
    step = next((step for step in report.steps_of(run) if not step.status.is_up), None)
    if step is not None and weight_of_run(run) is not Weight.GOOD:
        error = f": {code(step.error, LONGEST_ERROR)}" if step.error else ""
        return f"{said}: step {code(step.name)}{error}"
    return f"{said}: {code(run.error, LONGEST_ERROR)}" if run.error else said


def _skipped(checks: Sequence[SelectedCheck]) -> list[str]:
    if not checks:
        return []
    return ["Skipped:", "", *(f"- {code(check.name)}: {code(check.skipped or '', LONGEST_ERROR)}" for check in checks)]


def _mark(run: BatchRun) -> str:
    if not run.status.is_terminal:
        return "⏳"
    return "⚠️" if _is_slow(run) else _MARKS[weight_of_run(run)]


def _needs_a_look(run: BatchRun) -> bool:
    return weight_of_run(run) is not Weight.GOOD or _is_slow(run)


def _is_slow(run: BatchRun) -> bool:
    return run.status is RunStatus.DEGRADED


def _gravest_first(run: BatchRun) -> int:
    return (Weight.FAILURE, Weight.ERROR, Weight.GOOD, Weight.TOLERATED).index(weight_of_run(run))


def _took(milliseconds: float) -> str:
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"

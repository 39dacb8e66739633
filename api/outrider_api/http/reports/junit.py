"""A batch as JUnit's XML.

A suite for each run, a case for each of its steps; a run without steps, or that failed besides them, is a case of its
own. Cases are told apart by check and location, and by the number and name of the step.
"""

from outrider_api.junit_xml import Case, Suite, Weight, case_of_step, document, with_the_run
from outrider_engine.domain.batches import BatchRun, SelectedCheck

from .batch_report import BatchReport, tolerates_steps, weight_of_run


def junit(report: BatchReport) -> bytes:
    """Return a report as a document in UTF-8."""
    view = report.view
    skipped = [_skipped(check, check.skipped) for check in view.checks if check.skipped is not None]
    begun, ended = view.batch.created_at, view.completed_at
    return document(
        view.batch.facts.title or f"Outrider {view.batch.id}",
        [*(_suite(report, run) for run in view.runs), *skipped],
        started_at=begun,
        duration_ms=(ended - begun).total_seconds() * 1000 if ended is not None else 0,
    )


def _suite(report: BatchReport, run: BatchRun) -> Suite:
    name = f"{report.name_of(run)} ({run.location})"
    steps = [case_of_step(step, is_tolerated=tolerates_steps(run)) for step in report.steps_of(run)]
    itself = Case(
        name=report.name_of(run),
        duration_ms=0 if steps else run.duration_ms or 0,
        weight=weight_of_run(run),
        kind=str(run.reason or run.status),
        text=run.error or f"no verdict yet: it is {run.status}",
    )
    return Suite(
        name=name,
        cases=with_the_run(steps, itself),
        duration_ms=run.duration_ms or 0,
        started_at=run.started_at,
        attributes={"hostname": run.location, "id": run.id},
        properties=_properties(report, run),
        told=_told(report, run),
    )


def _properties(report: BatchReport, run: BatchRun) -> dict[str, str]:
    facts = report.view.batch.facts
    known = {
        "run_id": run.id,
        "run_url": report.link_to(run),
        "check_id": run.check_id,
        "check_version": str(run.check_version or ""),
        "batch_id": report.view.batch.id,
        "status": run.status.value,
        "commit": facts.commit,
        "branch": facts.branch,
    }
    return {name: value for name, value in known.items() if value}


def _skipped(check: SelectedCheck, why: str) -> Suite:
    case = Case(name=check.name, duration_ms=0, weight=Weight.TOLERATED, text=why, is_skipped=True)
    return Suite(name=check.name, cases=(case,))


def _told(report: BatchReport, run: BatchRun) -> str:
    lines = [f"{run.status}: {report.link_to(run)}", run.error or ""]
    return "\n".join(line for line in lines if line)

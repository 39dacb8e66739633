"""JUnit's XML, as GitHub's actions, GitLab and Jenkins read it.

A suite for each run, a case for each of its steps; a run without steps, or that failed besides them, is a case of its
own. Cases are told apart by check and location, and by the number and name of the step.
"""

import re
from xml.etree import ElementTree as ET

from outrider_api.http.wire.moments import seconds
from outrider_engine.domain.batches import BatchRun, SelectedCheck

from .batch_report import BatchReport, Weight, weight_of_run, weight_of_step

LONGEST_MESSAGE = 300
"""Characters of the attribute that lists show; the whole text stands below it."""
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write."""
_COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def junit(report: BatchReport) -> bytes:
    """Return a report as a document in UTF-8."""
    view = report.view
    root = ET.Element("testsuites", {"name": _clean(view.batch.facts.title or f"Outrider {view.batch.id}")})
    for run in view.runs:
        root.append(_suite(report, run))
    for check in view.checks:
        if check.skipped is not None:
            root.append(_skipped(check, check.skipped))
    for name in ("tests", *_COUNTED):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ended_at = view.completed_at
    took_s = (ended_at - view.batch.created_at).total_seconds() if ended_at is not None else 0
    root.set("time", f"{max(0, took_s):.3f}")
    root.set("timestamp", seconds(view.batch.created_at))
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _suite(report: BatchReport, run: BatchRun) -> ET.Element:
    name = _clean(f"{report.name_of(run)} ({run.location})")
    suite = ET.Element("testsuite", {"name": name, "hostname": run.location, "id": run.id})
    if run.started_at is not None:
        suite.set("timestamp", seconds(run.started_at))
    properties = ET.SubElement(suite, "properties")
    for key, value in _properties(report, run).items():
        ET.SubElement(properties, "property", {"name": key, "value": _clean(value)})
    cases = _step_cases(report, run, name)
    weight = weight_of_run(run)
    if not cases or (weight is not Weight.GOOD and all(len(case) == 0 for case in cases)):
        cases.append(_case(name, report.name_of(run), 0 if cases else run.duration_ms or 0))
        _weigh(cases[-1], weight, str(run.reason or run.status), run.error or f"no verdict yet: it is {run.status}")
    suite.extend(cases)
    ET.SubElement(suite, "system-out").text = _clean(_told(report, run))
    _count(suite, run.duration_ms or 0)
    return suite


def _properties(report: BatchReport, run: BatchRun) -> dict[str, str]:
    facts = report.view.batch.facts
    known = {
        "run_id": run.id,
        "run_url": report.link_to(run),
        "check_id": run.check_id,
        "batch_id": report.view.batch.id,
        "status": run.status.value,
        "commit": facts.commit,
        "branch": facts.branch,
    }
    return {name: value for name, value in known.items() if value}


def _step_cases(report: BatchReport, run: BatchRun, suite: str) -> list[ET.Element]:
    cases = []
    for step in report.steps_of(run):
        case = _case(suite, f"{step.index + 1} {step.name}", step.duration_ms)
        _weigh(case, weight_of_step(run, step), str(step.reason or step.status), step.error or step.status.value)
        cases.append(case)
    return cases


def _case(classname: str, name: str, milliseconds: float) -> ET.Element:
    return ET.Element("testcase", {"classname": classname, "name": _clean(name), "time": f"{milliseconds / 1000:.3f}"})


def _weigh(case: ET.Element, weight: Weight, kind: str, text: str) -> None:
    """Add to a case what came of it; what does not count is shown as skipped, and why."""
    if weight is Weight.GOOD:
        return
    clean = _clean(text)
    if weight is Weight.TOLERATED:
        message = f"does not count: {clean}"[:LONGEST_MESSAGE]
        ET.SubElement(case, "skipped", {"message": message})
        return
    found = ET.SubElement(case, weight.value, {"message": clean[:LONGEST_MESSAGE], "type": kind})
    found.text = clean


def _skipped(check: SelectedCheck, why: str) -> ET.Element:
    suite = ET.Element("testsuite", {"name": _clean(check.name)})
    case = _case(suite.attrib["name"], check.name, 0)
    ET.SubElement(case, "skipped", {"message": _clean(why)})
    suite.append(case)
    _count(suite, 0)
    return suite


def _count(suite: ET.Element, milliseconds: float) -> None:
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for name, tag in _COUNTED.items():
        suite.set(name, str(sum(case.find(tag) is not None for case in cases)))
    suite.set("time", f"{milliseconds / 1000:.3f}")


def _told(report: BatchReport, run: BatchRun) -> str:
    lines = [f"{run.status}: {report.link_to(run)}", run.error or ""]
    return "\n".join(line for line in lines if line)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)

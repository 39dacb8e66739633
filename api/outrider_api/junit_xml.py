"""JUnit's XML, as GitHub's actions, GitLab and Jenkins read it: a suite for each run, a case for each of its steps."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from xml.etree import ElementTree as ET

from outrider_engine.domain.observations import StepResult
from outrider_engine.domain.verdicts import Cause, Verdict, cause_of

LONGEST_MESSAGE = 300
"""Characters of the attribute that lists show; the whole text stands below it."""
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write."""
_COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


class Weight(Enum):
    """What something weighs in a report, which is clean exactly when the exit status is 0."""

    GOOD = "good"
    FAILURE = "failure"
    """The target failed."""
    ERROR = "error"
    """There is no verdict on the target: the check is wrong, the fault is ours, it was called off, it goes on."""
    TOLERATED = "tolerated"
    """It did not pass, and that does not count."""


def weight(verdict: Verdict, cause: Cause | None, *, is_tolerated: bool = False) -> Weight:
    """Return what an outcome weighs."""
    if verdict.is_up:
        return Weight.GOOD
    if is_tolerated:
        return Weight.TOLERATED
    return Weight.FAILURE if cause is Cause.TARGET else Weight.ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One line of a report. ``kind`` and ``text`` say what went wrong, where it is not ``GOOD``."""

    name: str
    duration_ms: float
    weight: Weight = Weight.GOOD
    kind: str = ""
    text: str = ""
    is_skipped: bool = False
    """It was not run at all; ``text`` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """One run. ``told`` is what is printed below its cases."""

    name: str
    cases: Sequence[Case]
    duration_ms: float = 0
    started_at: datetime | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    told: str = ""


def case_of_step(step: StepResult, *, is_tolerated: bool) -> Case:
    """Return the case of a step; one that was not run says nothing, whatever became of its run."""
    is_skipped = step.status is Verdict.CANCELLED
    why = step.error or step.detail.get("skipped") or ("it was not run" if is_skipped else step.status.value)
    return Case(
        name=f"{step.index + 1} {step.name}",
        duration_ms=step.duration_ms,
        weight=weight(step.status, cause_of(step.status, step.reason), is_tolerated=is_tolerated or is_skipped),
        kind=str(step.reason or step.status),
        text=str(why),
        is_skipped=is_skipped,
    )


def with_the_run(steps: Sequence[Case], run: Case) -> tuple[Case, ...]:
    """Return the cases of a run: its steps, and itself if it has none or failed besides them."""
    told = any(step.weight is not Weight.GOOD and not step.is_skipped for step in steps)
    says_nothing_new = steps and (run.weight is Weight.GOOD or told)
    return tuple(steps) if says_nothing_new else (*steps, run)


def document(title: str, suites: Sequence[Suite], *, started_at: datetime, duration_ms: float) -> bytes:
    """Return a report in UTF-8."""
    root = ET.Element("testsuites", {"name": _clean(title)})
    root.extend(_suite(suite) for suite in suites)
    for name in ("tests", *_COUNTED):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    root.set("time", f"{max(0, duration_ms) / 1000:.3f}")
    root.set("timestamp", _moment(started_at))
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _suite(suite: Suite) -> ET.Element:
    name = _clean(suite.name)
    element = ET.Element("testsuite", {"name": name, **{key: _clean(text) for key, text in suite.attributes.items()}})
    if suite.started_at is not None:
        element.set("timestamp", _moment(suite.started_at))
    if suite.properties:
        properties = ET.SubElement(element, "properties")
        for key, value in suite.properties.items():
            ET.SubElement(properties, "property", {"name": key, "value": _clean(value)})
    cases = [_case(name, case) for case in suite.cases]
    element.extend(cases)
    if suite.told:
        ET.SubElement(element, "system-out").text = _clean(suite.told)
    element.set("tests", str(len(cases)))
    for attribute, tag in _COUNTED.items():
        element.set(attribute, str(sum(case.find(tag) is not None for case in cases)))
    element.set("time", f"{suite.duration_ms / 1000:.3f}")
    return element


def _case(classname: str, case: Case) -> ET.Element:
    """Return a case with what came of it; what does not count is shown as skipped, and why."""
    name, seconds = _clean(case.name), f"{case.duration_ms / 1000:.3f}"
    element = ET.Element("testcase", {"classname": classname, "name": name, "time": seconds})
    text = _clean(case.text)
    if case.is_skipped:
        ET.SubElement(element, "skipped", {"message": text})
    elif case.weight is Weight.TOLERATED:
        ET.SubElement(element, "skipped", {"message": f"does not count: {text}"[:LONGEST_MESSAGE]})
    elif case.weight is not Weight.GOOD:
        found = ET.SubElement(element, case.weight.value, {"message": text[:LONGEST_MESSAGE], "type": case.kind})
        found.text = text
    return element


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)

"""Measuring: marks, the time between them, web vitals; and notes for whoever reads the result."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from outrider_engine.domain.verdicts import Reason
from outrider_journeys import web_vitals
from outrider_journeys.asserting.judging import wrong
from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.exporting.expressions import literal
from outrider_journeys.exporting.recorded import RecordsWriter
from outrider_journeys.steps import Record, SoftStep, StepModel, shortened
from outrider_journeys.strict_model import StrictModel, VariableName

from .contract import StepFailure, StepScope

MeasureName = Annotated[str, Field(pattern=r"^[^\x00-\x1f]+$", min_length=1, max_length=100)]
Milliseconds = Annotated[float, Field(gt=0, le=3_600_000, allow_inf_nan=False)]
VITALS = ("lcp_ms", "cls", "inp_ms", "ttfb_ms", "fcp_ms")
_SETTLED_S = 2.0
"""How long the largest paint of a page is waited for when nothing is demanded of it."""


class MarkStep(StepModel):
    """Remember this moment, for `measure`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"action": "mark", "mark": "search"}]})

    action: Literal["mark"]
    mark: MeasureName
    """What the moment is called; a later one of the same name takes its place."""

    def summary(self) -> str:
        """Return the step in words."""
        return f"Mark {self.mark}"


class MeasureStep(SoftStep):
    """Tell how much time has passed since a mark, or between two, and judge it if that is wanted."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"action": "measure", "measure": "Search", "from": "search", "at_most_ms": 2000}]
        }
    )

    action: Literal["measure"]
    measure: MeasureName
    """What is measured, for results."""
    from_: MeasureName | None = Field(default=None, alias="from")
    """The mark where it begins; the latest one when absent."""
    to: MeasureName | None = None
    """The mark where it ends; now when absent."""
    at_most_ms: Milliseconds | None = None
    """Milliseconds that it may be; more is a failure with the reason `slow`."""
    variable: VariableName | None = None
    """The variable that gets the milliseconds."""

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.to is not None and self.from_ is None:
            raise ValueError("to goes with from")
        return self

    def summary(self) -> str:
        """Return the step in words."""
        limit = f", at most {self.at_most_ms:g} ms" if self.at_most_ms is not None else ""
        return f"Measure {self.measure}{limit}"

    def produces(self) -> frozenset[str]:
        """Return the variable."""
        return frozenset({self.variable} if self.variable else ())


class VitalLimits(StrictModel):
    """What the web vitals may be at most. What the browser has not measured does not pass."""

    lcp_ms: Milliseconds | None = None
    """Largest Contentful Paint; 2500 is good, says web.dev."""
    cls: float | None = Field(default=None, ge=0, le=1000, allow_inf_nan=False)
    """Cumulative Layout Shift, which has no unit; 0.1 is good."""
    inp_ms: Milliseconds | None = None
    """Interaction to Next Paint; 200 is good. There is none before the first click, tap or key."""
    ttfb_ms: Milliseconds | None = None
    """Time To First Byte; 800 is good."""
    fcp_ms: Milliseconds | None = None
    """First Contentful Paint; 1800 is good."""


class WebVitalsStep(SoftStep):
    """Tell the web vitals of the page so far, and judge them if that is wanted."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "web_vitals", "at_most": {"lcp_ms": 2500, "cls": 0.1}}]}
    )

    action: Literal["web_vitals"]
    at_most: VitalLimits = Field(default_factory=VitalLimits)
    """What they may be at most."""

    @property
    def needs(self) -> frozenset[Record]:
        """What has to be recorded."""
        return super().needs | {Record.VITALS}

    def summary(self) -> str:
        """Return the step in words."""
        return "Web vitals" + (f" {_limits_in_words(self.at_most)}" if _given(self.at_most) else "")


class NoteStep(StepModel):
    """Write a sentence into the result, with variables filled in."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "note", "text": "Bought {{ARTICLE}} as order {{ORDER}}"}]}
    )

    action: Literal["note"]
    text: Annotated[str, Field(min_length=1, max_length=10_000)]
    """The sentence."""

    def summary(self) -> str:
        """Return the step in words."""
        return f"Note: {shortened(self.text)}"


class Mark:
    """Remembers a moment."""

    name = "mark"
    title = "Mark a moment"
    model = MarkStep

    def run(self, step: MarkStep, scope: StepScope) -> None:
        """Remember it."""
        scope.session.marks.pop(step.mark, None)  # so that it is the latest one
        scope.session.marks[step.mark] = scope.now_s()

    def export(self, step: MarkStep, code: CodeWriter) -> None:
        """Write it."""
        code.needs("import time")
        code.line(f"{code.store('marks')}.pop({literal(step.mark)}, None)")
        code.line(f"{code.store('marks')}[{literal(step.mark)}] = time.monotonic()")


class Measure:
    """Tells a time."""

    name = "measure"
    title = "Measure a time"
    model = MeasureStep

    def run(self, step: MeasureStep, scope: StepScope) -> None:
        """Tell it, and judge it."""
        marks = scope.session.marks
        if not marks:
            raise wrong("nothing has been marked yet: put a step mark before it")
        begin = _marked(step.from_, scope) if step.from_ else next(reversed(marks.values()))
        end = _marked(step.to, scope) if step.to else scope.now_s()
        if end < begin:
            raise wrong(f"the mark {step.to} was set before {step.from_}")
        took_ms = round((end - begin) * 1000, 1)
        scope.note(measure=step.measure, ms=took_ms)
        if step.variable is not None:
            scope.set_variable(step.variable, f"{took_ms:g}")
        if step.at_most_ms is not None and took_ms > step.at_most_ms:
            problem = f"{step.measure} took {took_ms:.0f} ms, expected: at most {step.at_most_ms:g} ms"
            raise StepFailure(problem, reason=Reason.SLOW)

    def export(self, step: MeasureStep, code: CodeWriter) -> None:
        """Write it."""
        code.needs("import time")
        marks = code.store("marks")
        begin = f"{marks}[{literal(step.from_)}]" if step.from_ else f"next(reversed({marks}.values()))"
        end = f"{marks}[{literal(step.to)}]" if step.to else "time.monotonic()"
        code.line(f"took_ms = ({end} - {begin}) * 1000")
        if step.variable is not None:
            code.line(f'values[{literal(step.variable)}] = f"{{took_ms:.1f}}"')
        if step.at_most_ms is not None:
            limit = f"more than {step.at_most_ms:g} ms"
            code.line(f'assert took_ms <= {step.at_most_ms!r}, f"{{took_ms:.0f}} ms, {limit}"')


class WebVitals:
    """Tells the web vitals."""

    name = "web_vitals"
    title = "Web vitals"
    model = WebVitalsStep

    def run(self, step: WebVitalsStep, scope: StepScope) -> None:
        """Wait for what is judged, and tell all."""
        limits, until = _given(step.at_most), scope.now_s() + _SETTLED_S

        def is_settled(vitals: web_vitals.WebVitals) -> bool:
            wanted = [*limits, "lcp_ms"] if scope.now_s() < until else list(limits)
            return all(getattr(vitals, name) is not None for name in wanted)

        _, vitals = scope.eventually(lambda left: web_vitals.read(scope.page, left), is_settled)
        told = vitals.as_json()
        scope.note(web_vitals=told, url=scope.page.url)
        problems = []
        for name, limit in limits.items():
            value = told[name]
            if not isinstance(value, int | float):
                problems.append(f"{name} has not been measured, expected: at most {limit:g}")
            elif value > limit:
                problems.append(f"{name} is {value:g}, expected: at most {limit:g}")
        if problems:
            raise StepFailure("; ".join(problems), reason=Reason.ASSERTION)

    def export(self, step: WebVitalsStep, code: CodeWriter) -> None:
        """Write that they are waited for and judged."""
        limits = _given(step.at_most)
        held = " and ".join(f"found[{literal(name)}] is not None" for name in limits) or "True"
        vitals = f"json.loads({code.page}.evaluate({literal(web_vitals.READ_SCRIPT)}))"
        code.needs("import json")
        code.line(f"vitals = {RecordsWriter(code, code.milliseconds(step)).awaited(vitals, 'web vitals', held)}")
        for name, limit in limits.items():
            code.line(f"assert vitals[{literal(name)}] <= {limit!r}, vitals")


class Note:
    """Writes a note."""

    name = "note"
    title = "Note"
    model = NoteStep

    def run(self, step: NoteStep, scope: StepScope) -> None:
        """Write it."""
        scope.note(note=scope.render(step.text))

    def export(self, step: NoteStep, code: CodeWriter) -> None:
        """Write it."""
        code.call("print", code.text(step.text))


def _marked(name: str, scope: StepScope) -> float:
    marks = scope.session.marks
    if name not in marks:
        raise wrong(f"there is no mark {name} (there are: {', '.join(marks) or 'none'})")
    return marks[name]


def _given(limits: VitalLimits) -> dict[str, float]:
    return {name: getattr(limits, name) for name in VITALS if getattr(limits, name) is not None}


def _limits_in_words(limits: VitalLimits) -> str:
    return ", ".join(f"{name} at most {limit:g}" for name, limit in _given(limits).items())

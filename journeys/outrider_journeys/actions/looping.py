"""Doing steps again and again, within bounds: for_each, times, while; and break, which leaves a loop."""

import json
from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from outrider_engine.domain.templates import names_in
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.exporting.conditions import condition_on_page
from outrider_journeys.exporting.expressions import called, literal
from outrider_journeys.page_conditions import AnyCondition, in_words
from outrider_journeys.steps import OptionalElementStep, StepModel, Steps, shortened
from outrider_journeys.strict_model import Text, VariableName

from .contract import LoopBreak, StepFailure, StepScope
from .deciding import holds

MOST = 1000
"""Rounds of one loop."""


def _number_or_name(value: Any) -> Any:
    if isinstance(value, str) and not names_in(value):
        raise ValueError("must be a whole number, or name a variable that is one, as {{NAME}}")
    return value


Count = Annotated[int, Field(ge=0, le=MOST)] | Annotated[str, Field(max_length=200)]


class LoopStep(StepModel):
    """A step that does others several times."""

    steps: Steps
    """What is done each time."""

    @property
    def is_loop(self) -> bool:
        """Whether `break` may stand within it: it may."""
        return True


class ForEachStep(LoopStep, OptionalElementStep):
    """Do steps for each item of a list, or for each element that a locator finds (at most 1000).

    The item is a variable meanwhile; with a locator it is the text of the element. A second variable, called
    `…_number`, counts from 1, as in `(//li)[{{item_number}}]`.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "action": "for_each",
                    "items": ["/", "/imprint"],
                    "as": "path",
                    "steps": [{"action": "goto", "url": "{{path}}"}],
                },
                {
                    "action": "for_each",
                    "locator": "#cart li",
                    "as": "article",
                    "steps": [{"action": "assert", "locator": "#cart li:nth-child({{article_number}}) .price"}],
                },
            ]
        }
    )

    action: Literal["for_each"]
    items: Annotated[tuple[Text, ...], Field(max_length=MOST)] | Text | None = None
    """The items: a list; or a text that is a JSON list or has an item on each line, such as `{{NAMES}}`."""
    as_: VariableName = Field(default="item", alias="as")
    """The variable that is the item."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.items is None) == (not self.ways):
            raise ValueError("exactly one of items, locator and locators is needed")
        return self

    def summary(self) -> str:
        """Return what it goes through."""
        if self.ways:
            return f"For each {self.ways[0].describe()}"
        return f"For each of {shortened(self.items if isinstance(self.items, str) else ', '.join(self.items or ()))}"

    def produces(self) -> frozenset[str]:
        """Return the variables for item and number."""
        return frozenset({self.as_, f"{self.as_}_number"})


class TimesStep(LoopStep):
    """Do steps a number of times (at most 1000)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "times", "count": 3, "steps": [{"action": "reload"}]}]}
    )

    action: Literal["times"]
    count: Annotated[
        Count,
        BeforeValidator(_number_or_name),
        WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0, "maximum": MOST}, {"type": "string"}]}),
    ]
    """How many times: a number, or the name of a variable that is one, as `{{NAME}}`."""

    def summary(self) -> str:
        """Return how often."""
        return f"{self.count} times"


class WhileStep(LoopStep):
    """Do steps as long as a condition holds, looking before each round; a loop that does not end in time fails."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "action": "while",
                    "condition": {"visible": {"role": "button", "name": "Show more"}},
                    "most": 20,
                    "steps": [{"action": "click", "locator": {"role": "button", "name": "Show more"}}],
                }
            ]
        }
    )

    action: Literal["while"]
    condition: AnyCondition
    """What has to hold for another round; as of `if`."""
    most: int = Field(default=100, ge=1, le=MOST)
    """How many rounds there may be, at most 1000; if it still holds after them, the step fails."""

    def summary(self) -> str:
        """Return the condition."""
        return f"While {in_words(self.condition)}"


class BreakStep(StepModel):
    """Leave the innermost loop; its other rounds and the rest of this one are not run."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "action": "times",
                    "count": 10,
                    "steps": [
                        {"action": "reload"},
                        {"action": "break", "when": {"variable": "DONE", "equals": "yes"}},
                    ],
                }
            ]
        }
    )

    action: Literal["break"]

    def summary(self) -> str:
        """Return the step in words."""
        return "Leave the loop"

    @property
    def leaves_loop(self) -> bool:
        """Whether it only makes sense within a loop: it does."""
        return True


class ForEach:
    """Goes through items."""

    name = "for_each"
    title = "For each"
    model = ForEachStep

    def run(self, step: ForEachStep, scope: StepScope) -> None:
        """Walk the steps for each item."""
        items = _items(step, scope)
        if len(items) > MOST:
            raise _wrong(f"there are {len(items)} items, more than {MOST}")
        _rounds(step, scope, enumerate(items, start=1))

    def export(self, step: ForEachStep, code: CodeWriter) -> None:
        """Write a loop over the items."""
        if step.ways:
            items = f"{code.element(step)}.all_inner_texts()"
        elif isinstance(step.items, str):
            items = called(code.helper("items_of"), code.text(step.items))
        else:
            items = f"[{', '.join(code.text(item) for item in step.items or ())}]"
        number = f"values[{literal(f'{step.as_}_number')}]"
        numbered = called(code.helper("numbered"), items)
        with code.loop(f"for {number}, values[{literal(step.as_)}] in {numbered}:"):
            code.steps(step.steps)


class Times:
    """Repeats."""

    name = "times"
    title = "Repeat"
    model = TimesStep

    def run(self, step: TimesStep, scope: StepScope) -> None:
        """Walk the steps so often."""
        count = step.count if isinstance(step.count, int) else _whole(scope.render(step.count))
        _rounds(step, scope, ((number, None) for number in range(1, count + 1)))

    def export(self, step: TimesStep, code: CodeWriter) -> None:
        """Write a loop."""
        count = str(step.count) if isinstance(step.count, int) else f"int({code.text(step.count)})"
        with code.loop(f"for _ in range({count}):"):
            code.steps(step.steps)


class While:
    """Repeats as long as something holds."""

    name = "while"
    title = "While"
    model = WhileStep

    def run(self, step: WhileStep, scope: StepScope) -> None:
        """Walk the steps as long as the condition holds."""
        for number in range(1, step.most + 1):
            if not holds(step.condition, scope):
                scope.note(rounds=number - 1)
                return
            if _is_left(step, scope, number):
                return
        scope.note(rounds=step.most)
        if holds(step.condition, scope):
            raise StepFailure(f"it still holds after {step.most} rounds", reason=Reason.ASSERTION)

    def export(self, step: WhileStep, code: CodeWriter) -> None:
        """Write a loop that ends."""
        condition = condition_on_page(step.condition, code)
        with code.loop(f"for _ in range({step.most}):"):
            with code.block(f"if not ({condition}):"):
                code.line("break")
            code.steps(step.steps)
        with code.block("else:"):
            code.line(f"assert not ({condition}), {literal(f'it still holds after {step.most} rounds')}")


class Break:
    """Leaves a loop."""

    name = "break"
    title = "Leave the loop"
    model = BreakStep

    def run(self, step: BreakStep, scope: StepScope) -> None:
        """Leave it."""
        raise LoopBreak("the loop was left")

    def export(self, step: BreakStep, code: CodeWriter) -> None:
        """Write it."""
        code.leave_loop()


def _rounds(step: ForEachStep | TimesStep, scope: StepScope, rounds: Iterable[tuple[int, str | None]]) -> None:
    done = 0
    for number, item in rounds:
        done = number
        if item is not None and isinstance(step, ForEachStep):
            scope.set_variable(step.as_, item, secret=scope.holds_secret(item))
            scope.set_variable(f"{step.as_}_number", str(number))
        if _is_left(step, scope, number):
            break
    scope.note(rounds=done)


def _is_left(step: LoopStep, scope: StepScope, number: int) -> bool:
    try:
        scope.walk(step.steps, label=str(number))
    except LoopBreak:
        scope.note(rounds=number)
        return True
    return False


def _items(step: ForEachStep, scope: StepScope) -> list[str]:
    if step.ways:
        with scope.at_most(None):
            element = scope.elements(step.ways)[0]
            found = [element.nth(index) for index in range(min(scope.count(element), MOST + 1))]
            return [each.inner_text(timeout=scope.time_left_ms()) for each in found]
    if not isinstance(step.items, str):
        return [scope.render(item) for item in step.items or ()]
    text = scope.render(step.items)
    if not text.lstrip().startswith("["):
        return [line.strip() for line in text.splitlines() if line.strip()]
    try:
        listed = json.loads(text)
    except ValueError:
        raise _wrong("items begin like a JSON list, but are none") from None
    return [item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) for item in listed]


def _whole(text: str) -> int:
    if not text.strip().isascii() or not text.strip().isdigit() or len(text) > 9 or int(text) > MOST:
        raise _wrong(f"count must be a whole number from 0 to {MOST}")
    return int(text)


def _wrong(message: str) -> StepFailure:
    return StepFailure(message, reason=Reason.INVALID_DEFINITION, verdict=Verdict.ERROR)

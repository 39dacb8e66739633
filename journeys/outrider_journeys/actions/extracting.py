"""Variables: extract takes a value from the page, set_variable computes one."""

from collections.abc import Callable
from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from outrider_engine.domain.verdicts import Reason
from outrider_journeys.patterns import Pattern, compiled, rendered_pattern
from outrider_journeys.steps import OptionalElementStep, StepModel
from outrider_journeys.strict_model import Text, VariableName

from .contract import StepFailure, StepScope

_LONGEST = 10_000


class ExtractStep(OptionalElementStep):
    """Take a value from an element or the page and keep it as a variable for later steps."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "action": "extract",
                    "variable": "ORDER",
                    "locator": {"test_id": "order"},
                    "pattern": r"Order (\d+)",
                },
                {"action": "extract", "variable": "WHERE", "source": "url"},
            ]
        }
    )

    action: Literal["extract"]
    variable: VariableName
    """The variable that gets the value."""
    source: Literal["text", "value", "attribute", "count", "title", "url"] = "text"
    """What is taken: the element's visible text, the value of a field, an attribute, how many elements there are;
    or the title or address of the page."""
    attribute: str | None = Field(default=None, min_length=1, max_length=200)
    """With `source: attribute`: its name."""
    pattern: Pattern | None = None
    """A regular expression (RE2): its first group is kept, or all that it matches when it has no group."""
    secret: bool = False
    """Mask the value from now on, as secrets are."""

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        of_page = self.source in ("title", "url")
        if of_page and self.ways:
            raise ValueError(f"{self.source} is taken from the page; it has no locator")
        if not of_page and not self.ways:
            raise ValueError("locator is missing: where is the value taken from?")
        if (self.source == "attribute") != (self.attribute is not None):
            raise ValueError("attribute goes with source: attribute")
        return self

    def summary(self) -> str:
        """Return the step in words."""
        return f"{self.about(f'Keep {self.source} of')} as {self.variable}"

    def produces(self) -> frozenset[str]:
        """Return the variable."""
        return frozenset({self.variable})


class SetVariableStep(StepModel):
    """Give a variable a value, which may be made of others."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "set_variable", "variable": "GREETING", "value": "Hello {{NAME}}"}]}
    )

    action: Literal["set_variable"]
    variable: VariableName
    """The variable that gets the value."""
    value: Text
    """The value."""

    def summary(self) -> str:
        """Return the step in words."""
        return f"Set {self.variable}"

    def produces(self) -> frozenset[str]:
        """Return the variable."""
        return frozenset({self.variable})


class Extract:
    """Extracts a value."""

    name = "extract"
    title = "Extract a value"
    model = ExtractStep

    def run(self, step: ExtractStep, scope: StepScope) -> None:
        """Read the value and keep it; a value that the pattern does not match is waited for."""
        pattern = rendered_pattern(step.pattern, scope.variables) if step.pattern else None
        held, text = scope.eventually(
            _reader(step, scope),
            lambda text: text is not None and (pattern is None or compiled(pattern).search(text) is not None),
        )
        if text is None or not held:
            raise StepFailure(_missing(step, text), reason=Reason.ASSERTION)
        value = _matched(pattern, text) if pattern else text.strip()
        if len(value) > _LONGEST:
            raise StepFailure(f"the value has more than {_LONGEST} characters", reason=Reason.ASSERTION)
        scope.set_variable(step.variable, value, secret=step.secret)
        scope.note(variable=step.variable, value=value)


class SetVariable:
    """Sets a variable."""

    name = "set_variable"
    title = "Set a variable"
    model = SetVariableStep

    def run(self, step: SetVariableStep, scope: StepScope) -> None:
        """Render and keep it; what is made of a secret is a secret."""
        value = scope.render(step.value)
        scope.set_variable(step.variable, value, secret=scope.holds_secret(value))


def _reader(step: ExtractStep, scope: StepScope) -> Callable[[float], str | None]:
    if step.source == "url":
        return lambda _: scope.page.url
    if step.source == "title":
        return lambda _: scope.page_title()
    if step.source == "count":
        return lambda _: str(scope.count(scope.elements(step.ways)[0]))
    element = scope.on_element(step.ways, lambda element, _: element)  # whoever reads of it waits for it
    if step.source == "value":
        return lambda timeout: element.input_value(timeout=timeout)
    attribute = step.attribute
    if attribute is not None:
        return lambda timeout: element.get_attribute(attribute, timeout=timeout)
    return lambda timeout: element.inner_text(timeout=timeout)


def _matched(pattern: str, text: str) -> str:
    match = compiled(pattern).search(text)
    groups = [group for group in match.groups() if group is not None]
    return str(groups[0] if groups else match.group(0))


def _missing(step: ExtractStep, text: str | None) -> str:
    if text is None:
        return f"the element has no attribute {step.attribute}"
    return f"the {step.source} does not match {step.pattern}"

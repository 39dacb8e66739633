"""Variables: extract takes a value from wherever it is, set_variable computes one."""

from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from outrider_engine.domain.verdicts import Reason
from outrider_journeys.asserting.answers import JsonPath
from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.exporting.extracting import write_extract, write_variable
from outrider_journeys.page_scripts import Script
from outrider_journeys.patterns import Pattern, compiled, rendered_pattern
from outrider_journeys.steps import OptionalElementStep, Record, StepModel
from outrider_journeys.strict_model import Alias, Text, VariableName

from .contract import StepFailure, StepScope
from .sources import SOURCES, Part, Source, missing, reader

_LONGEST = 10_000
_PARTICULARS = ("attribute", "key", "script", "response", "download", "path", "area")
"""Fields that only go with some sources."""
_OF_PART = {"json_path": ("path",), "header": ("key",)}


class ExtractStep(OptionalElementStep):
    """Take a value and keep it as a variable for later steps. It is waited for until it is there, and the pattern fits.

    | `source` | what is taken | needs |
    |---|---|---|
    | `text`, `value`, `html` | what an element shows; the value of a field; the HTML in an element | a locator |
    | `attribute` | an attribute | a locator, `attribute` |
    | `property`, `css` | a property of the JavaScript object, or of the computed style | a locator, `key` |
    | `count` | how many elements there are | a locator |
    | `title`, `url` | title or address of the page | |
    | `script` | what [JavaScript](#javascript) gives; it is handed the element if there is a locator | `script` |
    | `response` | `part`: `body` (the default), `json_path`, `header`, `status` | `response`; `path`, `key` |
    | `header` | a header of an answer; of the page's document when `response` is absent | `key` |
    | `cookie` | a cookie that is sent to the page's address | `key` |
    | `storage` | an entry of the page's `area`: `local` (the default) or `session` | `key` |
    | `console` | the latest line; the latest that the pattern matches | |
    | `download` | `part`: `name` (the default), `size`, `text`; of the latest when `download` is absent | |
    """

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
                {
                    "action": "extract",
                    "variable": "TOKEN",
                    "source": "response",
                    "response": "login",
                    "part": "json_path",
                    "path": "$.token",
                    "secret": True,
                },
                {"action": "extract", "variable": "VISIT", "source": "cookie", "key": "visit"},
            ]
        }
    )

    action: Literal["extract"]
    variable: VariableName
    """The variable that gets the value."""
    source: Source = "text"
    """Where the value is."""
    attribute: str | None = Field(default=None, min_length=1, max_length=200)
    """Name of the attribute."""
    key: str | None = Field(default=None, min_length=1, max_length=200)
    """Name of the property, header, cookie or entry."""
    script: Script | None = None
    """What gives the value."""
    response: Alias | None = None
    """Which answer: the name that a step gave it."""
    download: Alias | None = None
    """Which file: the name that a step gave it."""
    part: Part | None = None
    """What of an answer or file is taken."""
    path: JsonPath | None = None
    """JSONPath (RFC 9535) in the body; a value that is no text is taken as JSON."""
    area: Literal["local", "session"] | None = None
    """Which storage."""
    pattern: Pattern | None = None
    """A regular expression (RE2): its first group is kept, or all that it matches when it has no group."""
    secret: bool = False
    """Mask the value from now on, as secrets are."""

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        takes = SOURCES[self.source]
        if self.ways and not takes.locator:
            raise ValueError(f"{self.source} is taken without a locator")
        if not self.ways and takes.locator == "required":
            raise ValueError("locator is missing: where is the value taken from?")
        if self.part is not None and self.part not in takes.parts:
            raise ValueError(f"part {self.part} does not go with source: {self.source}")
        part = self.part or next(iter(takes.parts), None)
        required = takes.required + _OF_PART.get(part or "", ())
        where = f"source: {self.source}" + (f", part: {part}" if part else "")
        for field in _PARTICULARS:
            given = getattr(self, field) is not None
            if given and field not in (*required, *takes.optional):
                raise ValueError(f"{field} does not go with {where}")
            if not given and field in required:
                raise ValueError(f"{field} is missing; {where} needs it")
        return self

    @property
    def needs(self) -> frozenset[Record]:
        """What has to be recorded."""
        of_document = self.source == "header" and self.response is None
        own = {"console": {Record.CONSOLE}, "download": {Record.DOWNLOADS}}.get(self.source, set())
        return super().needs | own | ({Record.REQUESTS} if of_document else set())

    def summary(self) -> str:
        """Return the step in words."""
        what = " ".join(filter(None, [self.source, self.attribute or self.key or self.response or self.download]))
        of_page = self.ways or self.source in ("title", "url", "script", "storage")
        return f"{self.about(f'Keep {what} of') if of_page else f'Keep {what}'} as {self.variable}"

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
            reader(step, pattern, scope),
            lambda text: text is not None and (pattern is None or compiled(pattern).search(text) is not None),
        )
        if text is None or not held:
            raise StepFailure(missing(step, text), reason=Reason.ASSERTION)
        value = _matched(pattern, text) if pattern else text.strip()
        if len(value) > _LONGEST:
            raise StepFailure(f"the value has more than {_LONGEST} characters", reason=Reason.ASSERTION)
        scope.set_variable(step.variable, value, secret=step.secret)
        scope.note(variable=step.variable, value=value)

    def export(self, step: ExtractStep, code: CodeWriter) -> None:
        """Write it."""
        write_extract(step, code)


class SetVariable:
    """Sets a variable."""

    name = "set_variable"
    title = "Set a variable"
    model = SetVariableStep

    def run(self, step: SetVariableStep, scope: StepScope) -> None:
        """Render and keep it; what is made of a secret is a secret."""
        value = scope.render(step.value)
        scope.set_variable(step.variable, value, secret=scope.holds_secret(value))

    def export(self, step: SetVariableStep, code: CodeWriter) -> None:
        """Write it."""
        write_variable(step, code)


def _matched(pattern: str, text: str) -> str:
    match = compiled(pattern).search(text)
    groups = [group for group in match.groups() if group is not None]
    return str(groups[0] if groups else match.group(0))

"""Choosing: select_option, check, uncheck, upload."""

import base64
import binascii
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from outrider_journeys.steps import ElementStep, shortened
from outrider_journeys.strict_model import StrictModel, Text

from .contract import StepScope

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload


def _several(given: Any) -> Any:
    return (given,) if isinstance(given, str) else given


Texts = Annotated[
    tuple[Text, ...],
    Field(min_length=1, max_length=1000),
    BeforeValidator(_several),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]
"""A text, or several."""


class SelectOptionStep(ElementStep):
    """Choose one or more options of a `<select>`: by value, by label or by index (exactly one of the three)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"action": "select_option", "locator": {"label": "Country"}, "label": "Iceland"}],
            "oneOf": [{"required": ["value"]}, {"required": ["label"]}, {"required": ["index"]}],
        }
    )

    action: Literal["select_option"]
    value: Texts | None = None
    """The option's value attribute, or several."""
    label: Texts | None = None
    """What the option shows, or several."""
    index: int | None = Field(default=None, ge=0, le=100_000)
    """The option's position, from 0."""

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        if sum(given is not None for given in (self.value, self.label, self.index)) != 1:
            raise ValueError("exactly one of value, label and index is needed")
        return self

    def summary(self) -> str:
        """Return the step in words."""
        chosen = next(given for given in (self.label, self.value, self.index) if given is not None)
        shown = str(chosen) if isinstance(chosen, int) else ", ".join(chosen)
        return self.about(f"Select “{shortened(shown, 40)}” in")


class CheckStep(ElementStep):
    """Tick a checkbox or choose a radio button; nothing happens when it is so already."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"action": "check", "locator": {"label": "I agree"}}]})

    action: Literal["check"]

    def summary(self) -> str:
        """Return the step in words."""
        return self.about("Check")


class UncheckStep(ElementStep):
    """Clear a checkbox; nothing happens when it is clear already."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "uncheck", "locator": {"label": "Newsletter"}}]}
    )

    action: Literal["uncheck"]

    def summary(self) -> str:
        """Return the step in words."""
        return self.about("Uncheck")


def _decodable(text: str) -> str:
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"not Base64: {error}") from None
    return text


class UploadedFile(StrictModel):
    """A file that is carried by the journey itself: its content as text or as Base64.

    In a journey file, `path` (relative to it and inside its folder) may stand in place of both; loading puts the
    content in. Journeys never read the files of the machine that runs them.
    """

    name: str = Field(min_length=1, max_length=255, pattern=r"^[^/\\\x00]+$")
    """The file's name as the page sees it."""
    text: str | None = Field(default=None, max_length=5_000_000)
    """Content of a text file (UTF-8); may name variables."""
    base64: Annotated[str, Field(max_length=7_000_000), AfterValidator(_decodable)] | None = None
    """Content of any file in Base64."""
    content_type: str = Field(default="application/octet-stream", max_length=200, pattern=r"^[\w.+-]+/[\w.+-]+$")
    """The file's media type."""

    @model_validator(mode="after")
    def _one_content(self) -> Self:
        if (self.text is None) == (self.base64 is None):
            raise ValueError("exactly one of text and base64 is needed")
        return self

    def content(self, render: Callable[[str], str]) -> bytes:
        """Return the file's bytes, with the variables that a text names."""
        return base64.b64decode(self.base64) if self.base64 is not None else render(self.text or "").encode()


class UploadStep(ElementStep):
    """Choose files in a file field."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "action": "upload",
                    "locator": {"label": "Photo"},
                    "files": [{"name": "note.txt", "text": "hello", "content_type": "text/plain"}],
                }
            ]
        }
    )

    action: Literal["upload"]
    files: Annotated[tuple[UploadedFile, ...], Field(max_length=20)]
    """The files; none clears the field."""

    def summary(self) -> str:
        """Return the step in words."""
        return self.about(f"Upload {shortened(', '.join(file.name for file in self.files), 40)} to")


class SelectOption:
    """Selects options."""

    name = "select_option"
    title = "Select an option"
    model = SelectOptionStep

    def run(self, step: SelectOptionStep, scope: StepScope) -> None:
        """Select and note what is selected now."""
        value, label = (_rendered(given, scope) for given in (step.value, step.label))
        chosen = scope.on_element(
            step.ways,
            lambda element, timeout: element.select_option(value=value, label=label, index=step.index, timeout=timeout),
        )
        scope.note(selected=chosen)


class Check:
    """Ticks a box."""

    name = "check"
    title = "Check a box"
    model = CheckStep

    def run(self, step: CheckStep, scope: StepScope) -> None:
        """Tick it."""
        scope.on_element(step.ways, lambda element, timeout: element.check(timeout=timeout))


class Uncheck:
    """Clears a box."""

    name = "uncheck"
    title = "Uncheck a box"
    model = UncheckStep

    def run(self, step: UncheckStep, scope: StepScope) -> None:
        """Clear it."""
        scope.on_element(step.ways, lambda element, timeout: element.uncheck(timeout=timeout))


class Upload:
    """Chooses files."""

    name = "upload"
    title = "Upload files"
    model = UploadStep

    def run(self, step: UploadStep, scope: StepScope) -> None:
        """Hand the files to the field."""
        files: list[FilePayload] = [
            {"name": file.name, "mimeType": file.content_type, "buffer": file.content(scope.render)}
            for file in step.files
        ]
        scope.on_element(step.ways, lambda element, timeout: element.set_input_files(files, timeout=timeout))


def _rendered(given: tuple[str, ...] | None, scope: StepScope) -> list[str] | None:
    return None if given is None else [scope.render(text) for text in given]

"""What a ``suite`` check needs: the tests, which of them to run, and what to keep."""

import base64
import binascii
import re
from typing import Annotated, Any, Literal, Self

from packaging.requirements import InvalidRequirement, Requirement
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from outrider_engine.contracts import wrong_field
from outrider_engine.errors import InvalidInput

from .archives import LARGEST, check_archive

LONGEST_CODE = 1_000_000
_PROTECTED = re.compile(
    r"^(PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|PYTHON.*|PYTEST_.*|LD_.*|PLAYWRIGHT_.*|OUTRIDER_.*|NODE_.*|.*_PROXY)$",
    re.IGNORECASE,
)

Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")]
Word = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^-\x00-\x1f][^\x00-\x1f]*$")]
Policy = Literal["always", "on_failure", "never"]


class SuiteSettings(BaseModel):
    """Tests for pytest and pytest-playwright: one file as `code`, or a project as `archive`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str | None = Field(
        default=None,
        min_length=1,
        max_length=LONGEST_CODE,
        description="The tests, when they are one file.",
        examples=["def test_home(page):\n    page.goto('/')\n    assert page.title() == 'Shop'\n"],
    )
    archive: str | None = Field(
        default=None,
        description=f"A project as a zip file, in base64: at most {LARGEST:,} bytes before that. "
        "A folder that holds everything else in it is left out.",
        json_schema_extra={"contentEncoding": "base64", "contentMediaType": "application/zip"},
    )
    file_name: str = Field(
        default="test_suite.py",
        pattern=r"^[A-Za-z0-9_][A-Za-z0-9_-]{0,99}\.py$",
        description="What the file of `code` is called.",
    )
    select: list[Word] = Field(
        default_factory=list,
        max_length=200,
        description="Files, folders or tests to run; all when empty.",
        examples=[["tests/test_cart.py::test_checkout"]],
    )
    keyword: Word | None = Field(default=None, description="As pytest's `-k`.", examples=["checkout and not slow"])
    markers: Word | None = Field(default=None, description="As pytest's `-m`.", examples=["smoke"])
    base_url: str | None = Field(
        default=None,
        max_length=2000,
        pattern=r"^https?://\S+$",
        description="As `--base-url`; an environment's goes before it.",
        examples=["https://shop.example"],
    )
    secrets: list[Name] = Field(
        default_factory=list,
        max_length=200,
        description="Names of the secrets that the tests need, of the check or of its surroundings.",
    )
    environment_variables: list[Name] = Field(
        default_factory=list,
        max_length=200,
        description="Names of variables and secrets that the tests also find in `os.environ`, and whatever they start.",
    )
    requirements: list[Word] = Field(
        default_factory=list,
        max_length=100,
        description="Packages that the tests need besides pytest-playwright; the operator has to have installed them.",
        examples=[["faker>=30"]],
    )
    artifacts: Policy = Field(default="on_failure", description="When pictures and output are kept.")
    trace: Policy = Field(default="on_failure", description="When traces are kept.")

    @field_validator("archive")
    @classmethod
    def _sound(cls, archive: str | None) -> str | None:
        if archive is not None:
            try:
                check_archive(decoded(archive))
            except InvalidInput as error:
                raise wrong_field(error) from None
        return archive

    @field_validator("environment_variables")
    @classmethod
    def _harmless(cls, names: list[str]) -> list[str]:
        for name in names:
            if _PROTECTED.match(name):
                raise ValueError(f"{name} belongs to Python, pytest or the browser and can't be set")
        return names

    @field_validator("requirements")
    @classmethod
    def _readable(cls, requirements: list[str]) -> list[str]:
        for text in requirements:
            try:
                named = Requirement(text)
            except InvalidRequirement as error:
                raise ValueError(f"{text!r} is no requirement: {str(error).splitlines()[0]}") from None
            if named.url is not None:
                raise ValueError(f"{text!r} names an address; only names and versions are allowed")
        return requirements

    @model_validator(mode="before")
    @classmethod
    def _one_source(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("code") is not None and data.get("archive") is not None:
            raise wrong_field(InvalidInput("can't be given together with code", field="archive"))
        return data

    @model_validator(mode="after")
    def _file_fits(self) -> Self:
        if self.archive is not None and "file_name" in self.model_fields_set:
            raise wrong_field(InvalidInput("is only for code", field="file_name"))
        return self


def decoded(archive: str) -> bytes:
    """Return the zip file that a text in base64 holds.

    Raises:
        InvalidInput: it is not base64, or too large.
    """
    if len(archive) > (LARGEST + 2) // 3 * 4:
        raise InvalidInput(f"is larger than {LARGEST:,} bytes")
    try:
        return base64.b64decode(archive, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidInput("is not base64") from None

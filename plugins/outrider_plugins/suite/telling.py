"""What a suite's pytest tells, checked line by line on arrival: it comes from code that nobody has to trust."""

import json
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, FiniteFloat, NonNegativeInt, TypeAdapter

from outrider_engine.domain.verdicts import Reason, Verdict

LONGEST_LINE = 1_000_000
MOST_LINES = 100_000

NodeId = Annotated[str, Field(min_length=1, max_length=2000)]
Text = Annotated[str, Field(max_length=20_000)]


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Parallel(_Told):
    """Tests run in several processes."""

    kind: Literal["parallel"]


class Collected(_Told):
    """These tests will run."""

    kind: Literal["collected"]
    tests: Annotated[list[NodeId], Field(max_length=5000)]


class Problem(_Told):
    """Something that is no test went wrong: a file that can't be imported."""

    kind: Literal["problem"]
    where: Text
    text: Text


class Began(_Told):
    """A test begins."""

    kind: Literal["began"]
    test: NodeId
    at: AwareDatetime


class ToldStep(_Told):
    """A step of a test has ended."""

    number: Annotated[NonNegativeInt, Field(le=10_000)]
    path: Annotated[list[Text], Field(min_length=1, max_length=50)]
    status: Text
    at: AwareDatetime
    ms: FiniteFloat
    error: Text | None = None


class Step(ToldStep):
    """A step of a test has ended, told at once."""

    kind: Literal["step"]
    test: NodeId


class Raised(_Told):
    """What ended a phase of a test: the name of the exception's class, its text, and what a journey makes of it."""

    sort: Text
    text: Text
    verdict: Literal[Verdict.FAILED, Verdict.TIMED_OUT, Verdict.ERROR] | None = None
    reason: Reason | None = None


class Phase(_Told):
    """A phase of a test has ended."""

    kind: Literal["phase"]
    test: NodeId
    phase: Literal["setup", "call", "teardown"]
    outcome: Text
    expected: bool
    ms: FiniteFloat
    at: AwareDatetime
    problem: Raised | None = None
    text: Text | None = None
    steps: Annotated[list[ToldStep], Field(max_length=10_000)] = []
    files: Annotated[list[tuple[Literal["trace", "screenshot"], Text]], Field(max_length=100)] = []


class Ended(_Told):
    """A test is over."""

    kind: Literal["ended"]
    test: NodeId


class Finished(_Told):
    """Pytest has come to its end."""

    kind: Literal["finished"]


Told = Parallel | Collected | Problem | Began | Step | Phase | Ended | Finished
_TOLD: TypeAdapter[Told] = TypeAdapter(Annotated[Told, Field(discriminator="kind")])


def read_line(line: bytes) -> Told:
    """Return what a line tells.

    Raises:
        ValueError: nothing that can be understood.
    """
    return _TOLD.validate_python(json.loads(line))

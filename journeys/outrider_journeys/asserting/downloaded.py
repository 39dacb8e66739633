"""Tests on files that pages download."""

from typing import TYPE_CHECKING

from pydantic import Field

from outrider_engine.domain.verdicts import Reason
from outrider_journeys.actions.contract import StepFailure, StepScope
from outrider_journeys.comparing import TextTest
from outrider_journeys.number_tests import NumberTest
from outrider_journeys.operators import cut
from outrider_journeys.strict_model import Alias, StrictModel

from .judging import demand, wrong

if TYPE_CHECKING:
    from outrider_journeys.walking.downloads import DownloadRecord, Underway

LARGEST_TEXT = 5_000_000
"""Bytes of a file that are searched and taken."""


class DownloadTest(StrictModel):
    """A file that was downloaded."""

    as_: Alias | None = Field(default=None, alias="as")
    """The name that an earlier step gave it; the latest one when absent."""
    name: TextTest | None = None
    """The name that the site proposes for it."""
    size: NumberTest | None = None
    """Its bytes."""
    contains: str | None = Field(default=None, min_length=1, max_length=10_000)
    """A text that is in it, in UTF-8."""

    def describe(self) -> str:
        """Return in words which one it is."""
        return f"the download {self.as_}" if self.as_ else "the latest download"


def judge_download(test: DownloadTest, scope: StepScope) -> None:
    """Wait until a file is there, and judge it.

    Raises:
        StepFailure: it is not as it has to be, or did not come within the step's time.
    """
    what, record = test.describe(), found_download(test.as_, scope)
    if test.name is not None:
        judged = test.name.rendered(scope.variables).problem_with(record.name)
        demand(judged is None, f"the name of {what} {judged}")
    if test.size is not None:
        judged = test.size.rendered(scope.variables).problem_with(record.size)
        demand(judged is None, f"the size of {what} in bytes {judged}")
    if test.contains is not None:
        wanted, text = scope.render(test.contains), text_of(record)
        demand(wanted in text, f"{what} does not contain “{cut(wanted)}”; it begins with “{cut(text[:1000])}”")
    scope.note(download={"name": record.name, "size": record.size})


def found_download(name: str | None, scope: StepScope) -> "DownloadRecord":
    """Return the download of a name; without one the latest, which is waited for.

    Raises:
        StepFailure: no step gave a download this name; none came within the step's time; or it did not end well.
    """
    downloads = scope.session.downloads
    if name is not None:
        if name not in downloads.named:
            known = ", ".join(downloads.named) or "none"
            raise wrong(f"no download is called {name!r} (there are: {known})")
        return downloads.named[name]
    came, _ = scope.eventually(lambda _: bool(downloads.begun) and downloads.begun[-1].is_over, bool)
    if not downloads.begun:
        raise StepFailure("nothing has been downloaded", reason=Reason.ASSERTION)
    demand(came, "the download did not end in time")
    return finished(downloads.begun[-1])


def finished(under_way: "Underway") -> "DownloadRecord":
    """Return what a download that is over came to.

    Raises:
        StepFailure: it did not end well.
    """
    if under_way.record is None:
        raise StepFailure(f"the download {under_way.problem}", reason=Reason.ASSERTION)
    return under_way.record


def text_of(record: "DownloadRecord") -> str:
    """Return the beginning of a file as text."""
    with record.path.open("rb") as file:
        return file.read(LARGEST_TEXT).decode("utf-8-sig", errors="replace")

"""Tests on alerts, questions and prompts of pages."""

from typing import Literal

from outrider_journeys.actions.contract import StepScope
from outrider_journeys.comparing import TextTest
from outrider_journeys.strict_model import StrictModel

from .judging import judge_text


class DialogTest(StrictModel):
    """The latest alert, question or prompt of a page."""

    message: TextTest
    """What it said."""
    kind: Literal["alert", "confirm", "prompt", "beforeunload"] | None = None
    """What it was."""


def judge_dialog(test: DialogTest, scope: StepScope) -> None:
    """Wait until the latest dialog says what it has to.

    Raises:
        StepFailure: it did not within the step's time.
    """
    records = scope.session.dialogs.records

    def message(_: float) -> str | None:
        meant = [record for record in records if test.kind in (None, record.kind)]
        return meant[-1].message if meant else None

    judge_text(test.message, f"the message of the latest {test.kind or 'dialog'}", message, scope)

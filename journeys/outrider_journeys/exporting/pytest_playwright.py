"""Journeys as tests of pytest-playwright: the exporter."""

from outrider_journeys.actions.builtin import builtin_actions
from outrider_journeys.importing.receipt import Outcome, ReceiptBook
from outrider_journeys.model import PARTS, Journey

from .contract import Exported
from .pytest_file import PytestFile


class PytestPlaywright:
    """Writes test files."""

    name = "pytest-playwright"
    title = "Test for pytest with Playwright (Python)"
    suffix = ".py"

    def write(self, journey: Journey) -> Exported:
        """Return the test file; steps whose action or assertions have no code are in the receipt."""
        file = PytestFile(journey, {action.name: action for action in builtin_actions()})
        text = file.text()
        left_out = {id(step): why for step, why in file.dropped}
        book = ReceiptBook()
        for part in PARTS:
            for index, step in enumerate(getattr(journey, part)):
                why = next((left_out[id(each)] for each in (step, *step.nested()) if id(each) in left_out), None)
                outcome = Outcome.EXACT if why is None else Outcome.DROPPED
                book.add(outcome, f"{part}[{index}]", step.display_name, why or "")
        return Exported(text, book.receipt())

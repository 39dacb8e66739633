"""Alerts, questions and prompts of pages: who answers them, and how."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from outrider_journeys.comparing import TextTest
from outrider_journeys.expectations import DialogAnswer

if TYPE_CHECKING:
    from playwright.sync_api import Dialog

_MOST = 100


@dataclass(frozen=True, slots=True)
class DialogRecord:
    """One dialog and how it was answered; ``kind`` is ``alert``, ``confirm``, ``prompt`` or ``beforeunload``."""

    kind: str
    message: str
    answer: DialogAnswer


@dataclass(slots=True, kw_only=True, eq=False)
class DialogRule:
    """How dialogs are answered; variables are filled in.

    Attributes:
        text: what is typed into a prompt.
        message: which dialogs it is for; ``None``: all.
        left: how many more it answers; ``None``: all.
        seen: what it answered.
    """

    answer: DialogAnswer
    text: str | None = None
    message: TextTest | None = None
    left: int | None = None
    seen: list[DialogRecord] = field(default_factory=list)

    def takes(self, dialog: "Dialog") -> bool:
        """Whether it is for a dialog."""
        fits = self.message is None or self.message.problem_with(dialog.message) is None
        return fits and (self.left is None or self.left > 0)


class Dialogs:
    """Answers the dialogs of all pages by the newest rule that fits; without one a dialog is dismissed."""

    def __init__(self) -> None:
        self.records: list[DialogRecord] = []
        self._rules: list[DialogRule] = []

    def add(self, rule: DialogRule) -> None:
        """Answer by a rule from now on."""
        self._rules.append(rule)

    def remove(self, rule: DialogRule) -> None:
        """Answer by a rule no more."""
        if rule in self._rules:
            self._rules.remove(rule)

    def answer(self, dialog: "Dialog") -> None:
        """Answer one dialog."""
        rule = next((each for each in reversed(self._rules) if each.takes(dialog)), None)
        record = DialogRecord(dialog.type, dialog.message, rule.answer if rule else "dismiss")
        if len(self.records) < _MOST:
            self.records.append(record)
        try:
            if record.answer == "accept":
                dialog.accept(rule.text if rule and rule.text is not None else dialog.default_value)
            else:
                dialog.dismiss()
        except Error:
            return  # its page is gone, and the dialog with it
        if rule is not None:
            rule.seen.append(record)
            rule.left = rule.left - 1 if rule.left is not None else None

"""Commands of Selenium IDE about alerts: there, they come after the dialog; here, a step says what it expects."""

from typing import Any

from .command import Command
from .targets import text_of, text_test

_NEXT = {
    "chooseOkOnNextConfirmation": "accept",
    "chooseCancelOnNextConfirmation": "dismiss",
    "chooseCancelOnNextPrompt": "dismiss",
    "answerOnNextPrompt": "accept",
}
_VISIBLE = {
    "webdriverChooseOkOnVisibleConfirmation": "accept",
    "webdriverChooseCancelOnVisibleConfirmation": "dismiss",
    "webdriverChooseCancelOnVisiblePrompt": "dismiss",
    "webdriverAnswerOnVisiblePrompt": "accept",
    "acceptAlert": "accept",
    "acceptConfirmation": "accept",
    "dismissConfirmation": "dismiss",
    "dismissPrompt": "dismiss",
    "answerPrompt": "accept",
}
_JUDGING = tuple(f"{word}{kind}" for word in ("assert", "verify") for kind in ("Alert", "Confirmation", "Prompt"))
DIALOGS = frozenset({*_NEXT, *_VISIBLE, *_JUDGING})
_CAUSING = frozenset(
    {"click", "double_click", "press", "goto", "evaluate", "select_option", "check", "uncheck", "fill"}
)


class Dialogs:
    """Puts what commands say about a dialog to the step that causes it."""

    def __init__(self) -> None:
        self._cause: dict[str, Any] | None = None
        self._prepared: dict[str, Any] | None = None
        self._prepared_for_cause: dict[str, Any] | None = None
        self._unneeded: dict[str, Any] | None = None

    def after(self, step: dict[str, Any]) -> None:
        """Take note of a step: one that may have caused a dialog, or one that prepares for what may come."""
        if step["action"] == "handle_dialogs":
            self._prepared = step
        elif step["action"] in _CAUSING:
            self._cause = step
            self._prepared_for_cause, self._prepared = self._prepared, None

    def forget(self) -> None:
        """Take note that what comes next has another step before it each time."""
        self._cause = self._prepared = self._prepared_for_cause = None

    def without_unneeded(self, steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the steps without the one that prepared for a dialog that the step causing it now expects itself."""
        return [step for step in steps if step is not self._unneeded]

    def take(self, command: Command) -> dict[str, Any] | None:
        """Take a command about a dialog; returns a step where no step before it caused the dialog."""
        if command.name in _NEXT:
            answer = {"answer": _NEXT[command.name], "times": 1}
            text = {"text": text_of(command.target)} if command.name == "answerOnNextPrompt" else {}
            return {"action": "handle_dialogs", **answer, **text}
        if command.name in _VISIBLE:
            text = {"text": text_of(command.target or command.value)} if "nswer" in command.name else {}
            return self._put({"answer": _VISIBLE[command.name], **text})
        return self._put({"message": text_test(command.target)} if command.target else {})

    def _put(self, further: dict[str, Any]) -> dict[str, Any] | None:
        if self._cause is None:
            return {"action": "handle_dialogs", "answer": "accept", **further, "times": 1}
        expects = self._cause.setdefault("expects", [])
        dialog = next((each["dialog"] for each in expects if "dialog" in each), None)
        if dialog is None:
            prepared = self._prepared_for_cause or {"answer": "accept"}
            dialog = {key: prepared[key] for key in ("answer", "text") if key in prepared}
            expects.append({"dialog": dialog})
            self._unneeded, self._prepared_for_cause = self._prepared_for_cause, None
        dialog |= further
        return None

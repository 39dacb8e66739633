"""How exported tests answer alerts, questions and prompts; see ``written_along``."""

import contextlib
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Dialog, Error, Page


@dataclass(eq=False)
class DialogRule:
    """How dialogs are answered, and what those said that it answered."""

    accept: bool
    text: str | None = None
    fits: Callable[[str], object] = lambda _: True
    left: float = math.inf
    said: list[str] = field(default_factory=list)


class Dialogs:
    """Answers dialogs by the newest rule that fits, dismisses all others, and knows them all."""

    def __init__(self, context: BrowserContext) -> None:
        self.seen: list[Dialog] = []
        self._rules: list[DialogRule] = []
        context.on("dialog", self._answered)

    def answer(self, rule: DialogRule) -> None:
        """Answer by a rule from now on."""
        self._rules.append(rule)

    @contextmanager
    def expected(
        self,
        page: Page,
        timeout_ms: float,
        *,
        accept: bool,
        text: str | None = None,
    ) -> Iterator[DialogRule]:
        """Answer the one dialog that has to come of what is done inside."""
        rule = DialogRule(accept, text, left=1)
        self._rules.append(rule)
        end = time.monotonic() + timeout_ms / 1000
        try:
            yield rule
            while not rule.said:
                if time.monotonic() >= end:
                    raise AssertionError("a dialog was expected, and did not come in time")
                page.wait_for_timeout(50)
        finally:
            self._rules.remove(rule)

    def latest(self, kind: str | None = None) -> str | None:
        """Return what the latest dialog said, or the latest of a kind."""
        meant = (each for each in reversed(self.seen) if kind in (None, each.type))
        return next((each.message for each in meant), None)

    def _answered(self, dialog: Dialog) -> None:
        self.seen.append(dialog)
        said = " ".join(dialog.message.split())
        rules = (each for each in reversed(self._rules) if each.left > 0 and each.fits(said))
        rule = next(rules, DialogRule(accept=False))
        rule.left -= 1
        with contextlib.suppress(Error):  # its page may be gone, and the dialog with it
            if rule.accept:
                dialog.accept(dialog.default_value if rule.text is None else rule.text)
            else:
                dialog.dismiss()
        rule.said.append(said)

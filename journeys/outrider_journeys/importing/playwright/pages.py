"""The pages of a recording: their identifiers as aliases, in the order in which they appear."""

import re

MAIN = "main"


class Pages:
    """Gives each page an alias; the first is ``main``."""

    def __init__(self) -> None:
        self._aliases: dict[str, str] = {}

    def alias(self, identifier: str) -> str:
        """Return the alias of a page."""
        if identifier not in self._aliases:
            number = len(self._aliases)
            readable = re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,29}", identifier) and identifier not in ("page", MAIN)
            self._aliases[identifier] = MAIN if number == 0 else identifier if readable else f"page{number}"
        return self._aliases[identifier]

    def knows(self, identifier: str) -> bool:
        """Whether the page has been seen."""
        return identifier in self._aliases

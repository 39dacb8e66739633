"""A journey in the making: what every importer of journeys does the same way."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from .contract import MOST_STEPS, ImportedCheck, ImportProblem
from .credentials import Credentials
from .literal_texts import VARIABLE, needs_braces
from .receipt import Outcome, ReceiptBook

_LONGEST_NAME = 200


class JourneyDraft:
    """Steps in order, with where they came from.

    Attributes:
        format: name of the importer.
        book: takes the lines of the receipt.
        credentials: takes secrets out.
        steps: the steps of the block that is open.
        browser: how the browser presents itself.
        variables: plain values.
        given: variables that steps set, which need no value from elsewhere.
        origin: scheme and host of the first address, which becomes the base URL.
    """

    def __init__(self, format: str, book: ReceiptBook, credentials: Credentials) -> None:
        self.format = format
        self.book = book
        self.credentials = credentials
        self.steps: list[dict[str, Any]] = []
        self.browser: dict[str, Any] = {}
        self.variables: dict[str, str] = {}
        self.given: set[str] = set()
        self.origin: str | None = None
        self._count = 0

    def add(
        self,
        step: Mapping[str, Any],
        *,
        where: str,
        what: str | None = None,
        outcome: Outcome = Outcome.EXACT,
        note: str = "",
        index: int | None = None,
        line: int | None = None,
        raw: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Add a step and its line of the receipt; returns the step as it is kept.

        Raises:
            ImportProblem: there are too many steps.
        """
        kept = self.sourced(step, index=index, line=line, raw=raw)
        self.steps.append(kept)
        self.book.add(outcome, where, what or str(step["action"]), note)
        return kept

    def sourced(
        self,
        step: Mapping[str, Any],
        *,
        index: int | None = None,
        line: int | None = None,
        raw: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return a step that says where it came from.

        Raises:
            ImportProblem: there are too many steps.
        """
        self._count += 1
        if self._count > MOST_STEPS:
            raise ImportProblem(f"has more than {MOST_STEPS:,} steps")
        source = {"format": self.format, "index": index, "line": line, "raw": dict(raw) if raw else None}
        return {**step, "imported_from": {key: value for key, value in source.items() if value is not None}}

    def address(self, url: str) -> str:
        """Return an address as a step names it: relative when it is of the site where the journey begins."""
        origin = origin_of(url)
        if self.origin is None and origin is not None:
            self.origin = origin
        return relative(url, self.origin)

    def check(self, name: str, **fields: Any) -> ImportedCheck:
        """Return the journey.

        Args:
            name: what it is called.
            fields: further fields of the journey; those that are ``None`` or empty are left out.
        """
        definition: dict[str, Any] = {"version": 1, "name": short_name(name) or "Imported journey"}
        if self.origin is not None:
            definition["base_url"] = self.origin
        definition |= {key: value for key, value in fields.items() if value not in (None, {}, [], ())}
        if self.browser:
            definition["browser"] = self.browser
        definition = self.credentials.without({**definition, "steps": self.steps})
        definition |= _values(
            self.variables, [name for name in self.credentials.names if name not in self.given], definition
        )
        definition["steps"] = definition.pop("steps")
        return ImportedCheck("journey", definition["name"], definition)


def _values(variables: Mapping[str, str], secrets: Sequence[str], definition: Mapping[str, Any]) -> dict[str, Any]:
    plain = dict(variables)
    if needs_braces(definition):
        plain[VARIABLE] = "{{"
    used = [name for name in secrets if _mentions(definition, f"{{{{{name}}}}}")]
    values = {"variables": plain, "secrets": used}
    return {key: value for key, value in values.items() if value}


def _mentions(tree: Any, text: str) -> bool:
    if isinstance(tree, str):
        return text in tree
    if isinstance(tree, dict):
        return any(_mentions(value, text) for value in tree.values())
    return isinstance(tree, list) and any(_mentions(value, text) for value in tree)


def relative(url: str, origin: str | None) -> str:
    """Return an address as it is written in a journey whose base URL is ``origin``: without that, where it can be."""
    if origin is None or not url.startswith(origin) or origin_of(url) != origin:
        return url
    path = url[len(origin) :]
    if not path.startswith("/"):
        return f"/{path}"
    return url if path.startswith("//") else path


def address_test(test: Mapping[str, Any], origin: str | None) -> dict[str, Any]:
    """Return a test on an address that holds on other sites than ``origin`` too, where that is possible."""
    expected = test.get("equals")
    if not isinstance(expected, str) or origin is None:
        return dict(test)
    path = relative(expected, origin)
    if path == expected or len(path) < 2:
        return dict(test)
    return {"ends_with": path} | {key: value for key, value in test.items() if key != "equals"}


def short_name(text: str) -> str:
    """Return a text as a name: on one line, of at most 200 characters."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1] + "…"


def origin_of(url: str) -> str | None:
    """Return scheme, host and port of an http address, as it is written; ``None`` when there is none to be had."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc or "@" in parts.netloc or "{{" in parts.netloc:
        return None
    origin = f"{parts.scheme}://{parts.netloc}"
    return origin if url.startswith(origin) else None

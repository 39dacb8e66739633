"""The pages of a walk, by the names that the journey gives them."""

from typing import TYPE_CHECKING

from playwright.sync_api import Error

from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.actions.contract import StepFailure

if TYPE_CHECKING:
    from playwright.sync_api import Page

MAIN = "main"
"""What the first page is called."""


class Pages:
    """Knows which page is current, which ones have names, and which crashed."""

    def __init__(self, page: "Page") -> None:
        self.context = page.context
        self._named: dict[str, Page] = {}
        self._order: list[Page] = []
        self._crashed: set[Page] = set()
        self.open(MAIN, page)

    @property
    def current(self) -> "Page":
        """The page that steps are about which name none."""
        return self._order[-1]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the pages that are open."""
        return tuple(name for name, page in self._named.items() if not page.is_closed())

    def get(self, name: str | None) -> "Page":
        """Return the page of a name, the current one for ``None``.

        Raises:
            StepFailure: no page that is open has this name.
        """
        if name is None:
            return self.current
        page = self._named.get(name)
        if page is None:
            message = f"no page is called {name!r} (there are: {', '.join(self.names) or 'none'})"
            raise StepFailure(message, reason=Reason.INVALID_DEFINITION, verdict=Verdict.ERROR)
        return page

    def open(self, name: str, page: "Page", *, use: bool = True) -> None:
        """Give a page a name, and make it the current one; a page that had the name before loses it."""
        if page not in self._order:
            page.on("crash", self._note_crash)
            self._order.insert(len(self._order) if use else 0, page)
        self._named[name] = page
        if use:
            self.use(page)

    def use(self, page: "Page") -> None:
        """Make a page the current one."""
        if page not in self._order:
            page.on("crash", self._note_crash)
        else:
            self._order.remove(page)
        self._order.append(page)

    def close(self, page: "Page") -> None:
        """Close a page; the one that was current before it is current then.

        Raises:
            StepFailure: it is the only one.
        """
        others = [each for each in self._order if each is not page and not each.is_closed()]
        if not others:
            raise StepFailure("the only page cannot be closed", reason=Reason.INVALID_DEFINITION, verdict=Verdict.ERROR)
        page.close()
        self._order = others
        self._named = {name: each for name, each in self._named.items() if each is not page}

    def has_crashed(self, page: "Page") -> bool:
        """Whether a page crashed since the walk began."""
        return page in self._crashed

    def forget(self) -> None:
        """Stop listening to the pages."""
        for page in self._order:
            page.remove_listener("crash", self._note_crash)

    def replace(self) -> None:
        """Put a fresh page in the place of the current one, for what has to be done whatever happened to that."""
        stuck = self.current
        self.open(MAIN, self.context.new_page())
        try:
            stuck.close()
        except Error:
            return  # a page that crashed may be past closing

    def _note_crash(self, page: "Page") -> None:
        self._crashed.add(page)

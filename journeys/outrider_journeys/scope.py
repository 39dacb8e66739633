"""What steps are given while a journey is walked: the live form of ``StepScope``."""

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import TimeoutError  # noqa: A004 - Playwright's name

from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.templates import render
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.ports.clock import Clock

from .actions.contract import ElementState, StepFailure
from .finding import find
from .locators import Locator, Locators, resolve
from .pictures import Pictures
from .secrecy import Secrecy

if TYPE_CHECKING:
    from playwright.sync_api import Locator as Element
    from playwright.sync_api import Page

ResultT = TypeVar("ResultT")
_PAUSES_MS = (20, 50, 100, 100, 250)


class LiveScope:
    """One step of a walk; see ``StepScope`` for what actions do with it.

    Attributes:
        facts: what the action noted, not yet redacted.
        healed: the locator that worked in place of the first one.
    """

    def __init__(
        self,
        *,
        page: "Page",
        index: int,
        variables: dict[str, str],
        pinned: Collection[str],
        base_url: str | None,
        ends_at: float,
        clock: Clock,
        secrecy: Secrecy,
        pictures: Pictures,
    ) -> None:
        self.facts: dict[str, JsonValue] = {}
        self.healed: Locator | None = None
        self._page = page
        self._index = index
        self._variables = variables
        self._pinned = pinned
        self._base_url = base_url
        self._ends_at = ends_at
        self._clock = clock
        self._secrecy = secrecy
        self._pictures = pictures

    @property
    def page(self) -> "Page":
        """The page."""
        return self._page

    @property
    def variables(self) -> Mapping[str, str]:
        """The variables as they are now."""
        return self._variables

    def render(self, text: str) -> str:
        """Fill in variables."""
        return render(text, self._variables)

    def address(self, text: str) -> str:
        """Return an absolute address."""
        url = urljoin(self.render(self._base_url), self.render(text)) if self._base_url else self.render(text)
        if urlsplit(url).scheme not in ("http", "https", "about", "data"):
            problem = f"{text!r} is not an address with http:// or https://"
            hint = "" if self._base_url else ", and the journey has no base_url to join it to"
            raise StepFailure(problem + hint, reason=Reason.INVALID_DEFINITION, verdict=Verdict.ERROR)
        return url

    def time_left_ms(self) -> float:
        """Return what is left of the step's time."""
        left = (self._ends_at - self._clock.monotonic()) * 1000
        if left <= 0:
            raise StepFailure("the time of the step is over", reason=Reason.TIMEOUT, verdict=Verdict.TIMED_OUT)
        return max(left, 1.0)

    def element(self, locators: Locators) -> "Element":
        """Return the element, once it is attached."""
        element = self._find(locators)
        if not self.reaches(element, "attached"):
            raise StepFailure(f"{locators[0].describe()} was not found in time", reason=Reason.LOCATOR)
        return element

    def on_element(self, locators: Locators, act: "Callable[[Element, float], ResultT]") -> ResultT:
        """Act on the element."""
        return act(self._find(locators), self.time_left_ms())

    def elements(self, locators: Locators) -> "tuple[Element, ...]":
        """Return Playwright's locators."""
        return tuple(resolve(locator, self._page, self.render) for locator in locators)

    def eventually(self, read: Callable[[float], ResultT], holds: Callable[[ResultT], bool]) -> tuple[bool, ResultT]:
        """Read until it holds."""
        pauses = iter(_PAUSES_MS)
        value = read(self.time_left_ms())
        while not holds(value):
            left = (self._ends_at - self._clock.monotonic()) * 1000
            if left <= 1:
                return False, value
            self._page.wait_for_timeout(min(next(pauses, 500), left))
            try:
                value = read(self.time_left_ms())
            except TimeoutError:
                return False, value
            except StepFailure as failure:
                if failure.reason is Reason.TIMEOUT:
                    return False, value
                raise
        return True, value

    def reaches(self, element: "Element", state: ElementState) -> bool:
        """Wait for a state."""
        try:
            element.wait_for(state=state, timeout=self.time_left_ms())
        except TimeoutError:
            return False
        return True

    def count(self, element: "Element") -> int:
        """Count, after the page has shown that it still answers: counting itself knows no timeout."""
        self._wait_until_it_answers()
        return element.count()

    def page_title(self) -> str:
        """Return the title, after the page has shown that it still answers."""
        self._wait_until_it_answers()
        return self._page.title()

    def set_variable(self, name: str, value: str, *, secret: bool = False) -> None:
        """Set a variable, unless it is pinned."""
        if name not in self._pinned:
            self._variables[name] = value
        if secret:
            self._secrecy.add(value)

    def holds_secret(self, text: str) -> bool:
        """Whether a text contains a secret."""
        return self._secrecy.holds_secret(text)

    def hide(self, element: "Element") -> None:
        """Mask an element."""
        self._pictures.hide(element)

    def note(self, **facts: JsonValue) -> None:
        """Note facts."""
        self.facts.update(facts)

    def take_screenshot(self, name: str, *, full_page: bool = False, element: "Element | None" = None) -> None:
        """Take a picture."""
        self._pictures.take(
            name, step_index=self._index, timeout_ms=self.time_left_ms(), full_page=full_page, element=element
        )

    def _find(self, locators: Locators) -> "Element":
        found = find(locators, self._page, self.render, self.time_left_ms)
        self.healed = found.locator if found.position else None
        return found.element

    def _wait_until_it_answers(self) -> None:
        self._page.locator(":root").wait_for(state="attached", timeout=self.time_left_ms())

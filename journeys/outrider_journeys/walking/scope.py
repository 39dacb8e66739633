"""What steps are given while a journey is walked: the live form of ``StepScope``."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import TimeoutError  # noqa: A004 - Playwright's name

from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.templates import names_in, render
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.actions.contract import ElementState, StepFailure
from outrider_journeys.bounded_calls import within_time
from outrider_journeys.finding import find
from outrider_journeys.locators import Locator, Locators, resolve
from outrider_journeys.steps import OptionalElementStep, StepModel
from outrider_journeys.visuals import Look

from .pages import Pages
from .session import Session
from .surroundings import Surroundings

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page
    from playwright.sync_api import Locator as Element


class Inner(Protocol):
    """Walks what is within a step."""

    def walk(self, steps: tuple[StepModel, ...], label: str | None) -> None:
        """Walk steps; see ``StepScope.walk``."""

    def call(self, name: str) -> None:
        """Walk another journey; see ``StepScope.walk_journey``."""


ResultT = TypeVar("ResultT")
_PAUSES_MS = (20, 50, 100, 100, 250)


class LiveScope:
    """One step of a walk; see ``StepScope`` for what actions do with it.

    Attributes:
        facts: what the action noted, not yet redacted.
        healed: the locator that worked in place of the first one.
        worked: its position among those of the step; ``None`` if it is of another element that the step is about.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        step: StepModel,
        page: "Page",
        *,
        index: int,
        ends_at: float,
        default_s: float,
        base_url: str | None,
        inner: Inner,
    ) -> None:
        """Begin a step.

        Args:
            surroundings: what all steps of the walk share.
            step: the step.
            page: the page that the step is about.
            index: of the step's result.
            ends_at: ``clock.monotonic()`` seconds at which its time is over.
            default_s: seconds that a step has without a limit of its own.
            base_url: what relative addresses are joined to.
            inner: walks what is within this one.
        """
        self.facts: dict[str, JsonValue] = {}
        self.healed: Locator | None = None
        self.worked: int | None = None
        self._surroundings = surroundings
        self._step = step
        self._page = page
        self._index = index
        self._base_url = base_url
        self._ends_at = ends_at
        self._default_s = default_s
        self._inner = inner
        self._variables = surroundings.variables
        self._clock = surroundings.clock
        self._secrecy = surroundings.secrecy

    @property
    def page(self) -> "Page":
        """The page."""
        return self._page

    @property
    def context(self) -> "BrowserContext":
        """The browser context."""
        return self._surroundings.pages.context

    @property
    def pages(self) -> Pages:
        """The pages."""
        return self._surroundings.pages

    @property
    def session(self) -> Session:
        """The records."""
        return self._surroundings.session

    def walk(self, steps: tuple[StepModel, ...], label: str | None = None) -> None:
        """Walk steps within this one."""
        self._inner.walk(steps, label)

    def walk_journey(self, name: str) -> None:
        """Walk another journey."""
        self._inner.call(name)

    def told_facts(self) -> dict[str, JsonValue]:
        """Return what may be told of the step: of a sensitive one, how it was walked and nothing of the page."""
        if not self._step.sensitive:
            return self.facts
        return {name: fact for name, fact in self.facts.items() if name in ("block", "tries")}

    def secrets_used(self, text: str) -> frozenset[str]:
        """Return the secrets that a text names."""
        return frozenset(names_in(text) & self._surroundings.secret_names)

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

    @contextmanager
    def at_most(self, seconds: float | None) -> Iterator[None]:
        """Limit what is done inside."""
        before = self._ends_at
        limit = self._default_s if seconds is None else seconds
        self._ends_at = min(before, self._clock.monotonic() + limit)
        try:
            yield
        finally:
            self._ends_at = before

    def now_s(self) -> float:
        """Return the time of the clock."""
        return self._clock.monotonic()

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
        """Count, once the page has a document; counting itself knows no timeout."""
        self._wait_until_it_answers()
        with within_time(element, self.time_left_ms()):
            return element.count()

    def page_title(self) -> str:
        """Return the title, once the page has a document; asking for it knows no timeout."""
        self._wait_until_it_answers()
        with within_time(self._page, self.time_left_ms()):
            return self._page.title()

    def set_variable(self, name: str, value: str, *, secret: bool = False) -> None:
        """Set a variable, unless it is pinned."""
        if name not in self._surroundings.pinned:
            self._variables[name] = value
        if secret:
            self._secrecy.add(value)

    def now(self) -> datetime:
        """Return the time."""
        return self._clock.now()

    def learn_secrets(self, *texts: str) -> None:
        """Mask texts from now on."""
        self._secrecy.add(*texts)

    def redacted(self, text: str) -> str:
        """Mask secrets in a text."""
        return self._secrecy.redactor.text(text)

    def holds_secret(self, text: str) -> bool:
        """Whether a text contains a secret."""
        return self._secrecy.holds_secret(text)

    def hide(self, element: "Element") -> None:
        """Mask an element."""
        self._surroundings.pictures.hide(element)

    def note(self, **facts: JsonValue) -> None:
        """Note facts."""
        self.facts.update(facts)

    def compare_look(
        self,
        name: str,
        threshold_percent: float,
        *,
        element: "Element | None" = None,
        full_page: bool = False,
        masks: "Sequence[Element]" = (),
    ) -> tuple[float | None, str]:
        """Compare with a baseline; without one, wait until the page has come to rest."""
        visuals = self._surroundings.visuals

        def read(timeout_ms: float) -> Look:
            return visuals.look(
                self._page, name, timeout_ms=timeout_ms, element=element, full_page=full_page, masks=masks
            )

        def fits(look: Look) -> bool:
            return visuals.is_steady(look) if look.percent is None else look.percent <= threshold_percent

        _, look = self.eventually(read, fits)
        if look.percent is None or look.percent > threshold_percent:
            visuals.keep(look, self._index)
        return look.percent, look.key

    def take_screenshot(self, name: str, *, full_page: bool = False, element: "Element | None" = None) -> None:
        """Take a picture."""
        self._surroundings.pictures.take(
            self._page,
            name,
            step_index=self._index,
            timeout_ms=self.time_left_ms(),
            full_page=full_page,
            element=element,
        )

    def _find(self, locators: Locators) -> "Element":
        found = find(locators, self._page, self.render, self.time_left_ms)
        if found.position:
            self.healed = found.locator
            self.worked = found.position if self._is_own(locators) else None
        if self._step.sensitive:
            self.hide(found.element)
        return found.element

    def _is_own(self, locators: Locators) -> bool:
        """Whether locators are those of the step itself, and not of another element that it is about."""
        return isinstance(self._step, OptionalElementStep) and locators is self._step.locators

    def _wait_until_it_answers(self) -> None:
        self._page.locator(":root").wait_for(state="attached", timeout=self.time_left_ms())

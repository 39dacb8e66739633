"""Step actions: one verb of the language of journeys each, built-in or added by a plugin."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, TypeVar

from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.locators import Locators
from outrider_journeys.steps import StepModel

if TYPE_CHECKING:
    from playwright.sync_api import Locator as Element
    from playwright.sync_api import Page

ModelT = TypeVar("ModelT", bound=StepModel)
ResultT = TypeVar("ResultT")
ElementState: TypeAlias = Literal["visible", "hidden", "attached", "detached"]


class StepFailure(Exception):
    """Ends a step that did not hold; the interpreter turns it into the step's result.

    Attributes:
        verdict: ``FAILED`` for what the site did, ``TIMED_OUT``, or ``ERROR`` for what is wrong with the journey.
    """

    def __init__(self, message: str, *, reason: Reason, verdict: Verdict = Verdict.FAILED) -> None:
        self.message = message
        self.reason = reason
        self.verdict = verdict
        super().__init__(message)


class StepScope(Protocol):
    """What the interpreter hands to one step.

    Every wait of an action must end by itself: pass ``timeout=scope.time_left_ms()`` to Playwright, and use none of its
    calls that take no timeout (``evaluate``, ``content``, ``title``, ``count``) or ignore it (``is_visible``,
    ``expect``), because on a page that is stuck in a loop they never return.
    """

    @property
    def page(self) -> "Page":
        """The Playwright page that is being walked."""

    @property
    def variables(self) -> Mapping[str, str]:
        """All values for ``{{name}}`` as they are now, secrets among them."""

    def render(self, text: str) -> str:
        """Return ``text`` with every ``{{name}}`` replaced.

        Raises:
            UnknownVariable: nothing defines a name; the step ends as an error of the check.
        """

    def address(self, text: str) -> str:
        """Return the absolute URL of a rendered ``url`` field, joined to the journey's base URL."""

    def time_left_ms(self) -> float:
        """Return the milliseconds that the step still has, never less than 1.

        Raises:
            StepFailure: there is no time left.
        """

    def element(self, locators: Locators) -> "Element":
        """Return the first of the locators that finds one element, once that is attached to the page.

        Raises:
            StepFailure: none did within the step's time.
        """

    def on_element(self, locators: Locators, act: "Callable[[Element, float], ResultT]") -> ResultT:
        """Return ``act(element, timeout in ms)`` for the element that the locators find."""

    def elements(self, locators: Locators) -> "tuple[Element, ...]":
        """Return what each locator stands for, without looking whether it is on the page."""

    def eventually(self, read: Callable[[float], ResultT], holds: Callable[[ResultT], bool]) -> tuple[bool, ResultT]:
        """Read (given a timeout in ms) until the value holds or the step's time is over; return (held, last value)."""

    def reaches(self, element: "Element", state: ElementState) -> bool:
        """Wait for a state of an element; return whether it came within the step's time."""

    def count(self, element: "Element") -> int:
        """Return how many elements a locator finds now."""

    def page_title(self) -> str:
        """Return the title of the page."""

    def set_variable(self, name: str, value: str, *, secret: bool = False) -> None:
        """Give a variable a value for the steps that follow; a secret one is masked from then on."""

    def holds_secret(self, text: str) -> bool:
        """Whether a rendered text contains the value of a secret."""

    def hide(self, element: "Element") -> None:
        """Mask an element in all later screenshots."""

    def note(self, **facts: JsonValue) -> None:
        """Add facts to the step's details; they are redacted."""

    def take_screenshot(self, name: str, *, full_page: bool = False, element: "Element | None" = None) -> None:
        """Keep a picture of the page, or of one element, with secrets masked."""


class StepAction(Protocol[ModelT]):
    """One verb.

    Attributes:
        name: what steps give as their ``action``: lower-case letters, digits and ``_``.
        title: what people read in an editor.
        model: what such a step is made of. It derives from ``StepModel`` and has a field ``action`` of the type
            ``Literal[name]``; its docstring, descriptions and examples become documentation and JSON Schema.
    """

    name: str
    title: str
    model: type[ModelT]

    def run(self, step: ModelT, scope: StepScope) -> None:
        """Do it.

        Raises:
            StepFailure: it did not hold. Errors of Playwright need not be caught: the interpreter knows them.
        """

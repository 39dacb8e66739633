"""Step actions: one verb of the language of journeys each, built-in or added by a plugin."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, TypeVar

from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.observations import Failure
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.locators import Locators
from outrider_journeys.steps import StepModel

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page
    from playwright.sync_api import Locator as Element

    from outrider_journeys.exporting.code import CodeWriter
    from outrider_journeys.walking.pages import Pages
    from outrider_journeys.walking.session import Session

ModelT = TypeVar("ModelT", bound=StepModel)
ResultT = TypeVar("ResultT")
ElementState: TypeAlias = Literal["visible", "hidden", "attached", "detached"]


class StepFailure(Exception):
    """Ends a step that did not hold; the interpreter turns it into the step's result.

    Attributes:
        verdict: ``FAILED`` for what the site did, ``TIMED_OUT``, ``ERROR`` for what is wrong with the journey, or
            ``DEGRADED`` for what is not as it should be, and after which the walk goes on.
    """

    def __init__(self, message: str, *, reason: Reason, verdict: Verdict = Verdict.FAILED) -> None:
        self.message = message
        self.reason = reason
        self.verdict = verdict
        super().__init__(message)


class NestedFailure(StepFailure):
    """What a step within a block ends with when that stops the block; it tells the step as well.

    Attributes:
        told: what is told of the whole walk, unless the block goes on.
        begun: whether the step was, and not only found that the block's time is over.
    """

    def __init__(self, told: Failure, *, begun: bool = True) -> None:
        self.told = told
        self.begun = begun
        super().__init__(told.message, reason=told.reason, verdict=told.verdict)


class LoopBreak(Exception):
    """Ends the innermost loop around the step that raises it; that step has passed."""


class WalkEnd(Exception):
    """Ends the steps of a walk, all of which held so far; the teardown still runs."""


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
    def context(self) -> "BrowserContext":
        """The browser context that all pages of the walk share."""

    @property
    def pages(self) -> "Pages":
        """The pages of the walk by their names."""

    @property
    def session(self) -> "Session":
        """What is recorded of the whole walk, as far as ``needs`` of the steps' models ask for it."""

    def walk(self, steps: tuple[StepModel, ...], label: str | None = None) -> None:
        """Walk steps that are within this one.

        Args:
            steps: in order; some of this step's own, or others.
            label: tells the repetitions of a block apart in the ids of results: ``block[label]/step``.

        Raises:
            NestedFailure: the failure of a step that stops them; let it through unless the block can cope with it.
            LoopBreak, WalkEnd: a step wants it so; let it through, but for loops, which end at a ``LoopBreak``.
        """

    def walk_journey(self, name: str) -> None:
        """Walk another journey, by the name under which the walked one has it: setup, steps and teardown.

        Its variables have their values from here where there are any.

        Raises:
            NestedFailure: the failure of a step that stops it; let it through.
        """

    def secrets_used(self, text: str) -> frozenset[str]:
        """Return the names of the secrets that a text, not yet rendered, names."""

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

    def at_most(self, seconds: float | None) -> AbstractContextManager[None]:
        """Limit what is done inside to some seconds of the step's time; ``None``: to those of a step without its own.

        For blocks, which have no time limit unless they are given one.
        """

    def now_s(self) -> float:
        """Return the seconds of the walk's clock, which only mean something beside others of it."""

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

    def now(self) -> datetime:
        """Return the wall time."""

    def learn_secrets(self, *texts: str) -> None:
        """Treat texts as secret from now on, wherever they show."""

    def redacted(self, text: str) -> str:
        """Return a text without secrets, for what is cut or kept before the step ends."""

    def holds_secret(self, text: str) -> bool:
        """Whether a rendered text contains the value of a secret."""

    def hide(self, element: "Element") -> None:
        """Mask an element in all later screenshots."""

    def note(self, **facts: JsonValue) -> None:
        """Add facts to the step's details; they are redacted."""

    def compare_look(
        self,
        name: str,
        threshold_percent: float,
        *,
        element: "Element | None" = None,
        full_page: bool = False,
        masks: "Sequence[Element]" = (),
    ) -> tuple[float | None, str]:
        """Compare the page or an element with its baseline until no more than so much differs, or time is over.

        Returns how many of a hundred pixels differ at the end (``None`` when there is no baseline yet), and what the
        baseline goes by. Pictures are kept when they differ, and when they may become a baseline.
        """

    def take_screenshot(self, name: str, *, full_page: bool = False, element: "Element | None" = None) -> None:
        """Keep a picture of the page, or of one element, with secrets masked."""


class StepAction(Protocol[ModelT]):
    """One verb.

    Attributes:
        name: what steps give as their ``action``: lower-case letters, digits and ``_``.
        title: what people read in an editor.
        model: what such a step is made of. It derives from ``StepModel`` and has a field ``action`` of the type
            ``Literal[name]``; its docstring, descriptions and examples become documentation and JSON Schema. What has
            to be recorded for such a step is told by its ``needs``, and lists of steps in it have the type ``Steps``.

    An action may also have ``export(step, code)``, see ``ExportableAction``, and ``objection(step)``, which returns the
    ``StepFailure`` of a step that can't be done at all, or ``None``; it is asked before a walk begins.
    """

    name: str
    title: str
    model: type[ModelT]

    def run(self, step: ModelT, scope: StepScope) -> None:
        """Do it.

        Raises:
            StepFailure: it did not hold. Errors of Playwright need not be caught: the interpreter knows them.
        """


class ExportableAction(StepAction[ModelT], Protocol[ModelT]):
    """A verb that can be written as code as well; all built-in ones are."""

    def export(self, step: ModelT, code: "CodeWriter") -> None:
        """Write the lines of Python that do the same with Playwright alone.

        They stand in the body of a function, after all that is shared by steps (name, ``when``, tries) is written.
        """

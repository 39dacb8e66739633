"""One walk from its beginning to its end: setup, steps, teardown, and what they amount to."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from playwright.sync_api import Error

from outrider_engine.domain.observations import Failure
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.actions.contract import NestedFailure, StepFailure, WalkEnd
from outrider_journeys.faults import explained
from outrider_journeys.model import PARTS, Journey
from outrider_journeys.naming import ids_by_identity
from outrider_journeys.pictures import Pictures
from outrider_journeys.secrecy import Secrecy
from outrider_journeys.steps import StepModel
from outrider_journeys.visitors import give_to, secrets_in
from outrider_journeys.visuals import Visuals

from .foresight import Doom, foreseen
from .options import WalkOptions, WalkResult
from .pages import Pages
from .session import Session
from .stepping import Stepper
from .surroundings import Surroundings
from .telling import Teller
from .within import Frame

if TYPE_CHECKING:
    from playwright.sync_api import Page

log = structlog.get_logger(__name__)

_PREFIXES = {"setup": "setup/", "steps": "", "teardown": "teardown/"}
_RESERVE_S = 1.0
_RESERVE_SHARE = 0.1
"""Steps leave this much of the walk's time, and no more than the seconds above, for the last picture."""
_TEARDOWN_S = 15.0
_TEARDOWN_SHARE = 0.25
"""Setup and steps leave this much of the time, and no more than the seconds above, for a teardown."""
_ANSWER_MS = 300
"""How long a page may take to show that it is not stuck, before the teardown gets another one."""


@dataclass(frozen=True, slots=True)
class _Times:
    """When the parts of a walk have to be over, in ``clock.monotonic()`` seconds.

    Attributes:
        steps: setup and steps.
        teardown: the teardown.
        picture_s: how long the last picture of each may take beyond that, in seconds.
    """

    steps: float
    teardown: float
    picture_s: float

    @classmethod
    def of(cls, journey: Journey, options: WalkOptions) -> "_Times":
        now = options.clock.monotonic()
        end = options.deadline if journey.timeout is None else min(options.deadline, now + journey.timeout)
        whole = max(0.0, end - now)
        picture = 0.0 if options.screenshots == "never" else min(_RESERVE_S, _RESERVE_SHARE * whole)
        kept = min(_TEARDOWN_S, _TEARDOWN_SHARE * whole) + picture if journey.teardown else 0.0
        return cls(end - picture - kept, end - picture, picture)


class Walk:
    """One walk under way."""

    def __init__(self, journey: Journey, page: "Page", options: WalkOptions) -> None:
        self._journey = journey
        self._options = options
        self._times = _Times.of(journey, options)
        states = options.login_states.values()
        secrecy = Secrecy(
            [*options.secrets.values(), *(text for state in states for text in secrets_in(state.content))]
        )
        pictures = Pictures(options.folder, secrecy, options.clock, enabled=options.screenshots != "never")
        self._surroundings = Surroundings(
            variables={**journey.variables, **options.variables, **options.secrets},
            pinned=options.pinned,
            secret_names=frozenset(options.secrets),
            clock=options.clock,
            secrecy=secrecy,
            pictures=pictures,
            visuals=Visuals(options.folder, pictures, options.baselines),
            pages=Pages(page),
            session=Session(page.context, journey.needs, states),
        )
        self._teller = Teller(secrecy, self._surroundings.variables, options.secrets, options.on_step)
        self._stepper = Stepper(
            self._surroundings,
            self._teller,
            options.actions,
            journey=journey,
            base_url=options.base_url,
        )
        self._stopped: Failure | None = None
        self._ended: str | None = None
        self._untidy: Failure | None = None

    def result(self) -> WalkResult:
        """Walk, and return what came of it."""
        try:
            self._run()
        finally:
            self._surroundings.session.close()
            self._surroundings.pages.forget()
        return WalkResult(
            steps=tuple(sorted(self._teller.results, key=lambda step: step.index)),
            files=(*self._surroundings.pictures.files, *self._surroundings.visuals.files),
            failure=self._failure(),
            variables=self._plain_variables(),
            secrets=frozenset(self._surroundings.secrecy.values),
            login_states=self._surroundings.session.login_states.kept,
        )

    def _run(self) -> None:
        doom = self._doom() or self._signed_in()
        if doom is not None:
            self._leave_all_out(doom)
            return
        for part in ("setup", "steps"):
            self._walk_part(part)
        if self._options.screenshots == "always" and self._stopped is None:
            self._picture_of_the_end()
        if self._journey.teardown:
            self._tear_down()

    def _doom(self) -> Doom | None:
        options, now = self._options, self._options.clock.now()
        valid = [name for name, state in options.login_states.items() if state.expires_at > now]
        return foreseen(self._journey, options.actions, self._surroundings.variables, options.secrets, valid)

    def _signed_in(self) -> Doom | None:
        """Let the browser begin with the login state that the journey names; return why that can't be."""
        name = self._journey.browser.storage_state
        if name is None:
            return None
        pages, clock = self._surroundings.pages, self._options.clock
        left_ms = max((self._times.steps - clock.monotonic()) * 1000, 1)
        try:
            give_to(pages.context, self._options.login_states[name].content, left_ms)
        except (Error, StepFailure) as error:
            return Doom(explained(error, pages.current, subject="the page", waited_s=0))
        return None

    def _walk_part(self, part: str) -> None:
        steps = getattr(self._journey, part)
        if self._stopped is not None or self._ended is not None:
            self._leave_out(part, self._ended)
            return
        try:
            self._stepper.walk(steps, self._frame(part))
        except WalkEnd as end:
            self._ended = str(end)
        except NestedFailure as failure:
            self._stopped = failure.told

    def _tear_down(self) -> None:
        """Walk each step of the teardown, whatever became of those before it."""
        self._make_sure_of_a_page()
        frame = self._frame("teardown")
        for step, path in self._named("teardown"):
            try:
                self._stepper.step(step, path, frame)
            except NestedFailure as failure:
                self._untidy = self._untidy or failure.told
            except WalkEnd:
                continue

    def _make_sure_of_a_page(self) -> None:
        """Open another page for the teardown when the current one is gone, crashed or stuck."""
        pages = self._surroundings.pages
        page = pages.current
        try:
            if self._stopped is not None and not pages.has_crashed(page):
                page.locator(":root").wait_for(state="attached", timeout=_ANSWER_MS)
            if not pages.has_crashed(page) and not page.is_closed():
                return
        except Error as error:
            log.info("page does not answer any more", error=error.message.split("\n", 1)[0])
        try:
            pages.replace()
        except Error as error:
            log.info("no page for the teardown", error=error.message.split("\n", 1)[0])

    def _leave_all_out(self, doom: Doom) -> None:
        """Report every step as not run; the one that is the cause tells why."""
        self._stopped = self._teller.told(doom.step, doom.failure)
        for part in PARTS:
            for step, path in self._named(part):
                self._stepper.leave_out(step, path, failure=self._stopped if step is doom.outermost else None)

    def _leave_out(self, part: str, why: str | None) -> None:
        for step, path in self._named(part):
            self._stepper.leave_out(step, path, why)

    def _named(self, part: str) -> list[tuple[StepModel, str]]:
        steps = getattr(self._journey, part)
        ids = ids_by_identity(steps)
        return [(step, _PREFIXES[part] + ids[id(step)]) for step in steps]

    def _frame(self, part: str) -> Frame:
        ends_at = self._times.teardown if part == "teardown" else self._times.steps
        return Frame(
            prefix=_PREFIXES[part],
            ends_at=ends_at,
            pictures_until=ends_at + self._times.picture_s,
            whose="the run",
            defaults=self._journey.defaults,
            base_url=self._options.base_url or self._journey.base_url,
        )

    def _picture_of_the_end(self) -> None:
        last = max((step.index for step in self._teller.results), default=None)
        is_shown = any(file.step_index == last for file in self._surroundings.pictures.files)
        if last is not None and not is_shown and self._journey.defaults.screenshot != "never":
            self._stepper.picture(
                self._surroundings.pages.current, "end", last, until=self._frame("steps").pictures_until
            )

    def _failure(self) -> Failure | None:
        """Return what the walk amounts to: what stopped it, else what degraded it, else nothing."""
        if self._stopped is not None:
            return self._stopped
        lesser = self._stepper.lesser
        not_healed = [failure for failure in lesser if failure.reason is not Reason.HEALED]
        worst = next(iter([*not_healed, *([self._untidy] if self._untidy else []), *lesser]), None)
        return Failure(Verdict.DEGRADED, worst.reason, worst.message) if worst else None

    def _plain_variables(self) -> dict[str, str]:
        """Return the variables without those that are secret."""
        return {
            name: value
            for name, value in self._surroundings.variables.items()
            if name not in self._surroundings.secret_names and not self._surroundings.secrecy.holds_secret(value)
        }

"""The check type ``browser``."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import structlog
from playwright.sync_api import Browser, BrowserContext, Error, Page

from outrider_engine.contracts import ProcessContext
from outrider_engine.domain.assertions import Assertion
from outrider_engine.domain.checks import Family, Lane
from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.observations import Failure, Observation, StepResult
from outrider_engine.domain.templates import render
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import InvalidInput, SlotError
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.browsers import Program
from outrider_journeys.interpreter import WalkOptions, WalkResult, walk
from outrider_journeys.model import Journey

from .denials import ask, explained, retold
from .explaining import ExplainedSteps
from .keeping import Recordings, Wishes
from .launching import Launcher
from .watching import Guard, target_of

log = structlog.get_logger(__name__)

_STEP_MS = 10_000
_NAVIGATION_MS = 30_000
_ERROR_PAGE = "chrome-error:"
_REFUSED = re.compile(r"Invalid timezone ID: .*|Unknown permission: .*|.* is not supported .*")
"""What Playwright says of options that this browser can't have."""


class BrowserCheckType:
    """Walks a journey in a fresh Chromium for each run."""

    kind = "browser"
    title = "Browser journey"
    family = Family.JOURNEY
    lane = Lane.PROCESS
    default_assertions: tuple[Assertion, ...] = ()

    def __init__(self, actions: StepActions) -> None:
        self.settings: type[Journey] = actions.journey_model
        self._actions = actions
        self._launcher: Launcher | None = None

    def runnable_problem(self, settings: Journey) -> str | None:
        """Return that there are no steps, if there are none: such a journey can be stored and filled later."""
        return None if settings.steps else "the journey has no steps"

    def prepare(self, environment: Mapping[str, str]) -> None:
        """Start Playwright's driver, find a browser and build the schema of journeys: not in the time of the first.

        Raises:
            SlotError: there is no browser; the message says what to install.
        """
        launcher = Launcher(environment)
        launcher.start()
        self._launcher = launcher
        self.settings.model_rebuild()

    def close(self) -> None:
        """End the driver."""
        if self._launcher is not None:
            self._launcher.stop()
            self._launcher = None

    def stand_by(self, proxy: str | None) -> None:
        """Start the browser of the next run."""
        if self._launcher is not None:
            self._launcher.launch_ahead(proxy=proxy)

    def stand_down(self) -> None:
        """End the browser that no run has had."""
        if self._launcher is not None:
            self._launcher.drop_ahead()

    def observe(self, settings: Journey, context: ProcessContext) -> Observation:
        """Walk the journey once."""
        if self._launcher is None:
            raise SlotError("the browser check type is not prepared")
        started = context.clock.monotonic()
        with _browser(self._launcher, settings, context) as (browser, program):
            run = _Run(settings, context, self._actions, browser, self._launcher)
            observation = run.observed(started + context.timeout_s)
            facts = {"browser": _told(browser, program, context), **observation.facts}
        return replace(observation, facts=facts, duration_ms=round((context.clock.monotonic() - started) * 1000, 1))


class _Run:
    """One journey in one browser."""

    def __init__(
        self, journey: Journey, context: ProcessContext, actions: StepActions, browser: Browser, launcher: Launcher
    ) -> None:
        self._journey = journey
        self._context = context
        self._actions = actions
        values = {**journey.variables, **context.variables, **context.secrets}
        options = journey.browser.context_options(launcher.driver.devices, lambda text: render(text, values))
        self._wishes = Wishes(journey, context)
        options |= self._wishes.context_options()
        with _refusals_told():
            pages = browser.new_context(service_workers="block", accept_downloads=False, **options)
        self._pages: BrowserContext = pages
        if isinstance(har := context.options.get("har"), str):
            self._pages.route_from_har(har, not_found="abort")
        self._pages.set_default_timeout(_STEP_MS)
        self._pages.set_default_navigation_timeout(_NAVIGATION_MS)

    def observed(self, deadline: float) -> Observation:
        """Walk, and return what came of it."""
        recordings = Recordings(self._pages, self._wishes, self._context)
        guard = Guard(self._pages)
        with _refusals_told():
            page = self._pages.new_page()
        told = ExplainedSteps(self._context.proxy, guard, self._context.on_step)
        result = self._walked(page, deadline, told.ended)
        url = guard.unreached[-1] if guard.unreached and page.url.startswith(_ERROR_PAGE) else page.url
        failure, steps = self._explained(result, guard, url, told)
        if failure is None:
            self._context.on_ending()
        kept, recorded = recordings.end(result, page, url, failed=failure is not None, deadline=deadline)
        return Observation(
            duration_ms=0.0,
            facts={**self._facts(result, url), **recorded},
            failure=failure,
            steps=steps,
            files=(*result.files, *kept),
            secrets=tuple(result.secrets),
            login_states=result.login_states,
        )

    def _explained(
        self, result: WalkResult, guard: Guard, url: str, told: ExplainedSteps
    ) -> tuple[Failure | None, tuple[StepResult, ...]]:
        """Return why the walk failed, by whoever knows best: the guard, the browser itself, or the proxy."""
        failure, steps = result.failure, result.steps
        if failure is None:
            return guard.failure, tuple(map(told.told, steps))
        if guard.failure is not None:
            return retold(failure, steps, guard.failure)
        if not self._is_alive():
            ended = Failure(Verdict.ERROR, Reason.BROWSER_UNAVAILABLE, "the browser or its driver ended")
            return retold(failure, steps, ended)
        steps = tuple(map(told.told, steps))
        if failure in told.better:
            return told.better[failure], steps
        if self._context.proxy is not None:
            suspects = map(target_of, [*reversed(guard.unreached), url])
            pages = [target for target in suspects if target is not None]
            return explained(failure, steps, pages, ask(self._context.proxy))
        return failure, steps

    def _is_alive(self) -> bool:
        """Whether browser and driver still answer; a step that failed because they died says nothing of the site."""
        try:
            self._pages.cookies()
        except Error:
            return False
        return True

    def _walked(self, page: Page, deadline: float, on_step: Callable[[StepResult], None]) -> WalkResult:
        context = self._context
        return walk(
            self._journey,
            page,
            WalkOptions(
                deadline=deadline,
                clock=context.clock,
                folder=context.folder,
                actions=self._actions,
                variables=context.variables,
                secrets=context.secrets,
                pinned=context.pinned,
                login_states=context.login_states,
                baselines=context.baselines,
                base_url=context.base_url,
                screenshots=self._wishes.policies.screenshots,
                on_step=on_step,
            ),
        )

    def _facts(self, result: WalkResult, url: str) -> dict[str, JsonValue]:
        given = {**self._journey.variables, **self._context.variables}
        learned = {name: value for name, value in result.variables.items() if given.get(name) != value}
        return {"url": url, "variables": learned} if learned else {"url": url}


@contextmanager
def _refusals_told() -> Iterator[None]:
    """Tell what the browser does not take of the journey's options as a fault of the journey."""
    try:
        yield
    except Error as error:
        refused = _REFUSED.search(error.message)
        if refused is None:
            raise
        raise InvalidInput(f"the browser can't have this: {refused[0]}", field="browser") from None


@contextmanager
def _browser(launcher: Launcher, journey: Journey, context: ProcessContext) -> Iterator[tuple[Browser, Program]]:
    browser, program = launcher.launch(
        engine=journey.browser.engine, headed=context.options.get("headed") is True, proxy=context.proxy
    )
    try:
        yield browser, program
    finally:
        try:
            browser.close()
        except Error as error:
            log.info("browser was gone already", error=error.message)


def _told(browser: Browser, program: Program, context: ProcessContext) -> dict[str, JsonValue]:
    return {
        "name": program.name,
        "version": browser.version,
        "headless": context.options.get("headed") is not True,
    }

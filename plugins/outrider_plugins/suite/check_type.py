"""The check type ``suite``."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import structlog

from outrider_engine.contracts import ProcessContext
from outrider_engine.domain.assertions import Assertion
from outrider_engine.domain.checks import Family, Lane
from outrider_engine.domain.observations import Observation
from outrider_engine.errors import SlotError
from outrider_journeys.browsers import choose, find_browsers

from .commands import PACKAGES, Surroundings
from .layers import found_layers, programs
from .requirements import unmet
from .running import run
from .settings import SuiteSettings

log = structlog.get_logger(__name__)

_SETTING = "OUTRIDER_SUITES"
_OFF = "suites are off on this server: they run Python that their authors wrote (OUTRIDER_SUITES)"


class SuiteCheckType:
    """Runs the tests of a project under pytest and pytest-playwright."""

    kind = "suite"
    title = "Python suite"
    family = Family.JOURNEY
    lane = Lane.PROCESS
    settings: type[SuiteSettings] = SuiteSettings
    default_assertions: tuple[Assertion, ...] = ()
    runs_code = True
    largest_config = 4_500_000

    def __init__(self) -> None:
        self._around: Surroundings | None = None

    def runnable_problem(self, settings: SuiteSettings) -> str | None:
        """Return that there are no tests, if there are none: such a suite can be stored and filled later."""
        return None if settings.code or settings.archive else "the suite has neither code nor archive"

    def prepare(self, environment: Mapping[str, str]) -> None:
        """Find out what confines suites on this machine, and say so.

        Raises:
            SlotError: suites are off, or can't be confined as the operator wants it.
        """
        allowed = environment.get(_SETTING, "off")
        if allowed not in ("on", "if_confined", "if_namespaces"):
            raise SlotError(_OFF)
        program = _browser(environment)
        places = [environment.get(PACKAGES, ""), str(Path(program).resolve().parent) if program else ""]
        shown = programs(environment, tuple(place for place in places if place))
        layers = found_layers(shown)
        if allowed == "if_namespaces" and not layers.namespaces:
            raise SlotError(
                f"suites of several organizations need namespaces, which do not work here: {layers.problem}"
            )
        if os.geteuid() == 0 and not layers.are_strong:
            raise SlotError(f"suites are never run as root, and nobody else can be become here: {layers.problem}")
        if allowed == "if_confined" and not layers.are_strong:
            raise SlotError(
                "suites could read all that this process can, for neither namespaces nor another user can be had here"
                f" ({layers.problem}); OUTRIDER_SUITES=on runs them nevertheless"
            )
        log.warning("suites are confined", by=layers.described(), **({"but": layers.problem} if layers.problem else {}))
        self._around = Surroundings(layers=layers, environment=dict(environment), shown=shown, program=program)

    def close(self) -> None:
        """Nothing is kept between runs."""

    def observe(self, settings: SuiteSettings, context: ProcessContext) -> Observation:
        """Run the tests once."""
        if self._around is None:
            raise SlotError("the suite check type is not prepared")
        started = context.clock.monotonic()
        problem = unmet(settings.requirements, self._around.environment.get(PACKAGES))
        observation = problem or run(settings, context, self._around, started)
        facts = {**observation.facts, "confinement": self._around.layers.described()}
        return replace(observation, facts=facts, duration_ms=round((context.clock.monotonic() - started) * 1000, 1))


def _browser(environment: Mapping[str, str]) -> str | None:
    """Return the Chromium for suites where Playwright has installed none."""
    with suppress(SlotError):
        return str(choose(find_browsers(environment, Path("/nonexistent")), headed=False).path)
    return None

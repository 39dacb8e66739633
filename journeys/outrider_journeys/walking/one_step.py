"""One custom step, walked by itself on the page of a test in Python."""

import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from outrider_engine.domain.verdicts import Verdict
from outrider_engine.plugin_manager import Plugins, load_plugins
from outrider_journeys.actions.contract import StepScope
from outrider_journeys.actions.custom import HOOK as CUSTOM_HOOK
from outrider_journeys.actions.custom import CustomStep, CustomSteps, fitting_parameters
from outrider_journeys.actions.registry import HOOK, StepActions

from .options import WalkOptions
from .walk import Walk

if TYPE_CHECKING:
    from playwright.sync_api import Page

_GRACE_S = 1
"""What the walk has beyond the time of its step, which then says more."""


class _Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class _Given:
    """A custom step with the parameters that a test gives it as they are; keeps what the variables are after it."""

    def __init__(self, step: CustomStep, parameters: Mapping[str, Any]) -> None:
        self.name = step.name
        self.variables: dict[str, str] = {}
        self._step = step
        self._parameters = dict(parameters)

    def run(self, _nothing: object, scope: StepScope) -> None:
        try:
            self._step.run(fitting_parameters(self._step, self._parameters), scope)
        finally:
            self.variables = dict(scope.variables)


def walk_custom_step(
    page: "Page",
    name: str,
    parameters: Mapping[str, Any],
    values: dict[str, str],
    *,
    secrets: Iterable[str],
    timeout_ms: float,
) -> None:
    """Do a custom step; see ``do_custom_step``."""
    plugins = _plugins()
    known = CustomSteps(plugins.offers(CUSTOM_HOOK))
    if name not in known:
        others = f" (installed: {', '.join(sorted(known))})" if known else ""
        raise AssertionError(f"no plugin that is installed offers the custom step {name!r}{others}")
    given = _Given(known[name], parameters)
    actions = StepActions(plugins.offers(HOOK), CustomSteps([("test", [given])]))
    step = {"action": "custom", "custom": name, "timeout": timeout_ms / 1000}
    hidden = {each: values[each] for each in secrets if each in values}
    clock = _Clock()
    with TemporaryDirectory() as folder:
        options = WalkOptions(
            deadline=clock.monotonic() + timeout_ms / 1000 + _GRACE_S,
            clock=clock,
            folder=Path(folder),
            actions=actions,
            variables={each: value for each, value in values.items() if each not in hidden},
            secrets=hidden,
            screenshots="never",
        )
        result = Walk(actions.parse({"secrets": list(hidden), "steps": [step]}), page, options).result()
    values.update(given.variables)
    if result.failure is not None and result.failure.verdict is not Verdict.DEGRADED:
        raise AssertionError(result.failure.message)


@cache
def _plugins() -> Plugins:
    return load_plugins()

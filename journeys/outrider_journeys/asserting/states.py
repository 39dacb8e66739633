"""What an element may be: visible, enabled, checked and so on."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias

from playwright.sync_api import TimeoutError  # noqa: A004 - Playwright's name

from outrider_engine.domain.verdicts import Reason
from outrider_journeys.actions.contract import StepFailure, StepScope
from outrider_journeys.evaluating import evaluated
from outrider_journeys.locators import Locators

from .judging import demand

if TYPE_CHECKING:
    from playwright.sync_api import Locator as Element

State: TypeAlias = Literal[
    "visible",
    "hidden",
    "enabled",
    "disabled",
    "checked",
    "unchecked",
    "editable",
    "readonly",
    "attached",
    "detached",
    "focused",
    "unfocused",
    "selected",
    "unselected",
    "in_viewport",
    "out_of_viewport",
]
_OPPOSITES = {
    "hidden": "visible",
    "disabled": "enabled",
    "unchecked": "checked",
    "readonly": "editable",
    "detached": "attached",
    "unfocused": "focused",
    "unselected": "selected",
    "out_of_viewport": "in_viewport",
}
_ENABLED = "!element.matches(':disabled') && element.closest('[aria-disabled=true]') === null"
SCRIPTS = {
    "visible": "element.checkVisibility({visibilityProperty: true}) && element.getClientRects().length > 0",
    "enabled": _ENABLED,
    "checked": "element.checked ?? element.getAttribute('aria-checked') === 'true'",
    "editable": f"{_ENABLED} && !element.readOnly && element.getAttribute('aria-readonly') !== 'true'",
    "attached": "element.isConnected",
    "focused": "element.getRootNode().activeElement === element",
    "selected": "element.selected ?? element.getAttribute('aria-selected') === 'true'",
    "in_viewport": "new Promise(then => new IntersectionObserver((seen, observer) => { observer.disconnect();"
    " then(seen[0].isIntersecting) }).observe(element))",
}
"""JavaScript expressions about an ``element``, for the positive states."""


def script_of(state: State) -> str:
    """Return the JavaScript expression for whether an ``element`` is in a state."""
    opposite = _OPPOSITES.get(state)
    return f"!(await ({SCRIPTS[opposite]}))" if opposite else f"!!(await ({SCRIPTS[state]}))"


def judge_state(ways: Locators, state: State, scope: StepScope) -> None:
    """Wait until an element is in a state.

    Raises:
        StepFailure: it was not within the step's time.
    """
    what = ways[0].describe()
    if state in ("hidden", "detached"):
        held = all(scope.reaches(element, state) for element in scope.elements(ways))
        demand(held, f"{what} is still {'visible' if state == 'hidden' else 'there'}")
        return
    try:
        if state == "visible":
            scope.on_element(ways, partial(_wait_until_visible, what))
            return
        element = scope.element(ways)
    except StepFailure as failure:
        if failure.reason is Reason.LOCATOR:
            raise StepFailure(f"expected {state}: {failure.message}", reason=Reason.ASSERTION) from None
        raise
    held, _ = scope.eventually(partial(_is, element, state), bool)
    demand(held, f"{what} is not {state.replace('_', ' ')}")


def _wait_until_visible(what: str, element: "Element", timeout_ms: float) -> None:
    try:
        element.wait_for(state="visible", timeout=timeout_ms)
    except TimeoutError as error:
        if "resolved to" in error.message:
            raise StepFailure(f"{what} is on the page, but not visible", reason=Reason.ASSERTION) from None
        raise StepFailure(f"{what} was not found in time", reason=Reason.LOCATOR) from None


def _is(element: "Element", state: State, timeout_ms: float) -> bool:
    positive = _OPPOSITES.get(state, state)
    known = _PLAYWRIGHTS.get(positive)
    script = f"async element => !!(await ({SCRIPTS[positive]}))"
    holds = known(element, timeout_ms) if known else evaluated(element, script, timeout_ms=timeout_ms) is True
    return holds if positive == state else not holds


_PLAYWRIGHTS: dict[str, Callable[["Element", float], bool]] = {
    "enabled": lambda element, timeout: element.is_enabled(timeout=timeout),
    "checked": lambda element, timeout: element.is_checked(timeout=timeout),
    "editable": lambda element, timeout: element.is_editable(timeout=timeout),
}
"""States that Playwright knows itself, with an error for elements that can't be in them."""

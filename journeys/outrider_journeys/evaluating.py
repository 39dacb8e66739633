"""Evaluating JavaScript in a page, always within a time.

Playwright's own ``evaluate`` waits for ever for a page that is stuck in a loop, or for a promise that nobody keeps.
"""

import json
import re
from typing import TYPE_CHECKING, Any, TypeAlias

from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.verdicts import Reason, Verdict

from .actions.contract import StepFailure
from .bounded_calls import within_time
from .page_scripts import as_function

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page
    from playwright.sync_api import Locator as Element

Target: TypeAlias = "Page | Frame | Element"

LONGEST_RESULT = 100_000
"""Characters that a result may have as JSON."""
_GRACE_MS = 100
_ELSEWHERE = re.compile(r"Execution context was destroyed|Cannot find context with specified id")
_PREFIX = re.compile(r"^[A-Za-z]+\.[a-z_]+: ")

_JUDGED = """async (...given) => {
  let value;
  try {
    value = await (%s)(...given);
    if (typeof value === 'function') value = await value(...given);
    value = JSON.stringify(value);
  } catch (error) {
    let told = 'something that is no text';
    try { told = String(error).slice(0, 1000) } catch {}
    return ['threw', told];
  }
  if (value === undefined) return ['value', 'null'];
  return value.length > %d ? ['large', String(value.length)] : ['value', value];
}"""


def evaluated(target: Target, script: str, argument: JsonValue = None, *, timeout_ms: float) -> JsonValue:
    """Return what a script comes to in a page.

    It is ``None`` for what has no JSON (``undefined``, a function), and when the page goes elsewhere meanwhile.

    Args:
        target: the page; or an element, which the script is then handed first, and which is waited for.
        script: see ``page_scripts.as_function``.
        argument: is handed to the script.
        timeout_ms: for all of it, in milliseconds.

    Raises:
        StepFailure: the page did not answer in time, the script is no JavaScript, threw, or gave too much.
        playwright.sync_api.Error: the element was not found, the page is gone.
    """
    names = "element, argument" if _is_element(target) else "argument"
    expression = _JUDGED % (as_function(script, names), LONGEST_RESULT)
    try:
        kind, told = within(target, expression, argument, timeout_ms=timeout_ms)
    except PlaywrightTimeout:
        raise
    except Error as error:
        if went_elsewhere(error):
            return None
        message = _PREFIX.sub("", error.message.split("\n", 1)[0])
        if message.startswith("SyntaxError"):
            problem = f"the script is not JavaScript: {message}"
            raise StepFailure(problem, reason=Reason.INVALID_DEFINITION, verdict=Verdict.ERROR) from None
        raise
    except (TypeError, ValueError):  # a page may replace what it is asked with
        raise StepFailure("the page gave no answer that can be read", reason=Reason.ASSERTION) from None
    if kind == "value":
        return parsed_result(told)
    problem = f"threw {told}" if kind == "threw" else f"gave {told} characters, more than {LONGEST_RESULT}"
    raise StepFailure(f"the script {problem}", reason=Reason.ASSERTION)


def within(target: Target, expression: str, argument: JsonValue = None, *, timeout_ms: float) -> Any:
    """Do what Playwright's ``target.evaluate`` does, but at most for some milliseconds.

    Raises:
        StepFailure: the page did not answer in time.
        playwright.sync_api.Error: as ``evaluate`` does.
    """
    if not _is_element(target):
        with within_time(target, timeout_ms):
            return target.evaluate(expression, argument)
    element: Any = target
    with within_time(target, timeout_ms, grace_ms=_GRACE_MS):
        return element.evaluate(expression, argument, timeout=timeout_ms)


def went_elsewhere(error: Error) -> bool:
    """Whether a script did not end because its page went to another document."""
    return _ELSEWHERE.search(error.message) is not None


def parsed_result(text: Any) -> JsonValue:
    """Return the value of a text that a page has made of it with ``JSON.stringify``.

    Raises:
        StepFailure: it is none: a page may replace what it is asked with.
    """
    try:
        value: JsonValue = json.loads(text)
    except (TypeError, ValueError):
        raise StepFailure("the page gave no answer that can be read", reason=Reason.ASSERTION) from None
    return value


def _is_element(target: Target) -> bool:
    return hasattr(target, "wait_for")

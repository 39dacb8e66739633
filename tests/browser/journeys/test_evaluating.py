"""JavaScript in a page ends in its time, whatever the page or the script does."""

import time
from typing import Any

import pytest
from playwright.sync_api import Error, Page

from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import UnknownVariable
from outrider_journeys.actions.contract import StepFailure
from outrider_journeys.evaluating import LONGEST_RESULT, evaluated
from outrider_journeys.page_scripts import filled_in

pytestmark = pytest.mark.browser
CONTENT = "<title>Scripts</title><b id=one data-x=7>one</b><i>a</i><i>b</i>"


@pytest.mark.parametrize(
    ("script", "value"),
    [
        ("document.title", "Scripts"),
        ("document.title;", "Scripts"),
        ("1 + 1 // two", 2),
        ("{a: [1, null, 'x;y']}", {"a": [1, None, "x;y"]}),
        ("() => document.querySelectorAll('i').length", 2),
        ("async function count() { return 3 }", 3),
        ("[1, 2].map(x => { return x + 1; })", [2, 3]),
        ("new Promise(then => setTimeout(() => then('late'), 10))", "late"),
        ("const a = 1; return a + argument", 42),
        ("if (argument) { return 'yes' } return 'no'", "yes"),
        ("x = 1; y = 2", None),
        ("undefined", None),
        ("() => () => 1", None),
        ("document.body", {}),
        ("given => given + 1", 42),
    ],
)
def test_a_script_gives_its_value_in_each_of_its_forms(blank: Page, script: str, value: Any) -> None:
    blank.set_content(CONTENT)
    assert evaluated(blank, script, 41, timeout_ms=2000) == value


@pytest.mark.parametrize("script", ["(e, a) => e.dataset.x + a", "element.dataset.x + argument"])
def test_a_script_is_handed_its_element(blank: Page, script: str) -> None:
    blank.set_content(CONTENT)
    assert evaluated(blank.locator("#one"), script, "!", timeout_ms=2000) == "7!"
    with pytest.raises(Error, match="waiting for locator"):
        evaluated(blank.locator("#none"), script, "!", timeout_ms=100)


@pytest.mark.parametrize(
    ("script", "reason", "message"),
    [
        ("a b", Reason.INVALID_DEFINITION, "not JavaScript: SyntaxError"),
        ("JSON.parse('{')", Reason.ASSERTION, "threw SyntaxError"),
        ("nothing.at.all", Reason.ASSERTION, "threw ReferenceError: nothing is not defined"),
        ("throw {toString() { throw 1 }}", Reason.ASSERTION, "threw something that is no text"),
        ("const a = {}; a.a = a; return a", Reason.ASSERTION, "circular"),
        ("'x'.repeat(1e6)", Reason.ASSERTION, f"more than {LONGEST_RESULT}"),
        ("JSON.stringify = () => 'oops'; return 1", Reason.ASSERTION, "no answer that can be read"),
        ("JSON.stringify = () => 1; return 1", Reason.ASSERTION, r"threw|can be read"),
        ("new Promise(() => 0)", Reason.TIMEOUT, "did not answer within 0.2 s"),
        ("while (true);", Reason.TIMEOUT, "did not answer within 0.2 s"),
    ],
)
def test_what_does_not_work_is_told_in_time(blank: Page, script: str, reason: Reason, message: str) -> None:
    began = time.monotonic()
    with pytest.raises(StepFailure, match=message) as told:
        evaluated(blank, script, timeout_ms=200)
    assert told.value.reason is reason
    assert (told.value.verdict is Verdict.ERROR) == (reason is Reason.INVALID_DEFINITION)
    assert time.monotonic() - began < 1.5


def test_a_page_that_is_stuck_is_given_up_and_its_context_can_be_used_further(blank: Page) -> None:
    blank.set_content(CONTENT + "<script>setTimeout(() => { while (true); }, 20)</script>")
    blank.wait_for_timeout(60)
    for target in (blank, blank.locator("#one")):
        with pytest.raises((StepFailure, Error)):
            evaluated(target, "1", timeout_ms=150)
    other = blank.context.new_page()
    assert evaluated(other, "1 + 1", timeout_ms=2000) == 2


def test_pages_that_forbid_eval_can_be_asked(blank: Page) -> None:
    policy = {"Content-Security-Policy": "default-src 'none'"}
    blank.route("**/*", lambda route: route.fulfill(body=CONTENT, content_type="text/html", headers=policy))
    blank.goto("http://strict.test/")
    assert evaluated(blank, "document.title", timeout_ms=2000) == "Scripts"


@pytest.mark.parametrize("value", ["it's", '"', "`${alert(1)}`", "a\\b", "line\nbreak", "</script>", "🦉", "\u2028"])
def test_a_variable_is_never_code(blank: Page, value: str) -> None:
    for quote in "'\"`":
        script = filled_in(f"{quote}{{{{X}}}}{quote}", {"X": value})
        assert evaluated(blank, script, timeout_ms=2000) == value
    assert evaluated(blank, filled_in("{{N}} * 2", {"N": "-1.5"}), timeout_ms=2000) == -3
    with pytest.raises(StepFailure, match=r"not JavaScript|threw ReferenceError"):
        evaluated(blank, filled_in("{{X}}", {"X": "alert(1)"}), timeout_ms=2000)
    with pytest.raises(UnknownVariable):
        filled_in("{{Y}}", {"X": value})

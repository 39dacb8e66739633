"""What is refused without a browser, a browser refuses too; what it accepts is not refused."""

import pytest
from playwright.sync_api import Error, Page

from outrider_journeys.selector_syntax import css_problem, xpath_problem

pytestmark = pytest.mark.browser

CSS = [
    "a", "#a.b > c", "> li", "* + a ~ b", "li:nth-child(2n+1)", "a:not(.b, #c)", "div:has(> img)", "[x]", "[x='y' i]",
    "[x=y]", ".a\\:b",
    ".größe", "li:has-text('Foo, (bar)')", "a:near(:text('x'), 120)", "div:nth-match(:text('Buy'), 3)",
    "a[", "a]", "a[]", "a,,b", "a >", "a > > b", "a:", "a..b", "1a", "a{", "[a=b c]", "text(", "a)", "'a'", "@a", "a, ",
]  # fmt: skip
XPATH = [
    "//a", "/html/body", "(//a)[1]", "//*[local-name()='a']", "//a | //b", "..", "//a[not(@y)]", "//td[ div ]",
    "ancestor::div",
    "//", "//a/", "//a[", "//a[]", "//a[@]", "//a[@x='1]", "//a[@x and ]", "ancestor::", "///a", "//a[@x=]", "//a)",
]  # fmt: skip


def accepted(page: Page, selector: str) -> bool:
    try:
        page.locator(selector).first.wait_for(state="detached", timeout=500)
    except Error as error:
        return "Timeout" in error.message
    return True


@pytest.mark.parametrize("selector", CSS)
def test_css_is_refused_only_when_the_browser_refuses_it(blank: Page, selector: str) -> None:
    assert (css_problem(selector) is None) is accepted(blank, f"css={selector}")


@pytest.mark.parametrize("expression", XPATH)
def test_xpath_is_refused_only_when_the_browser_refuses_it(blank: Page, expression: str) -> None:
    assert (xpath_problem(expression) is None) is accepted(blank, f"xpath={expression}")

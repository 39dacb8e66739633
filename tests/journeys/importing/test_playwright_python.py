"""Python that Playwright's recorder writes, and what people add to it."""

import json
from typing import Any

import pytest
from imports import outcomes, read, steps_of

from outrider_journeys.importing.contract import ImportProblem
from outrider_journeys.importing.receipt import Outcome
from outrider_journeys.importing.registry import Importers

PYTEST = """
import re
from playwright.sync_api import Page, expect


def test_buys_a_kettle(page: Page) -> None:
"""


def steps(importers: Importers, *source: str) -> list[dict[str, Any]]:
    return steps_of(read(importers, "playwright-python", test(*source)))


def test(*source: str) -> str:
    return PYTEST + "".join(f"    {line}\n" for line in source)


test.__test__ = False  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("call", "made"),
    [
        ("click()", {"action": "click"}),
        ('click(button="right", modifiers=["Shift"])', {"action": "click", "button": "right", "modifiers": ["Shift"]}),
        ("dblclick()", {"action": "double_click"}),
        ("hover()", {"action": "hover"}),
        ('fill("x")', {"action": "fill", "value": "x"}),
        ('press("Control+a")', {"action": "press", "key": "Control+a"}),
        ('press_sequentially("x", delay=50)', {"action": "type", "text": "x", "delay_ms": 50}),
        ("check()", {"action": "check"}),
        ("set_checked(False)", {"action": "uncheck"}),
        ('select_option(["a", "b"])', {"action": "select_option", "value": ["a", "b"]}),
        ('select_option(label="B")', {"action": "select_option", "label": ["B"]}),
        ('set_input_files("a/b.png")', {"action": "upload", "files": [{"name": "b.png", "text": ""}]}),
        ("click(timeout=1500)", {"action": "click", "timeout": 1.5}),
        ('wait_for(state="hidden")', {"action": "wait_for", "state": "hidden"}),
        ('drag_to(page.locator("#to"))', {"action": "drag", "to": {"css": "#to"}}),
    ],
)
def test_what_is_done_with_an_element(importers: Importers, call: str, made: dict[str, Any]) -> None:
    (step,) = steps(importers, f'page.locator("#a").{call}')
    assert step == {"locator": {"css": "#a"}, **made}


@pytest.mark.parametrize(
    ("expression", "locator"),
    [
        ('get_by_role("button", name="Buy", exact=True)', {"role": "button", "name": "Buy", "exact": True}),
        ('get_by_role("heading", level=2)', {"role": "heading", "level": 2}),
        ('get_by_role("link", name=re.compile(r"^b/c", re.I))', {"selector": r"internal:role=link[name=/^b\/c/i]"}),
        ('get_by_label("Mail")', {"label": "Mail"}),
        ('get_by_placeholder("Search")', {"placeholder": "Search"}),
        ('get_by_alt_text("Logo")', {"alt": "Logo"}),
        ('get_by_title("Logo")', {"title": "Logo"}),
        ('get_by_test_id("x")', {"test_id": "x"}),
        ('locator("li").filter(has_text="x").first', {"css": "li", "has_text": "x", "nth": 0}),
        ('locator("li").last', {"css": "li", "nth": -1}),
        ('locator("#f").content_frame.get_by_text("a")', {"text": "a", "frame": [{"css": "#f"}]}),
        ('frame_locator("#f").get_by_text("a").nth(2)', {"text": "a", "nth": 2, "frame": [{"css": "#f"}]}),
        ('get_by_role("list").get_by_text("a")', {"selector": 'internal:role=list >> internal:text="a"i'}),
        ('locator("a").or_(page.locator("b"))', {"selector": 'a >> internal:or="b"'}),
    ],
)
def test_how_elements_are_found(importers: Importers, expression: str, locator: dict[str, Any]) -> None:
    (step,) = steps(importers, f"page.{expression}.click()")
    assert step == {"action": "click", "locator": locator}


@pytest.mark.parametrize(
    ("call", "made"),
    [
        ("to_be_visible()", {"state": "visible"}),
        ("not_to_be_visible()", {"state": "hidden"}),
        ("to_be_checked(checked=False)", {"state": "unchecked"}),
        ('to_have_text("Hi")', {"text": {"equals": "Hi", "ignore_case": True}}),
        ('to_contain_text(re.compile("H.", re.I))', {"text": {"matches": "H.", "ignore_case": True}}),
        ('not_to_contain_text("x")', {"text": {"not_contains": "x", "ignore_case": True}}),
        ('to_have_value("1")', {"value": {"equals": "1"}}),
        ("to_be_empty()", {"value": {"equals": ""}}),
        ("to_have_count(3)", {"count": 3}),
        ('to_have_attribute("href", "/a")', {"attribute": {"name": "href", "equals": "/a"}}),
        ('to_have_css("color", "red")', {"css": {"name": "color", "equals": "red"}}),
        ("to_be_focused()", {"state": "focused"}),
        ("not_to_be_in_viewport()", {"state": "out_of_viewport"}),
        ("to_match_aria_snapshot('- heading')", {"aria": {"snapshot": "- heading"}}),
    ],
)
def test_what_is_expected_of_an_element(importers: Importers, call: str, made: dict[str, Any]) -> None:
    (step,) = steps(importers, f'expect(page.locator("#a")).{call}')
    assert step == {"action": "assert", "locator": {"css": "#a"}, **made}


def test_popups_downloads_and_dialogs(importers: Importers) -> None:
    made = steps(
        importers,
        "with page.expect_popup() as page1_info:",
        '    page.get_by_text("Open").click()',
        "page1 = page1_info.value",
        "with page1.expect_download() as download_info:",
        '    page1.get_by_text("Get").click()',
        "download = download_info.value",
        'page.once("dialog", lambda dialog: dialog.dismiss())',
        "page1.close()",
    )
    opening, getting, answering, closing = made
    assert opening["expects"] == [{"popup": "page1"}]
    assert (getting["expects"], getting["page"]) == ([{"download": {"as": "download"}}], "page1")
    assert answering == {"action": "handle_dialogs", "answer": "dismiss", "times": 1, "page": "main"}
    assert closing == {"action": "close_page", "page": "page1"}


def test_addresses_go_along_when_the_site_is_another(importers: Importers) -> None:
    imported = read(
        importers,
        "playwright-python",
        test(
            'page.goto("https://shop.example/")',
            'expect(page).to_have_url("https://shop.example/cart")',
            'page.wait_for_url("**/thanks")',
            'expect(page).to_have_title(re.compile("Cart"))',
        ),
    )
    goto, judged, waited, titled = steps_of(imported)
    assert (imported.checks[0].definition["base_url"], goto["url"]) == ("https://shop.example", "/")
    assert judged["url"] == {"ends_with": "/cart"}
    assert waited["url"] == {"matches": "^(?:.*/)?thanks$"}
    assert titled["title"] == {"matches": "Cart"}


def test_scripts_with_a_browser_of_their_own(importers: Importers) -> None:
    imported = read(
        importers,
        "playwright-python",
        """
import asyncio
from playwright.async_api import Playwright, async_playwright, expect

async def run(playwright: Playwright) -> None:
    browser = await playwright.firefox.launch(headless=False)
    context = await browser.new_context(**playwright.devices["iPhone 13"], locale="de-DE", storage_state="a.json")
    page = await context.new_page()
    await page.goto("https://shop.example/")
    page1 = await context.new_page()
    async with page1.expect_popup() as page2_info:
        await page1.get_by_text("Open").click()
    page2 = await page2_info.value
    await expect(page2.get_by_text("Hi")).to_be_visible()
    await context.close()
    await browser.close()

async def main() -> None:
    async with async_playwright() as playwright:
        await run(playwright)

asyncio.run(main())
""",
    )
    browser = imported.checks[0].definition["browser"]
    assert browser == {"engine": "firefox", "device": "iPhone 13", "locale": "de-DE"}
    assert [(step["action"], step.get("page")) for step in steps_of(imported)] == [
        ("goto", None),
        ("open_page", None),
        ("click", "page1"),
        ("assert", "page2"),
    ]
    assert "login state" in outcomes(imported, Outcome.CHOICE_NEEDED)["line 7"]


def test_values_come_from_constants_the_page_and_the_environment(importers: Importers) -> None:
    source = (
        "import os\nfrom playwright.sync_api import Page\nBASE = 'https://shop.example'\nAPI_TOKEN = 'tok-123456'\n"
        "def test_it(page: Page):\n"
        "    page.goto(f'{BASE}/a')\n"
        "    total = page.locator('#total').inner_text()\n"
        "    page.get_by_label('Note').fill('sum ' + total)\n"
        "    page.get_by_label('Password').fill('correct horse')\n"
        "    page.locator('#t').fill(API_TOKEN)\n"
        "    page.locator('#k').fill(os.environ['SHOP_PASSWORD'])\n"
        "    page.locator('#u').fill(os.getenv('SHOP_USER'))\n"
    )
    imported = read(importers, "playwright-python", source)
    values = [step["value"] for step in steps_of(imported) if "value" in step]
    assert values == ["sum {{total}}", "{{PASSWORD}}", "{{TOKEN}}", "{{SHOP_PASSWORD}}", "{{SHOP_USER}}"]
    definition = imported.checks[0].definition
    assert set(definition["secrets"]) == {"TOKEN", "PASSWORD", "SHOP_PASSWORD"}
    assert definition["variables"] == {"SHOP_USER": ""}
    whole = json.dumps([definition, imported.receipt.as_json()])
    assert not [value for value in ("horse", "tok-123456") if value in whole]


def test_each_test_becomes_a_journey_and_what_is_not_understood_is_told(importers: Importers) -> None:
    imported = read(
        importers,
        "playwright-python",
        test("page.reload()", "for row in rows:", "    page.reload()", "compute(page)")
        + "\n\nclass TestMore:\n    def test_more(self, page):\n        page.go_back()\n",
    )
    assert [check.name for check in imported.checks] == ["Buys a kettle", "More: more"]
    dropped = outcomes(imported, Outcome.DROPPED)
    assert sorted(dropped) == ["line 10", "line 8"]


def test_functions_of_the_file_are_read_where_they_are_called(importers: Importers) -> None:
    source = (
        "from playwright.sync_api import Page\n"
        "def log_in(tab, name, password='x'):\n"
        "    tab.get_by_label('Name').fill(name)\n"
        "    log_in(tab, name)\n"
        "def test_it(page: Page):\n"
        "    log_in(page, name='ada')\n"
        "    print('done')\n"
        "    try:\n"
        "        page.reload()\n"
        "    except Exception:\n"
        "        page.go_back()\n"
    )
    imported = read(importers, "playwright-python", source)
    assert [(step["action"], step.get("value")) for step in steps_of(imported)] == [("fill", "ada"), ("reload", None)]
    assert list(outcomes(imported, Outcome.DROPPED)) == ["line 4"]
    assert "after an error" in outcomes(imported, Outcome.APPROXIMATED)["line 8"]


def test_simple_conditions_and_repetitions(importers: Importers) -> None:
    made = steps(
        importers,
        "if not page.locator('#a').is_visible():",
        "    page.reload()",
        "else:",
        "    page.go_back()",
        "for _ in range(3):",
        "    page.locator('#b').click()",
        "assert page.locator('#c').is_enabled()",
    )
    assert made == [
        {
            "action": "if",
            "condition": {"hidden": {"css": "#a"}},
            "then": [{"action": "reload"}],
            "else": [{"action": "back"}],
        },
        {"action": "times", "count": 3, "steps": [{"action": "click", "locator": {"css": "#b"}}]},
        {"action": "assert", "locator": {"css": "#c"}, "state": "enabled"},
    ]


def test_what_is_set_up_before_a_test_is_part_of_its_journey(importers: Importers) -> None:
    source = (
        "import pytest\nfrom playwright.sync_api import Page\n"
        "class TestShop:\n"
        "    URL = 'https://shop.example/'\n"
        "    @pytest.fixture(autouse=True)\n"
        "    def opened(self, page: Page):\n"
        "        self.page = page\n"
        "        self.page.goto(self.URL)\n"
        "        yield\n"
        "        page.reload()\n"
        "    def test_buy(self):\n"
        "        self.page.locator('#buy').click()\n"
    )
    imported = read(importers, "playwright-python", source)
    assert [step["action"] for step in steps_of(imported)] == ["goto", "click"]
    assert imported.checks[0].definition["base_url"] == "https://shop.example"


def test_secrets_are_not_in_what_is_told_of_lines_that_were_not_understood(importers: Importers) -> None:
    imported = read(importers, "playwright-python", test("page.reload()", "login(page, 'ada', 'correct horse')"))
    assert "horse" not in json.dumps(imported.receipt.as_json())


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (test("page.click('a'"), "not Python"),
        ("from playwright.sync_api import expect\nx = 1\n", "nothing in it that drives a page"),
        (test("LoginPage(page).log_in()"), "as far as it is understood: line 7: LoginPage"),
        (PYTEST + "    " + "(" * 300 + ")" * 300, "not Python"),
    ],
)
def test_what_is_no_test_is_refused(importers: Importers, source: str, problem: str) -> None:
    with pytest.raises(ImportProblem, match=problem):
        importers.import_text(source)

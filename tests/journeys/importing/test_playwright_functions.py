"""Python around tests: fixtures, functions, what is handed over from outside, limits, loops, names."""

from typing import Any

import pytest
from imports import outcomes, read, steps_of

from outrider_journeys.importing.contract import Imported
from outrider_journeys.importing.receipt import Outcome
from outrider_journeys.importing.registry import Importers

IMPORTS = "import os\nimport pytest\nfrom playwright.sync_api import Page, expect, sync_playwright\n"


def imported(importers: Importers, source: str) -> Imported:
    return read(importers, "playwright-python", IMPORTS + source)


def test_a_library_is_read_from_where_somebody_else_calls_it(importers: Importers) -> None:
    made = imported(
        importers,
        "def walk(user, pwd):\n"
        "    with sync_playwright() as p:\n"
        "        page = p.chromium.launch().new_page()\n"
        "        log_in(page, user, pwd)\n"
        "        rows = rows_of(page)\n"
        "def log_in(page, user, pwd, site='https://shop.example'):\n"
        "    page.goto(site)\n"
        "    page.get_by_label('Name').fill(user)\n"
        "    page.get_by_label('Code word').fill(pwd)\n"
        "def rows_of(page):\n"
        "    def wait(css):\n"
        "        page.locator(css).wait_for()\n"
        "    wait('#rows')\n"
        "    return compute(page)\n",
    )
    assert [check.name for check in made.checks] == ["Walk"]
    definition = made.checks[0].definition
    assert [step["action"] for step in definition["steps"]] == ["goto", "fill", "fill", "wait_for"]
    assert definition["steps"][0]["url"] == "/"
    assert definition["variables"] == {"user": ""}
    assert definition["secrets"] == ["pwd"]
    assert outcomes(made, Outcome.CHOICE_NEEDED) == {"line 4": "its value comes from user: set the variable user"}


def test_fixtures_run_before_the_tests_that_ask_for_them(importers: Importers) -> None:
    made = imported(
        importers,
        "@pytest.fixture\n"
        "def site():\n"
        "    return 'https://shop.example'\n"
        "@pytest.fixture\n"
        "def shop(page: Page, site):\n"
        "    page.goto(f'{site}/login')\n"
        "    yield page\n"
        "    page.close()\n"
        "def test_buy(shop: Page):\n"
        "    shop.get_by_role('button', name='Buy').click()\n"
        "def test_other(page: Page, live_server):\n"
        "    page.goto(live_server.url + '/other')\n"
        "def test_own_site(page: Page, base_url):\n"
        "    page.goto(f'{base_url}/own')\n",
    )
    buy, other, own = (check.definition for check in made.checks)
    assert [(step["action"], step.get("url")) for step in buy["steps"]] == [("goto", "/login"), ("click", None)]
    assert buy["base_url"] == "https://shop.example"
    assert other["steps"][0]["url"] == "{{live_server_url}}/other"
    assert other["variables"] == {"live_server_url": ""}
    assert own["steps"][0]["url"] == "/own"
    assert list(outcomes(made, Outcome.CHOICE_NEEDED)) == ["line 14"]


def test_what_main_calls_is_no_journey_of_its_own(importers: Importers) -> None:
    made = read(
        importers,
        "playwright-python",
        "import asyncio\nfrom playwright.async_api import async_playwright\n"
        "async def run(playwright):\n"
        "    context = await playwright.chromium.launch_persistent_context(user_data_dir=FOLDER, locale='de-DE')\n"
        "    page = await context.new_page()\n"
        "    await page.goto('https://shop.example')\n"
        "async def main():\n"
        "    async with async_playwright() as playwright:\n"
        "        await run(playwright)\n"
        "asyncio.run(main())\n",
    )
    assert [check.name for check in made.checks] == ["Recording of shop.example"]
    assert made.checks[0].definition["browser"] == {"locale": "de-DE"}
    assert not outcomes(made, Outcome.DROPPED)


def test_what_is_computed_has_to_be_supplied(importers: Importers) -> None:
    made = imported(
        importers,
        "config = dotenv_values('.env')\n"
        "def test_it(page: Page):\n"
        "    name = 'ada'\n"
        "    if late():\n"
        "        name = 'eve'\n"
        "    data = make()\n"
        "    rows = data.rows.all()\n"
        "    page.locator('#a').fill(name)\n"
        "    page.locator('#b').fill(data['mail'])\n"
        "    page.locator('#c').fill(config['API_TOKEN'])\n",
    )
    assert [step["value"] for step in steps_of(made)] == ["{{name}}", "{{data_mail}}", "{{config_API_TOKEN}}"]
    definition = made.checks[0].definition
    assert (definition["variables"], definition["secrets"]) == ({"name": "", "data_mail": ""}, ["config_API_TOKEN"])
    assert list(outcomes(made, Outcome.DROPPED)) == ["line 7", "line 9", "line 10"]


def test_what_a_module_reads_from_the_environment_has_to_be_set(importers: Importers) -> None:
    source = (
        "USER = os.getenv('SHOP_USER')\nWORD = os.environ['SHOP_PASSWORD']\nUNUSED = os.getenv('OTHER')\n"
        "def test_it(page: Page):\n"
        "    page.locator('#user').fill(USER)\n"
        "    page.locator('#word').fill(WORD)\n"
    )
    definition = imported(importers, source).checks[0].definition
    assert definition["variables"] == {"SHOP_USER": ""}
    assert definition["secrets"] == ["SHOP_PASSWORD"]


def test_time_limits_of_the_page_hold_for_the_journey(importers: Importers) -> None:
    source = "def test_it(page: Page):\n    page.set_default_timeout(4000)\n    page.reload()\n"
    made = imported(importers, source)
    assert made.checks[0].definition["defaults"] == {"timeout": 4, "navigation_timeout": 4}
    assert list(outcomes(made, Outcome.APPROXIMATED)) == ["line 5"]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("'''\n  - link\n  - button\n'''.strip()", "- link\n  - button"),
        ("dedent('  - link\\n  - button')", "- link\n- button"),
        ("' - LINK'.strip().lower()", "- link"),
    ],
)
def test_constant_texts_are_worked_out(importers: Importers, text: str, made: str) -> None:
    source = f"def test_it(page: Page):\n    expect(page.locator('ul')).to_match_aria_snapshot({text})\n"
    assert steps_of(imported(importers, source))[0]["aria"] == {"snapshot": made}


def test_texts_are_gone_through(importers: Importers) -> None:
    source = (
        "def test_it(page: Page):\n    for name in ['Tea', 'Milk']:\n"
        "        page.get_by_label(name).check()\n    page.get_by_label(name).check()\n"
    )
    made = imported(importers, source)
    check: dict[str, Any] = {"action": "check", "locator": {"label": "{{name}}"}}
    assert steps_of(made) == [{"action": "for_each", "items": ["Tea", "Milk"], "as": "name", "steps": [check]}]
    assert list(outcomes(made, Outcome.DROPPED)) == ["line 7"]


def test_rounds_that_differ_in_more_than_a_text_are_written_out(importers: Importers) -> None:
    source = (
        "def test_it(page: Page):\n"
        "    for name, value in (('Tea', '1'), ('Milk', '2')):\n        page.get_by_label(name).fill(value)\n"
        "    for number in range(1, 3):\n        page.locator('li').nth(number).click()\n"
        "    for _ in range(2):\n        page.reload()\n"
        "    for number in range(2):\n        page.reload()\n        if number:\n            break\n"
        "    for number in range(900):\n        page.locator('li').nth(number).click()\n"
    )
    made = imported(importers, source)
    assert steps_of(made) == [
        {"action": "fill", "locator": {"label": "Tea"}, "value": "1"},
        {"action": "fill", "locator": {"label": "Milk"}, "value": "2"},
        {"action": "click", "locator": {"css": "li", "nth": 1}},
        {"action": "click", "locator": {"css": "li", "nth": 2}},
        {"action": "times", "count": 2, "steps": [{"action": "reload"}]},
    ]
    assert list(outcomes(made, Outcome.DROPPED)) == ["line 11", "line 15"]


def test_pages_that_are_not_known_are_not_taken_for_the_first(importers: Importers) -> None:
    made = imported(
        importers,
        "def test_it(pages):\n"
        "    one, two = pages\n"
        "    for page, name in [(one, 'a'), (two, 'b')]:\n        page.locator('#a').fill(name)\n"
        "    fill(two)\n"
        "def fill(page):\n    page.locator('#b').fill('c')\n"
        "def test_both(page: Page, context):\n"
        "    other = context.new_page()\n"
        "    for tab, name in [(page, 'a'), (other, 'b')]:\n        tab.locator('#a').fill(name)\n",
    )
    (check,) = made.checks
    fills = [(step.get("page"), step["value"]) for step in check.definition["steps"] if step["action"] == "fill"]
    assert fills == [("main", "a"), ("other", "b")]
    assert list(outcomes(made, Outcome.DROPPED)) == ["line 5", "line 7", "line 10"]


def test_each_case_of_a_test_is_a_journey(importers: Importers) -> None:
    made = imported(
        importers,
        "USERS = [('ada', 'correct horse'), ('eve', 'battery staple')]\n"
        "@pytest.mark.parametrize('user,password', USERS)\n"
        "@pytest.mark.parametrize('word', ['tea', pytest.param('milk', id='white')])\n"
        "def test_it(page: Page, user, password, word):\n"
        "    page.locator('#u').fill(user)\n"
        "    page.locator('#p').fill(password)\n"
        "    page.locator('#w').fill(word)\n"
        "@pytest.mark.parametrize('row', rows())\n"
        "def test_rows(page: Page, row):\n"
        "    page.locator('#r').fill(row)\n",
    )
    assert [check.name for check in made.checks] == [
        *("It (ada, tea)", "It (ada, milk)", "It (eve, tea)", "It (eve, milk)"),
        "Rows",
    ]
    assert [step["value"] for step in steps_of(made, 3)] == ["eve", "{{PASSWORD_2}}", "milk"]
    assert made.checks[4].definition["variables"] == {"row": ""}
    assert "horse" not in str(made)


def test_a_script_is_called_after_its_site(importers: Importers) -> None:
    source = "def run(playwright):\n    page = playwright.chromium.launch().new_page()\n    page.goto('https://shop.example')\n"
    definition = imported(importers, source).checks[0].definition
    assert (definition["name"], definition["base_url"]) == ("Recording of shop.example", "https://shop.example")


def test_a_password_that_is_a_word_of_the_page_stays_in_locators(importers: Importers) -> None:
    source = (
        "def test_it(page: Page):\n    page.get_by_placeholder('your password').fill('password')\n"
        "    page.get_by_text('password').click()\n    page.get_by_label('Note').fill('password')\n"
    )
    fill, click, note = steps_of(imported(importers, source))
    assert fill == {"action": "fill", "locator": {"placeholder": "your password"}, "value": "{{PASSWORD}}"}
    assert click["locator"] == {"text": "password"}
    assert note["value"] == "{{PASSWORD}}"


def test_pages_are_opened_wherever_in_a_statement_that_stands(importers: Importers) -> None:
    made = imported(
        importers,
        "def ok(response):\n"
        "    assert response.ok\n"
        "def test_shop(page: Page):\n"
        "    response = page.goto('https://shop.example/one')\n"
        "    assert response.status == 200\n"
        "    assert page.goto('https://shop.example/two').ok\n"
        "    ok(page.goto('https://shop.example/three'))\n"
        "    print(page.reload())\n"
        "    page.get_by_role('button', name='Buy').click()\n",
    )
    steps = steps_of(made)
    assert [step["action"] for step in steps] == ["goto", "goto", "goto", "reload", "click"]
    assert [step["url"] for step in steps[:3]] == ["/one", "/two", "/three"]
    assert set(outcomes(made, Outcome.DROPPED)) == {"line 5", "line 8", "line 9"}  # the assertions

"""Journeys and Python tests with steps in one run of pytest and pytest-playwright, as a user starts it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.site.odd_site import odd_site

GOOD = """
name: Signs in
tags: [smoke]
secrets: [PASSWORD]
variables: {WHO: nobody, GREETING: plain}
browser: {locale: de-DE, extra_headers: {X-Who: "{{WHO}}"}}
steps:
  - {action: goto, url: /calm}
  - {action: goto, url: "data:text/html,<input><p id=n></p><script>n.innerText=navigator.language+innerWidth</script>"}
  - {action: assert, locator: "#n", text: {equals: de-DE777}}
  - {action: fill, locator: input, value: "{{PASSWORD}}"}
  - {action: set_variable, variable: WHO, value: other}
  - {action: fill, locator: input, value: "{{WHO}} {{GREETING}}"}
  - {action: assert, locator: input, value: Ada from-ini}
"""
BAD = """
name: Buys
steps:
  - {action: goto, url: "data:text/html,<h1>Shop</h1>"}
  - {name: Pay by card, action: click, locator: "#pay", timeout: 0.3}
  - {name: Be thanked, action: expect_text, text: Thanks}
"""
KEEPS = """
name: Keeps
steps:
  - {action: set_cookies, cookies: [{name: session, value: of-ada-0123456789}]}
  - {action: save_login_state, login_state: shop}
"""
USES = """
name: Uses
browser: {storage_state: shop}
steps:
  - {action: goto, url: /state}
  - {action: assert, locator: "#before", text: session=of-ada}
"""
TESTS = """
from outrider_journeys import step

def test_steps(page):
    with step("Open"):
        page.goto("data:text/html,<h1>hi")
        with step("Look"):
            assert page.inner_text("h1") == "hi"
    with step("Break"):
        assert page.inner_text("h1") == "ho"
"""
CONFTEST = """
import pytest

@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": {"width": 777, "height": 500}, "locale": "fr-FR"}

@pytest.fixture
def page(page):
    page.add_init_script("window.mine = true")
    yield page

def pytest_outrider_step_ended(item, step):
    print("heard", item.name, step.name)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project after one run of all its tests."""
    folder = tmp_path_factory.mktemp("project")
    files = {"good.journey.yaml": GOOD, "bad.journey.yml": BAD, "test_python.py": TESTS, "conftest.py": CONFTEST}
    files |= {"first.journey.yaml": KEEPS, "later.journey.yaml": USES}
    for name, text in files.items():
        (folder / name).write_text(text)
    (folder / "pytest.ini").write_text("[pytest]\noutrider_variables =\n    GREETING=from-ini\n")
    given = {"OUTRIDER_SECRET_PASSWORD": "tops3cret", "OUTRIDER_VAR_WHO": "not Ada"}
    options = [
        "--tracing=retain-on-failure",
        "--strict-markers",
        "--junitxml=report.xml",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
    ]
    with odd_site() as site:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                *options,
                "-p",
                "no:xdist",
                f"--base-url={site.url}",
                "--outrider-var=WHO=Ada",
                "--outrider-login-states=states",
            ],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), **given},
            capture_output=True,
            text=True,
            check=False,
        )
    (folder / "output.txt").write_text(done.stdout + done.stderr)
    return folder


def properties(folder: Path) -> dict[str, list[str]]:
    """The JUnit properties of each test."""
    cases = ET.parse(folder / "report.xml").iter("testcase")
    return {
        case.attrib["name"]: [f"{each.attrib['name']}={each.attrib['value']}" for each in case.iter("property")]
        for case in cases
    }


def test_a_journey_walks_on_the_projects_page_with_what_it_is_given(folder: Path) -> None:
    output = (folder / "output.txt").read_text()
    assert "2 failed, 3 passed" in output, output
    assert "tops3cret" not in output + (folder / "report.xml").read_text()


def test_a_journey_uses_the_login_state_that_another_has_kept(folder: Path) -> None:
    assert oct((folder / "states/shop.login-state.json").stat().st_mode & 0o777) == "0o600"
    assert any("of-ada" in each and "passed" in each for each in properties(folder)["Uses[chromium]"])


def test_a_failed_journey_tells_its_steps_and_its_picture(folder: Path) -> None:
    output = (folder / "output.txt").read_text()
    assert "Buys: failed (locator): Pay by card: #pay was not found within 0.3 s" in output
    assert "✗ Pay by card  failed, 0.3" in output
    assert "· Be thanked  not run" in output
    picture = Path("test-results/bad-journey-yml-buys-chromium/002-pay-by-card.png")
    assert str(picture) in output
    assert (folder / picture).read_bytes().startswith(b"\x89PNG")
    found = properties(folder)["Buys[chromium]"]
    assert f"outrider_screenshot={picture}" in found
    assert "outrider_step=Be thanked: not run" in found
    assert sum(each.startswith("outrider_step=") for each in properties(folder)["Signs in[chromium]"]) == 7


def test_steps_of_python_tests_are_in_the_report_the_trace_and_the_hook(folder: Path) -> None:
    output = (folder / "output.txt").read_text()
    assert "    ✓ Look  passed" in output
    assert "  ✗ Break  failed" in output
    assert "heard test_steps[chromium] Look" in output
    [step] = [each for each in properties(folder)["test_steps[chromium]"] if "Open > Look" in each]
    assert step.startswith("outrider_step=Open > Look: passed, ")
    with zipfile.ZipFile(folder / "test-results/test-python-py-test-steps-chromium/trace.zip") as trace:
        events = trace.read("trace.trace").decode()
    assert [name for name in ("Open", "Look", "Break") if f'"title":"{name}"' in events] == ["Open", "Look", "Break"]
    assert "test_python.py" in events

"""Journeys from files: run without a server, and uploaded to one."""

import json
import re
import shutil
import socket
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from outrider_api.cli.web_server import WebServer, listener
from outrider_api.demo.shop import Switches, create_shop

from .conftest import Outrider

browser = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]
SAMPLE = files("outrider_api.demo") / "journeys" / "shop-checkout.journey.yaml"


def served(switches: Switches) -> Iterator[str]:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    with listener("127.0.0.1", port) as listening, WebServer(create_shop(switches), listening):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def shop() -> Iterator[str]:
    """A shop in which everything works."""
    yield from served(Switches())


@pytest.fixture
def broken_shop() -> Iterator[str]:
    """A shop whose checkout is broken."""
    yield from served(Switches(checkout="broken"))


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "sample.journey.yaml"
    path.write_text(SAMPLE.read_text())
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two journeys, of which one fails, among other files."""
    folder = tmp_path / "journeys"
    (folder / "deep").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    opened = "{action: goto, url: /}"
    (folder / "a.journey.yaml").write_text(f"name: Home\ntags: [front]\nsteps: [{opened}]\n")
    wrong = "{action: assert, title: {equals: Nothing}, timeout: 1}"
    (folder / "deep" / "b.journey.json").write_text(f"name: Wrong\nsteps: [{opened}, {wrong}]\n")
    for other in ("notes.yaml", ".hidden/c.journey.yaml"):
        (folder / other).write_text("steps: nonsense")
    return folder


@pytest.fixture
def temporary() -> Iterator[str]:
    """A temporary folder with a path short enough for Chromium's socket."""
    folder = tempfile.mkdtemp(prefix="o", dir="/tmp")
    yield folder
    shutil.rmtree(folder)


class TestInABrowser:
    pytestmark = browser

    @pytest.mark.long
    def test_login_states_are_kept_in_a_folder_for_journeys_that_come_later(
        self, outrider: Outrider, tmp_path: Path, temporary: str
    ) -> None:
        cookie = "{name: session, value: x, domain: shop.example}"
        saves = f"{{action: set_cookies, cookies: [{cookie}]}}, {{action: save_login_state, login_state: shop}}"
        (tmp_path / "a.journey.yaml").write_text(f"name: Keeps\nsteps: [{saves}]\n")
        for name in ("shop", "blog"):
            uses = f"{{action: use_login_state, login_state: {name}}}"
            (tmp_path / f"{name}.journey.yaml").write_text(f"name: Uses {name}\nsteps: [{uses}]\n")
        done = outrider("run", str(tmp_path), "--login-states", str(tmp_path / "states"), "--json", TMPDIR=temporary)
        assert {each["journey"]: each["status"] for each in json.loads(done.stdout)["runs"]} == {
            "Keeps": "passed",
            "Uses shop": "passed",
            "Uses blog": "error",
        }
        assert "there is no login state 'blog' that is still valid" in done.stdout
        assert [path.name for path in (tmp_path / "states").iterdir()] == ["shop.login-state.json"]

    def test_a_journey_that_passes_ends_with_0(
        self, outrider: Outrider, shop: str, sample: Path, temporary: str
    ) -> None:
        done = outrider("run", str(sample), "--base-url", shop, "--var", "CUSTOMER=Grace", TMPDIR=temporary)
        assert done.returncode == 0, done.stdout + done.stderr
        assert len(re.findall(r"^  ✓ .+ m?s$", done.stdout, re.MULTILINE)) >= 17
        assert "passed in" in done.stdout
        assert not list(Path(temporary).iterdir())

    def test_the_first_example_of_the_page_about_journeys_works(
        self, outrider: Outrider, shop: str, tmp_path: Path, temporary: str
    ) -> None:
        page = (Path(__file__).parents[3] / "docs" / "journeys.md").read_text()
        (tmp_path / "pack.journey.yaml").write_text(re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)[0])
        done = outrider("run", "pack.journey.yaml", "--base-url", shop, TMPDIR=temporary)
        assert done.returncode == 0, done.stdout + done.stderr
        assert not [line for line in done.stderr.splitlines() if not line.startswith("warning: browsers run without")]

    def test_a_folder_is_walked_side_by_side_and_told_as_a_table_and_as_junit(
        self, outrider: Outrider, shop: str, folder: Path, temporary: str
    ) -> None:
        done = outrider(
            *("run", str(folder), "--base-url", shop, "--workers", "2", "--repeat", "2"),
            *("--trace", "--junit", "out/junit.xml", "-o", "kept"),
            TMPDIR=temporary,
        )
        assert done.returncode == 1, done.stdout + done.stderr
        assert re.search(r"^✓ passed +Home +2/2 ", done.stdout, re.MULTILINE)
        assert re.search(r"^✗ failed +Wrong +0/2 .*the title is “", done.stdout, re.MULTILINE)
        assert "2 passed, 2 failed in" in done.stdout
        suites = ET.parse(folder.parent / "out" / "junit.xml").getroot()
        assert [suite.get("name") for suite in suites] == ["Home (1/2)", "Home (2/2)", "Wrong (1/2)", "Wrong (2/2)"]
        assert (suites.get("tests"), suites.get("failures"), suites.get("errors")) == ("6", "2", "0")
        attached = re.findall(r"\[\[ATTACHMENT\|(.+?)]]", ET.tostring(suites, encoding="unicode"))
        kept = {str(path) for path in (folder.parent / "kept").rglob("*.*")}
        assert set(attached) == kept
        assert len([path for path in kept if path.endswith("trace.zip")]) == 4

    def test_a_browser_that_is_not_installed_is_named_and_ends_with_3(
        self, outrider: Outrider, sample: Path, temporary: str
    ) -> None:
        done = outrider(
            "run", str(sample), "--browser", "webkit", TMPDIR=temporary, PLAYWRIGHT_BROWSERS_PATH="/nowhere"
        )
        assert done.returncode == 3
        assert "there is no webkit that Playwright can drive on this machine; install it" in done.stdout

    @pytest.mark.long
    def test_everything_is_told_as_json(self, outrider: Outrider, shop: str, folder: Path, temporary: str) -> None:
        done = outrider("run", str(folder), "--base-url", shop, "--json", "--tag", "front", TMPDIR=temporary)
        told = json.loads(done.stdout)
        assert (done.returncode, told["exit_status"]) == (0, 0)
        (run,) = told["runs"]
        assert (run["journey"], run["status"], run["cause"], run["attempt"]) == ("Home", "passed", None, 1)
        assert [(step["id"], step["status"]) for step in run["steps"]] == [("open", "passed")]
        assert run["artifacts"]
        assert all((folder.parent / path).is_file() for path in run["artifacts"])

    @pytest.mark.long
    def test_a_broken_site_ends_with_1_and_a_picture_is_kept(
        self, outrider: Outrider, broken_shop: str, sample: Path, temporary: str
    ) -> None:
        sample.write_text(SAMPLE.read_text().replace("version: 1", "version: 1\ndefaults: {timeout: 2}"))
        done = outrider("run", str(sample), "--base-url", broken_shop, TMPDIR=temporary)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "✗ The order is confirmed" in done.stdout
        kept = [Path(name) for name in re.findall(r"kept (\S+)", done.stdout)]
        assert any(path.suffix == ".png" for path in kept)
        assert all((sample.parent / path).stat().st_size > 0 for path in kept)

    def test_a_browser_that_is_not_there_ends_with_3(self, outrider: Outrider, sample: Path, temporary: str) -> None:
        done = outrider("run", str(sample), TMPDIR=temporary, OUTRIDER_BROWSER_PATH="/nowhere/chromium")
        assert (done.returncode, "/nowhere/chromium" in done.stdout) == (3, True)

    @pytest.mark.long
    def test_secrets_come_from_the_environment_and_are_not_shown(
        self, outrider: Outrider, shop: str, tmp_path: Path, temporary: str
    ) -> None:
        steps = [
            {"action": "goto", "url": "/login"},
            {"action": "fill", "locator": {"label": "Email address"}, "value": "ada@example.com"},
            {"action": "fill", "locator": {"label": "Password"}, "value": "{{PASSWORD}}"},
            {"action": "click", "locator": {"role": "button", "name": "Log in"}},
            {
                "action": "assert",
                "locator": {"test_id": "greeting"},
                "text": {"contains": "{{PASSWORD}}"},
                "timeout": 1,
            },
        ]
        path = tmp_path / "login.json"
        path.write_text(json.dumps({"base_url": shop, "secrets": ["PASSWORD"], "steps": steps}))
        done = outrider("run", str(path), "--secret", "PASSWORD", PASSWORD="trailhead", TMPDIR=temporary)
        assert done.returncode == 1, done.stdout
        assert "✓ " in done.stdout
        assert "trailhead" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("text", "arguments", "sentence"),
    [
        pytest.param(
            "steps:\n- action: goto\n  url: /\n- action: fly\n", [], ":4: steps[1].action: no such", id="action"
        ),
        pytest.param("name: [", [], "j.yaml", id="not-yaml"),
        pytest.param("name: Empty\n", [], "there are no steps in it", id="no-steps"),
        pytest.param("secrets: [TOKEN]\nsteps: [{action: reload}]\n", [], "--secret TOKEN", id="secret-not-given"),
        pytest.param(
            "secrets: [TOKEN]\nsteps: [{action: group, steps: [{action: note, text: '{{TOKEN}}'}]}]\n",
            [],
            "j.yaml: steps[0].steps[0] (Note: {{TOKEN}}) needs the secret TOKEN: set $TOKEN and add --secret TOKEN",
            id="secret-of-a-step",
        ),
        pytest.param("steps: [{action: reload}]\n", ["--secret", "TOKEN"], "TOKEN is not set", id="secret-not-set"),
        pytest.param(
            "browser: {is_mobile: true}\nsteps: [{action: reload}]\n",
            ["--browser", "firefox"],
            "--browser: j.yaml: browser: firefox can't be mobile",
            id="browser",
        ),
        pytest.param("steps: [{action: reload}]\n", ["--var", "A"], "NAME=VALUE", id="variable-without-value"),
    ],
)
def test_a_journey_that_is_wrong_ends_with_2_and_says_where(
    outrider: Outrider, tmp_path: Path, text: str, arguments: list[str], sentence: str
) -> None:
    (tmp_path / "j.yaml").write_text(text)
    done = outrider("run", "j.yaml", *arguments)
    assert (done.returncode, sentence in done.stderr) == (2, True), done.stderr


def test_a_folder_in_which_something_is_wrong_ends_with_2_and_names_all_of_it(outrider: Outrider, folder: Path) -> None:
    (folder / "c.journey.yml").write_text("name: Nothing to do\n")
    (folder / "d.journey.yaml").write_text("steps: [{action: fly}]")
    done = outrider("run", str(folder))
    assert done.returncode == 2
    assert "c.journey.yml: there are no steps in it" in done.stderr
    assert "d.journey.yaml:1: steps[0].action: no such" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(["journeys", "--tag", "none"], "no journey in journeys has the tag none", id="tag"),
        pytest.param(["journeys", "--tag", "frnt"], "has the tag frnt; did you mean `front`?", id="misspelt-tag"),
        pytest.param(["journeys/nothing"], "there is no journey in journeys/nothing", id="empty-folder"),
    ],
)
def test_nothing_to_run_ends_with_2(outrider: Outrider, folder: Path, arguments: list[str], sentence: str) -> None:
    (folder / "nothing").mkdir()
    done = outrider("run", *arguments)
    assert (done.returncode, sentence in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("run sample.journey.yaml -o /proc/x", "--output"),
        ("run sample.journey.yaml --junit /proc/x/y.xml", "--junit"),
        ("record http://127.0.0.1:1 --headless -o /proc/x.yaml", "--output"),
        ("trigger --tag smoke --junit /proc/x/y.xml", "--junit"),
        ("trigger --tag smoke --summary /proc/x.md", "--summary"),
        ("export sample.journey.yaml --to outrider-yaml -o /proc/x.yaml", "--output"),
        ("import sample.journey.yaml -o /proc/x/y.yaml", "--output"),
        ("schema journey -o /proc/x.json", "--output"),
    ],
)
def test_what_can_not_be_written_ends_with_2_before_anything_is_run(
    outrider: Outrider, sample: Path, command: str, option: str
) -> None:
    done = outrider(*command.split(), OUTRIDER_API_KEY="outr_x", OUTRIDER_SERVER="http://127.0.0.1:1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"outrider: {option}: /proc/x")
    assert "can't be written: " in done.stderr


def test_login_states_that_can_not_be_kept_are_told_before_anything_is_run(outrider: Outrider, sample: Path) -> None:
    done = outrider("run", "sample.journey.yaml", "--login-states", "/proc/x")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no login state can be kept in /proc/x: " in done.stderr


@pytest.mark.parametrize("command", ["run sample.journey.yaml", "trigger Home", "push sample.journey.yaml", "replay r"])
@pytest.mark.parametrize("url", ["nonsense", "127.0.0.1:8000", "ftp://a", "http://", "http://a b", "http:/{{HOST}}"])
def test_a_base_url_that_is_none_is_refused_by_its_option(
    outrider: Outrider, sample: Path, command: str, url: str
) -> None:
    done = outrider(*command.split(), "--base-url", url)
    assert (done.returncode, done.stdout) == (2, "")
    told = f"outrider: --base-url: {url!r} must begin with http:// or https:// and name a host, as https://shop.example"
    assert done.stderr.startswith(told)


def test_the_schema_of_journeys_is_json_with_every_action(outrider: Outrider) -> None:
    schema = json.loads(outrider("schema", "journey").stdout)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert "goto" in json.dumps(schema)


def test_the_built_in_plugins_are_listed(outrider: Outrider) -> None:
    listed = outrider("plugins").stdout
    assert not [name for name in ("http", "browser", "webhook", "log", "journeys") if f"\n{name} " not in listed]
    assert "blocked by OUTRIDER_BLOCKED_PLUGINS" in outrider("plugins", OUTRIDER_BLOCKED_PLUGINS="log").stdout


@pytest.mark.parametrize(
    ("server", "status", "sentence"),
    [
        pytest.param("http://127.0.0.1:9", 1, "can't be reached", id="nobody-there"),
        pytest.param("nonsense", 2, "must begin with http", id="no-address"),
    ],
)
def test_an_upload_that_reaches_nobody_says_so(
    outrider: Outrider, sample: Path, server: str, status: int, sentence: str
) -> None:
    done = outrider("upload", str(sample), "--server", server, "--key", "k")
    assert (done.returncode, sentence in done.stderr) == (status, True)


def test_a_trigger_that_reaches_nobody_blames_no_site(outrider: Outrider) -> None:
    done = outrider("trigger", "Home", "--server", "http://127.0.0.1:9", "--key", "k")
    assert (done.returncode, "can't be reached" in done.stderr) == (3, True)

"""Journeys from files: run without a server, and uploaded to one."""

import json
import re
import shutil
import socket
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

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
def temporary() -> Iterator[str]:
    """A temporary folder with a path short enough for Chromium's socket."""
    folder = tempfile.mkdtemp(prefix="o", dir="/tmp")
    yield folder
    shutil.rmtree(folder)


class TestInABrowser:
    pytestmark = browser

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
        pytest.param("steps: [{action: reload}]\n", ["--secret", "TOKEN"], "TOKEN is not set", id="secret-not-set"),
        pytest.param("steps: [{action: reload}]\n", ["--var", "A"], "NAME=VALUE", id="variable-without-value"),
    ],
)
def test_a_journey_that_is_wrong_ends_with_2_and_says_where(
    outrider: Outrider, tmp_path: Path, text: str, arguments: list[str], sentence: str
) -> None:
    (tmp_path / "j.yaml").write_text(text)
    done = outrider("run", "j.yaml", *arguments)
    assert (done.returncode, sentence in done.stderr) == (2, True), done.stderr


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

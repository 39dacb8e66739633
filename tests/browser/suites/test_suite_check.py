"""Suites in their confinement, run as the engine runs them."""

import base64
import io
import zipfile
from collections.abc import Callable

import pytest

from outrider_engine.domain.observations import Observation, StepResult
from outrider_engine.domain.verdicts import Reason, Verdict
from tests.site.odd_site import ForbiddenServer, OddSite

Test = Callable[..., Observation]

PROJECT = {
    "shop/pytest.ini": "[pytest]\nmarkers =\n    slow: takes long\naddopts = --strict-markers\n",
    "shop/conftest.py": """
import pytest

@pytest.fixture
def heading(page):
    return lambda: page.inner_text("h1")
""",
    "shop/tests/test_calm.py": """
from pathlib import Path
import pytest
from outrider_journeys import step

def test_holds(page, heading):
    with step("Open"):
        page.goto("/calm")
        with step("Look"):
            assert heading() == "Calm"
    Path("left-behind.txt").write_text("projects may write where they are")

def test_breaks(page, heading):
    page.goto("/calm")
    with step("Compare"):
        assert heading() == "Storm"

@pytest.mark.slow
def test_left_out():
    raise AssertionError
""",
    "shop/tests/walk.journey.yaml": """
name: Walks
steps:
  - {action: goto, url: /calm}
  - {action: click, locator: "#pay", timeout: 0.3}
""",
}
CONFINED = """
import os, signal, socket, subprocess
from pathlib import Path
import pytest
from outrider_journeys import secret, variable

def test_secrets_are_handed_over_and_nowhere_else():
    assert (secret("PASSWORD"), variable("WHO")) == ("tops3cret", "Ada")
    assert os.environ["PASSWORD"] == "tops3cret"
    for part in ("environ", "cmdline"):
        assert b"tops3cret" not in Path(f"/proc/self/{part}").read_bytes()
    assert "OUTRIDER_SECRET_KEY" not in os.environ

def test_there_is_nobody_else():
    assert os.getuid() != 0
    assert sorted(int(each) for each in os.listdir("/proc") if each.isdigit())[:2] == [1, 2]
    for attack in (lambda: os.kill(1, signal.SIGKILL), Path("/proc/1/environ").read_bytes):
        with pytest.raises(PermissionError):
            attack()

def test_there_are_no_files_but_programs():
    assert not Path("/etc/shadow").exists()
    assert not Path("/work").exists()
    for place in ("/usr/bin/x", "/etc/x", "/x"):
        with pytest.raises(OSError):
            Path(place).write_text("x")

def test_nothing_more_can_be_had():
    status = Path("/proc/self/status").read_text()
    assert "NoNewPrivs:\\t1" in status
    assert "CapEff:\\t0000000000000000" in status
    assert subprocess.run(["mount", "-t", "tmpfs", "x", "/tmp"], capture_output=True).returncode != 0

def test_there_is_one_way_out():
    import urllib.request
    host, port = variable("FORBIDDEN").split(":")
    with pytest.raises(OSError):
        socket.create_connection((host, int(port)), timeout=2)
    with pytest.raises(OSError):
        urllib.request.urlopen(f"http://{host}:{port}/", timeout=5)
    assert b"Calm" in urllib.request.urlopen(variable("SITE") + "/calm", timeout=5).read()

def test_what_is_left_running_ends():
    subprocess.Popen(["sleep", "1000"], start_new_session=True)

def test_types_what_it_should_not(page):
    page.goto("/calm?password=" + secret("PASSWORD"))
    script = "word => { document.title = word; console.log(word); document.cookie = 'a=' + word }"
    page.evaluate(script, secret("PASSWORD"))

def test_tells_what_it_should_not():
    print("the password is", secret("PASSWORD"))
    raise AssertionError("it is " + secret("PASSWORD"))
"""


def archive(files: dict[str, str]) -> str:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return base64.b64encode(buffer.getvalue()).decode()


def test_a_project_runs_unchanged_with_its_tests_and_steps_as_steps(tested: Test) -> None:
    seen: list[StepResult] = []
    told = tested(None, archive=archive(PROJECT), markers="not slow", seen=seen, artifacts="always")
    assert told.failure is not None, told
    assert (told.failure.verdict, told.failure.reason) == (Verdict.FAILED, Reason.ASSERTION)
    assert told.failure.message.startswith("2 of 3 tests did not pass: test_breaks: AssertionError: assert 'Calm' ==")
    file = "tests/test_calm.py"
    assert [(each.id, each.action, each.status.value) for each in told.steps] == [
        (f"{file}::test_holds[chromium]", "test", "passed"),
        (f"{file}::test_holds[chromium]::Open", "step", "passed"),
        (f"{file}::test_holds[chromium]::Open/Look", "step", "passed"),
        (f"{file}::test_breaks[chromium]", "test", "failed"),
        (f"{file}::test_breaks[chromium]::Compare", "step", "failed"),
        ("tests/walk.journey.yaml::Walks[chromium]", "test", "failed"),
        ("tests/walk.journey.yaml::Walks[chromium]::Open /calm", "step", "passed"),
        ("tests/walk.journey.yaml::Walks[chromium]::Click #pay", "step", "failed"),
    ]
    assert (told.steps[5].reason, told.steps[5].error) == (
        Reason.LOCATOR,
        "Click #pay: #pay was not found within 0.3 s",
    )
    assert {each.id for each in seen} == {each.id for each in told.steps}
    assert {key: told.facts[key] for key in ("tests", "passed", "failed")} == {"tests": 3, "passed": 1, "failed": 2}
    assert sorted((each.kind.value, each.step_index) for each in told.files if each.step_index is not None) == [
        ("screenshot", 0),
        ("screenshot", 3),
        ("screenshot", 5),
        ("screenshot", 5),
        ("trace", 3),
        ("trace", 5),
    ]
    trace, _ = [each for each in told.files if each.kind.value == "trace"]
    with zipfile.ZipFile(trace.path) as opened:
        assert '"title":"Compare"' in opened.read("trace.trace").decode()
    [output] = [each for each in told.files if each.name == "output.txt"]
    assert "2 failed, 1 passed, 1 deselected" in output.path.read_text()


def test_a_suite_is_confined_and_its_secrets_leave_no_trace(
    tested: Test, forbidden: ForbiddenServer, site: OddSite
) -> None:
    variables = {"WHO": "Ada", "FORBIDDEN": forbidden.url.partition("//")[2], "SITE": site.url}
    told = tested(
        CONFINED,
        secrets={"PASSWORD": "tops3cret"},
        variables=variables,
        environment_variables=["PASSWORD"],
        trace="always",
    )
    broken = [(each.name, each.error) for each in told.steps if each.status is not Verdict.PASSED]
    assert broken == [("test_tells_what_it_should_not", "AssertionError: it is •••")]
    assert forbidden.reached == []
    [output] = [each for each in told.files if each.name == "output.txt"]
    assert "the password is •••" in output.path.read_text()
    assert "tops3cret" not in output.path.read_text() + repr(told)
    [trace] = [each for each in told.files if each.kind.value != "log"]
    with zipfile.ZipFile(trace.path) as opened:
        assert not [name for name in opened.namelist() if b"tops3cret" in opened.read(name) or name.endswith(".jpeg")]
        assert "/calm?password=" in opened.read("trace.trace").decode()
    assert told.facts["confinement"][0].startswith("file system, processes and network")  # type: ignore[index]


@pytest.mark.long
@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (
            "import os\ndef test_a():\n    while True:\n        try: os.fork()\n        except OSError: pass",
            "limit:",
        ),
        ("def test_a():\n    while True: pass", "timeout"),
        ("import time\ndef test_a():\n    while True:\n        try: time.sleep(9)\n        except: pass", "timeout"),
        (
            "import os\ndef test_a(capfd):\n    with capfd.disabled():\n        while True: os.write(1, b'x' * 65536)",
            "limit:output",
        ),
        ("def test_a():\n    held = []\n    while True: held.append(bytearray(20_000_000))", "limit:memory"),
        (
            "def test_a(tmp_path):\n    for n in range(1000): (tmp_path / str(n)).write_bytes(bytes(5_000_000))",
            "limit:disk",
        ),
        ("import os\ndef test_a(): os._exit(0)", "invalid_definition"),
        ("import os, signal\ndef test_a(): os.kill(0, signal.SIGKILL)", "invalid_definition"),
        ("import sys\nsys.stdout.write('{')\nraise SystemExit(3)", "invalid_definition"),
    ],
)
def test_a_hostile_suite_ends_in_time_and_leaves_the_slot_usable(tested: Test, code: str, reason: str) -> None:
    told = tested(code, timeout_s=8)
    assert told.failure is not None
    assert told.failure.reason.value.startswith(reason)
    assert told.duration_ms < 13_000
    after = tested("def test_a(): pass")
    assert after.failure is None

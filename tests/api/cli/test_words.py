import resource
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from outrider_api.cli.main import application

from .conftest import Outrider

WORDS = [
    "up",
    "demo",
    "run",
    "upload",
    "push",
    "replay",
    "trigger",
    "login",
    "logout",
    "whoami",
    "monitors",
    "api-monitors",
    "journeys",
    "runs",
    "batches",
    "alerts",
    "channels",
    "rules",
    "members",
    "api-keys",
    "users",
    "incidents",
    "releases",
    "api",
    "scheduler",
    "worker",
    "db",
    "organizations",
    "keys",
    "plugins",
    "schema",
    "alive",
]


@pytest.mark.parametrize("word", WORDS)
def test_every_word_explains_itself(word: str) -> None:
    assert "Usage:" in CliRunner().invoke(application(), [word, "--help"]).stdout


def test_help_names_every_word() -> None:
    text = CliRunner().invoke(application(), ["--help"]).stdout
    assert not [word for word in WORDS if f"\n  {word} " not in text]


def test_help_loads_no_engine() -> None:
    script = (
        "import sys; from outrider_api.cli.main import application; application();"
        "print([n for n in ('sqlalchemy', 'fastapi', 'pydantic', 'dramatiq', 'playwright') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_is_quick() -> None:
    def cpu_s() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "outrider_api.cli", "--help"], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(cpu_s() for _ in range(3)) < 0.5


def test_the_version_is_shown(outrider: Outrider) -> None:
    assert outrider("--version").stdout.startswith("outrider 0.")


@pytest.mark.parametrize(
    ("arguments", "variables", "sentence"),
    [
        pytest.param(["up"], {"OUTRIDER_EGRESS": "no"}, "OUTRIDER_EGRESS:", id="setting-with-a-wrong-value"),
        pytest.param(["up"], {"OUTRIDER_BROWSER_SLOTS": "many"}, "OUTRIDER_BROWSER_SLOTS:", id="not-a-number"),
        pytest.param(["worker", "--queues", "heavy"], {}, "no such queue: heavy (allowed: light,", id="queue"),
        pytest.param(["worker", "--location", "a b"], {}, "--location: letters, digits", id="location"),
        pytest.param(["api"], {}, "OUTRIDER_SECRET_KEY: is required", id="distributed-without-a-key"),
        pytest.param(["scheduler"], {}, "OUTRIDER_SECRET_KEY: is required", id="scheduler-without-a-key"),
        pytest.param(["alive", "elephant"], {}, "there is no such part (allowed: scheduler,", id="unknown-part"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_status_2(
    outrider: Outrider, arguments: list[str], variables: dict[str, str], sentence: str
) -> None:
    done = outrider(*arguments, **variables)
    assert done.returncode == 2
    assert done.stderr.startswith("outrider: ")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_part_that_gave_no_sign_of_life_is_not_alive(outrider: Outrider) -> None:
    done = outrider("alive", "worker")
    assert done.returncode == 1
    assert "no worker on this host" in done.stderr


def test_a_data_folder_that_cannot_be_made_is_told(outrider: Outrider) -> None:
    done = outrider("db", "upgrade", "--data-dir", "/proc/nowhere")
    assert done.returncode == 1
    assert done.stderr.startswith("outrider: /proc/nowhere: ")

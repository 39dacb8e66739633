"""docs/cli.md says what is true: its commands work, its Python runs, and no command or word is left out."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from served_house import Served
from typer.main import get_command

from outrider_api.cli.main import application
from outrider_api.client import Client

from .conftest import Outrider, commands_on

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "cli.md").read_text()
GROUPS = (
    *("monitors", "api-monitors", "journeys", "runs", "batches", "alerts", "incidents", "releases"),
    *("events", "projects", "environments", "variables", "channels", "rules", "members", "api-keys"),
)
HOME = "name: Our home page\nbase_url: http://127.0.0.1:9\nsteps: [{action: goto, url: /}]\n"
ORDERS = "name: Orders\nsteps: [{name: List, request: {url: 'http://127.0.0.1:9/orders'}}]\n"


@pytest.mark.timeout(240)
def test_the_commands_on_the_page_work(outrider: Outrider, working: Served, tmp_path: Path) -> None:
    (tmp_path / "home.journey.yaml").write_text(HOME)
    (tmp_path / "orders.yaml").write_text(ORDERS)
    assert len(commands_on(PAGE)) > 10
    for line in commands_on(PAGE):
        program, *arguments = shlex.split(line)
        done = outrider(*arguments, **working.variables)
        assert (program, done.returncode) == ("outrider", 0), f"{line}: {done.stdout}{done.stderr}"


def test_the_commands_on_the_page_of_environments_work(outrider: Outrider, served: Served) -> None:
    served.house.owner.post("/api/v1/environments", {"name": "staging"})
    for line in commands_on((DOCS / "environments.md").read_text()):
        program, *arguments = shlex.split(line)
        done = outrider(*arguments, **served.variables)
        assert (program, done.returncode) == ("outrider", 0), f"{line}: {done.stdout}{done.stderr}"


def test_the_commands_on_the_page_of_projects_work(outrider: Outrider, served: Served) -> None:
    page = (DOCS / "identity.md").read_text()
    assert "outrider projects rename" in page
    for line in commands_on(page):
        program, *arguments = shlex.split(line)
        done = outrider(*arguments, **served.variables)
        assert (program, done.returncode) == ("outrider", 0), f"{line}: {done.stdout}{done.stderr}"


def test_the_python_on_the_page_runs(working: Served, capsys: pytest.CaptureFixture[str]) -> None:
    (written,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    code = written.replace("https://outrider.example.com", working.url).replace("outr_…", working.key)
    exec(compile(code, "docs/cli.md", "exec"), {})
    lines = [line for line in capsys.readouterr().out.splitlines() if " request " not in line]
    assert lines[0].startswith("passed ")
    assert lines[-1].startswith("400 invalid_input type (")


def test_every_command_is_on_the_page() -> None:
    groups: Any = get_command(application())
    for group in GROUPS:
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{group} "))
        words = set(re.findall(rf"`(?:{group} )?([\w-]+)(?: [\w-]+)?`", row.split("|")[1]))
        assert words == set(groups.commands[group].commands)


@pytest.mark.parametrize(
    "resource",
    [
        *(
            "monitors",
            "api_monitors",
            "journeys",
            "runs",
            "batches",
            "alerts",
            "incidents",
            "releases",
            "channels",
            "rules",
        ),
        *("events", "projects", "environments", "variables", "members", "keys"),
    ],
)
def test_every_word_of_the_client_is_on_the_page(resource: str) -> None:
    found = getattr(Client("http://a", "k"), resource)
    public = {name for name in dir(found) if not name.startswith("_") and callable(getattr(found, name))}
    row = next(line for line in PAGE.splitlines() if re.match(rf"\| (`\w+`, )*`{resource}`", line))
    assert set(re.findall(r"`(\w+)`", row.split("|")[2])) == public - {"path_of", "called", "some_names"}

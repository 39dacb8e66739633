"""Who may import whom: the contracts hold, and each of them is seen to fail when it is broken."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

VIOLATIONS = {
    "Rooms look downwards": ("engine/outrider_engine/seeded.py", "import outrider_journeys"),
    "Inside the engine": ("engine/outrider_engine/domain/seeded.py", "import outrider_engine.services"),
    "The domain, the errors and the ports know no library": ("engine/outrider_engine/ports/seeded.py", "import yaml"),
    "Rows, queues and browsers stay behind their ports": ("api/outrider_api/seeded.py", "import sqlalchemy"),
    "Plugins have no private path": ("plugins/outrider_plugins/seeded.py", "import outrider_engine.services"),
    "Plugins do not import one another": (
        "plugins/outrider_plugins/webhook/seeded.py",
        "import outrider_plugins.http",
    ),
    "Journeys know no server": ("journeys/outrider_journeys/seeded.py", "import dramatiq"),
}


def verdicts(folder: Path, rooms: dict[str, str]) -> dict[str, str]:
    """Run import-linter over the rooms in ``folder``; returns KEPT or BROKEN by the name of each contract."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--config", folder / "pyproject.toml"],
        cwd=folder,
        env={"PYTHONPATH": ":".join(str(folder / room) for room in rooms), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = dict(re.findall(r"^(.+?)\s+(KEPT|BROKEN)\b", done.stdout, re.MULTILINE))
    assert found, done.stdout + done.stderr
    return found


def contracts(root: Path) -> list[str]:
    settings = tomllib.loads((root / "pyproject.toml").read_text())
    return [contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]]


def test_every_contract_is_kept(root: Path, rooms: dict[str, str]) -> None:
    assert verdicts(root, rooms) == dict.fromkeys(contracts(root), "KEPT")


@pytest.fixture(scope="module")
def broken(root: Path, rooms: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The verdicts over a copy of the house in which somebody broke every contract once."""
    house = tmp_path_factory.mktemp("house")
    shutil.copy(root / "pyproject.toml", house)
    for room in rooms:
        shutil.copytree(root / room, house / room, ignore=shutil.ignore_patterns("__pycache__", "examples"))
    for path, line in VIOLATIONS.values():
        (house / path).write_text(line + "\n")
    return verdicts(house, rooms)


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_broken_contract_is_noticed(broken: dict[str, str], contract: str) -> None:
    assert broken[contract] == "BROKEN"


def test_every_contract_is_broken_once_by_these_tests(root: Path) -> None:
    assert set(contracts(root)) == set(VIOLATIONS)

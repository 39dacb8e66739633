"""What is taken out of a suite's folder: plain files that are in it, and nothing they point to."""

import os
from pathlib import Path

import pytest

from outrider_plugins.suite.layers import Layers
from outrider_plugins.suite.projects import Project, lay_out
from outrider_plugins.suite.requirements import unmet
from outrider_plugins.suite.settings import SuiteSettings

HERE = Layers(None, namespaces=False)


@pytest.mark.parametrize(
    ("named", "is_taken"),
    [
        ("plain", True),
        ("../project/plain", True),
        ("/suite/project/plain", True),
        ("linked", False),
        ("hard", False),
        ("pipe", False),
        ("missing", False),
        (".", False),
        ("folder/plain", False),
        ("large", False),
        ("../../outside", False),
        ("/suite/../outside", False),
        ("/etc/passwd", False),
    ],
)
def test_only_plain_files_of_the_suite_are_taken(named: str, is_taken: bool, tmp_path: Path) -> None:
    project, folder = Project(tmp_path / "s", Path("/suite"), None), tmp_path / "s" / "project"
    folder.mkdir(parents=True)
    for name in ("plain", "secret"):
        (folder / name).write_text("picture")
    (folder / "large").write_bytes(bytes(101))
    (folder / "linked").symlink_to("plain")
    (folder / "folder").symlink_to(".")
    (tmp_path / "outside").write_text("not the suite's")
    os.link(folder / "secret", folder / "hard")
    os.mkfifo(folder / "pipe")
    assert project.take(named, tmp_path / "copy", 100) is is_taken
    assert (tmp_path / "copy").exists() is is_taken


def test_code_is_a_project_of_one_file(tmp_path: Path) -> None:
    project = lay_out(SuiteSettings(code="def test_a(): pass", file_name="test_shop.py"), tmp_path, HERE)
    assert (project.inside / "project" / "test_shop.py").read_text() == "def test_a(): pass"


def test_packages_that_are_missing_are_named_and_nothing_is_installed(tmp_path: Path) -> None:
    info = tmp_path / "faker-31.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: Faker\nVersion: 31.0\n")
    assert unmet(["faker>=30", "pytest", "colorama; sys_platform == 'win32'"], str(tmp_path)) is None
    told = unmet(["faker>=32", "no-such-package"], str(tmp_path))
    assert told is not None
    assert told.failure is not None
    assert "faker>=32, and 31.0 is installed, no-such-package, which is not installed" in told.failure.message
    assert "OUTRIDER_SUITE_PACKAGES" in told.failure.message

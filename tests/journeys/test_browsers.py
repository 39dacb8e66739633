"""Which browser is used where several are installed, and what is said where none is."""

from pathlib import Path

import pytest

from outrider_engine.errors import SlotError
from outrider_journeys.browsers import FULL, SHELL, choose, find_browsers, find_other

NOWHERE = Path("/nonexistent/chromium-1187/chrome-linux/chrome")


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_operators_choice_excludes_all_others(tmp_path: Path) -> None:
    program(tmp_path / "bin/chromium-headless-shell")
    own = program(tmp_path / "mine/browser")
    found = find_browsers({"PATH": str(tmp_path / "bin"), "OUTRIDER_BROWSER_PATH": str(own)}, NOWHERE)
    assert [each.path for each in found] == [own]


def test_a_choice_that_is_no_program_is_named(tmp_path: Path) -> None:
    with pytest.raises(SlotError, match=r"OUTRIDER_BROWSER_PATH: .*missing is not a program"):
        find_browsers({"OUTRIDER_BROWSER_PATH": str(tmp_path / "missing")}, NOWHERE)


def test_the_headless_shell_is_preferred_and_has_no_window(tmp_path: Path) -> None:
    full = program(tmp_path / "bin/chromium")
    shell = program(tmp_path / "bin/chromium-headless-shell")
    found = find_browsers({"PATH": str(tmp_path / "bin")}, NOWHERE)
    assert (choose(found, headed=False).path, choose(found, headed=False).name) == (shell, SHELL)
    assert (choose(found, headed=True).path, choose(found, headed=True).name) == (full, FULL)


def test_playwrights_own_come_before_the_systems(tmp_path: Path) -> None:
    program(tmp_path / "bin/chromium-headless-shell")
    own = program(tmp_path / "pw/chromium-1187/chrome-linux/chrome")
    shell = program(tmp_path / "pw/chromium_headless_shell-1187/chrome-linux/headless_shell")
    found = find_browsers({"PATH": str(tmp_path / "bin")}, own)
    assert choose(found, headed=False).path == shell
    assert choose(found, headed=True).path == own


@pytest.mark.parametrize("headed", [False, True])
def test_no_browser_says_what_to_install(tmp_path: Path, headed: bool) -> None:
    found = find_browsers({"PATH": str(tmp_path)}, NOWHERE)
    with pytest.raises(SlotError, match="playwright install chromium"):
        choose(found, headed=headed)


@pytest.mark.parametrize("engine", ["firefox", "webkit"])
def test_another_engine_is_playwrights_own_or_said_how_to_install(tmp_path: Path, engine: str) -> None:
    with pytest.raises(SlotError, match=f"there is no {engine} .*playwright install {engine}"):
        find_other(engine, tmp_path / "missing")
    assert find_other(engine, program(tmp_path / "pw/browser")).name == engine

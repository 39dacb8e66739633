"""Login states in a folder: private, replaced whole, and gone when they have expired."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from outrider_engine.domain.login_states import LoginState
from outrider_engine.errors import InvalidInput
from outrider_journeys.login_state_files import LoginStateFolder

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def state(content: str = "{}", name: str = "shop") -> LoginState:
    return LoginState(name=name, content=content, saved_at=NOW, expires_at=NOW + timedelta(hours=1))


def test_what_is_kept_is_found_until_it_expires(tmp_path: Path) -> None:
    folder = LoginStateFolder(tmp_path / "states")
    folder.keep([state("first"), state("second"), state(name="blog")])
    assert folder.valid({"shop", "missing"}, NOW) == (state("second"),)
    assert folder.valid({"shop"}, NOW + timedelta(hours=1)) == ()
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in (tmp_path / "states").iterdir()}
    assert modes == dict.fromkeys(("shop.login-state.json", "blog.login-state.json"), "0o600")
    assert oct((tmp_path / "states").stat().st_mode & 0o777) == "0o700"


@pytest.mark.parametrize("content", ["", "[]", '{"content": "x"}', "\xff"])
def test_a_file_that_is_none_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "shop.login-state.json"
    path.write_text(content, encoding="latin-1")
    path.chmod(0o600)
    with pytest.raises(InvalidInput, match=r"shop\.login-state\.json is not a login state"):
        LoginStateFolder(tmp_path).valid({"shop"}, NOW)


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    folder = LoginStateFolder(tmp_path)
    folder.keep([state()])
    (tmp_path / "shop.login-state.json").chmod(0o644)
    with pytest.raises(InvalidInput, match="can be read by others"):
        folder.valid({"shop"}, NOW)


def test_a_folder_that_can_not_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidInput, match=r"no login state can be kept in .*file"):
        LoginStateFolder(tmp_path / "file").keep([state()])

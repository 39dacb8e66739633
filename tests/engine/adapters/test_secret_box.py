"""Secrets at rest: sealed with the newest key, opened with any, never with another."""

import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from outrider_engine.adapters.secret_box import FernetBox, kept_key
from outrider_engine.errors import ConfigurationError

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_what_is_sealed_is_opened_and_cannot_be_read() -> None:
    box = FernetBox(NEW)
    sealed = box.seal("tëxt")
    assert "tëxt" not in sealed
    assert box.open(sealed) == "tëxt"


def test_an_old_key_still_opens_while_the_new_one_seals() -> None:
    sealed = FernetBox(OLD).seal("kept")
    both = FernetBox(f"{NEW}, {OLD}")
    assert both.open(sealed) == "kept"
    assert FernetBox(NEW).open(both.seal("fresh")) == "fresh"


def test_an_old_seal_is_renewed_and_a_new_one_left_alone() -> None:
    both = FernetBox(f"{NEW},{OLD}")
    renewed = both.renewed(FernetBox(OLD).seal("kept"))
    assert renewed is not None
    assert FernetBox(NEW).open(renewed) == "kept"
    assert both.renewed(renewed) is None
    with pytest.raises(ConfigurationError, match="another key"):
        FernetBox(NEW).renewed(FernetBox(OLD).seal("kept"))


def test_another_key_is_told_apart_from_a_broken_text() -> None:
    with pytest.raises(ConfigurationError, match="OUTRIDER_SECRET_KEY"):
        FernetBox(NEW).open(FernetBox(OLD).seal("kept"))


@pytest.mark.parametrize("text", ["", "short", "not base 64!", ","])
def test_a_wrong_key_is_refused_by_the_name_of_its_variable(text: str) -> None:
    with pytest.raises(ConfigurationError, match="OUTRIDER_SECRET_KEY"):
        FernetBox(text)


def test_the_kept_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = kept_key(tmp_path)
    assert kept_key(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    assert FernetBox(first).open(FernetBox(first).seal("x")) == "x"

"""What is accepted as the archive of a suite, and what comes of it."""

import base64
import io
import stat
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from outrider_engine.errors import InvalidInput
from outrider_plugins.suite.archives import LARGEST, MOST_ENTRIES, check_archive, unpack
from outrider_plugins.suite.settings import SuiteSettings


def packed(files: dict[str, bytes], *, mode: int = stat.S_IFREG | 0o644) -> bytes:
    """A zip file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_project_is_unpacked_without_the_folder_around_it(tmp_path: Path) -> None:
    unpack(packed({"shop-main/tests/test_a.py": b"a", "shop-main/pytest.ini": b"[pytest]"}), tmp_path)
    assert files_in(tmp_path) == {"tests/test_a.py", "pytest.ini"}


def test_what_tools_leave_behind_is_left_out(tmp_path: Path) -> None:
    names = ["test_a.py", "__pycache__/test_a.pyc", ".venv/bin/python", ".git/config", "__MACOSX/x"]
    unpack(packed(dict.fromkeys(names, b"x")), tmp_path)
    assert files_in(tmp_path) == {"test_a.py"}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"no zip", "not a zip file"),
        (packed({}), "no files"),
        (packed({"../out.py": b""}), "leads out"),
        (packed({"/etc/passwd": b""}), "leads out"),
        (packed({"a\\..\\b.py": b""}), "leads out"),
        (packed({"C:/a.py": b""}), "leads out"),
        (packed({"a\n.py": b""}), "not a name"),
        (packed({"x" * 300: b""}), "too long"),
        (packed({"/".join("a" * 40): b""}), "deeper than 30"),
        (packed({"link": b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777), "is a link"),
        (packed({"bomb": bytes(10_000_000)}), "200 times smaller"),
        (packed({f"{number}": bytes(900_000) for number in range(50)}), "holds more than 40,000,000"),
        (packed({f"f{number}": b"" for number in range(MOST_ENTRIES + 1)}), "more than 2,000 entries"),
        (bytes(LARGEST + 1), "larger than 3,000,000"),
    ],
)
def test_what_could_do_harm_is_refused_by_name(content: bytes, problem: str) -> None:
    with pytest.raises(InvalidInput, match=problem):
        check_archive(content)


def test_an_entry_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    content = bytearray(packed({"a.py": b"print(1)\n" * 100}))
    place = content.rindex(b"PK\x01\x02")
    content[place + 24 : place + 28] = (10).to_bytes(4, "little")
    with pytest.raises(InvalidInput, match=r"a\.py"):
        unpack(bytes(content), tmp_path)


@settings(deadline=None)
@given(st.data())
def test_any_damage_is_refused_or_unpacked_within_the_folder(data: st.DataObject) -> None:
    content = bytearray(packed({"tests/test_a.py": b"def test_a(): pass\n" * 5, "b.txt": b"b"}))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as name:
        inner = Path(name) / "inner"
        inner.mkdir()
        with suppress(InvalidInput):
            unpack(bytes(content), inner)
        assert [path.name for path in Path(name).iterdir()] == ["inner"]


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"code": "x", "archive": "eA=="}, "can't be given together"),
        ({"archive": "not base64!"}, "is not base64"),
        ({"archive": base64.b64encode(b"no zip").decode()}, "not a zip file"),
        ({"code": "x", "file_name": "../x.py"}, "pattern"),
        ({"code": "x", "select": ["-p no:x"]}, "pattern"),
        ({"code": "x", "environment_variables": ["LD_PRELOAD"]}, "belongs to Python"),
        ({"code": "x", "environment_variables": ["https_proxy"]}, "belongs to Python"),
        ({"code": "x", "requirements": ["faker @ https://evil.example/f.zip"]}, "names an address"),
        ({"code": "x", "requirements": ["=="]}, "is no requirement"),
        ({"code": "x", "colour": 1}, "Extra inputs"),
    ],
)
def test_settings_that_can_not_be_are_refused(settings: dict[str, object], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        SuiteSettings.model_validate(settings)

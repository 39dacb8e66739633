"""Artifacts in a folder: whole or absent, and nowhere else."""

from pathlib import Path

import pytest

from outrider_engine.adapters.artifact_folder import ArtifactFolder
from outrider_engine.errors import InvalidInput


@pytest.fixture
def store(tmp_path: Path) -> ArtifactFolder:
    return ArtifactFolder(tmp_path / "artifacts")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    path.write_bytes(b"pixels")
    return path


def test_what_is_kept_is_read_again(store: ArtifactFolder, picture: Path) -> None:
    store.put("org_a/run_a/one.png", picture)
    with store.open("org_a/run_a/one.png") as file:
        file.seek(2)
        assert file.read() == b"xels"
    assert list(store.keys("org_a/")) == ["org_a/run_a/one.png"]
    assert list(store.keys("org_b/")) == []


def test_deleting_leaves_no_empty_folder(store: ArtifactFolder, picture: Path, tmp_path: Path) -> None:
    store.put("org_a/run_a/one.png", picture)
    store.put("org_a/run_b/one.png", picture)
    store.delete("org_a/run_a/one.png")
    store.delete("org_a/run_a/one.png")
    assert [path.name for path in (tmp_path / "artifacts" / "org_a").iterdir()] == ["run_b"]
    with pytest.raises(FileNotFoundError), store.open("org_a/run_a/one.png"):
        pass


@pytest.mark.parametrize("key", ["../outside", "org/../../outside", "/etc/passwd"])
def test_keys_cannot_leave_the_folder(store: ArtifactFolder, picture: Path, key: str) -> None:
    with pytest.raises(InvalidInput):
        store.put(key, picture)


def test_links_are_not_followed(store: ArtifactFolder, tmp_path: Path) -> None:
    link = tmp_path / "link.png"
    link.symlink_to("/etc/hostname")
    with pytest.raises(OSError, match=r"(?i)symbolic links"):
        store.put("org_a/run_a/link.png", link)
    assert list(store.keys("org_a/")) == []

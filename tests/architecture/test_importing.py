"""Importing builds nothing: no broker, no engine, no app, no settings, no thread."""

import subprocess
import sys
from pathlib import Path

import pytest

IMPORT_AND_LOOK = """
import gc, importlib, sys, threading
from outrider_engine.settings import Settings
from outrider_engine.plugin_manager import Plugins
from pluggy import PluginManager
import dramatiq, dramatiq.broker, redis, sqlalchemy, starlette.applications

for name in sys.argv[1:]:
    importlib.import_module(name)
kinds = (
    Settings, Plugins, PluginManager, dramatiq.Broker, redis.Redis, sqlalchemy.Engine, starlette.applications.Starlette
)
built = [thing for thing in gc.get_objects() if isinstance(thing, kinds)]
assert not built, built
assert dramatiq.broker.global_broker is None
assert threading.active_count() == 1, threading.enumerate()
"""


def module_names(root: Path, room: str, sources: list[Path]) -> list[str]:
    """Every module of a room but those that are programs."""
    parts = [p.relative_to(root / room).with_suffix("").parts for p in sources if p.is_relative_to(root / room)]
    names = [".".join(p[:-1] if p[-1] == "__init__" else p) for p in parts]
    return [name for name in names if not name.endswith("__main__")]


@pytest.mark.parametrize("room", ["engine", "journeys", "plugins", "api"])
def test_importing_every_module_builds_nothing_and_warns_of_nothing(
    root: Path, room: str, sources: list[Path], tmp_path: Path
) -> None:
    names = module_names(root, room, sources)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", IMPORT_AND_LOOK, *names],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.iterdir())


def test_what_is_built_at_import_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "eager.py").write_text("import starlette.applications\napp = starlette.applications.Starlette()\n")
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_AND_LOOK, "eager"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "AssertionError" in done.stderr

"""Fixtures: the application over SQLite for what the API decides, over every database where storage matters."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from api_house import House, Parts, opened_house
from cryptography.fernet import Fernet
from engine_world import World
from fastapi import FastAPI
from hook_receiver import Receiver, receiving

from outrider_api.http.app import create_app
from outrider_engine.adapters.artifact_folder import ArtifactFolder
from outrider_engine.adapters.secret_box import FernetBox
from outrider_engine.adapters.sql.storage import SqlStorage
from outrider_engine.plugin_manager import Plugins
from outrider_engine.testing import FixedClock, RecordingNotifier, ScriptedCheckType, plugins_with


@pytest.fixture(scope="session")
def plugins() -> Plugins:
    """The installed plugins, with a scripted check type and a recording notifier; loading them takes its time."""
    return plugins_with(check_types=[ScriptedCheckType()], notifiers=[RecordingNotifier()], discover=True)


@pytest.fixture
def notifier(plugins: Plugins) -> RecordingNotifier:
    """The recording notifier, with nothing recorded yet."""
    found = plugins.notifiers["recording"]
    assert isinstance(found, RecordingNotifier)
    found.delivered.clear()
    return found


def _world(storage: SqlStorage, clock: FixedClock, plugins: Plugins, folder: Path) -> World:
    secrets = FernetBox(Fernet.generate_key().decode())
    return World(
        storage=storage, clock=clock, plugins=plugins, secrets=secrets, artifacts=ArtifactFolder(folder / "artifacts")
    )


@pytest.fixture(scope="session")
def app(sqlite_template: Path, plugins: Plugins, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """The one application of the session; each house hands it its own services."""
    folder = tmp_path_factory.mktemp("app")
    url = f"sqlite:///{shutil.copy(sqlite_template, folder / 'outrider.db')}"
    storage = SqlStorage(url)
    yield create_app(Parts.of(_world(storage, FixedClock(), plugins, folder)))
    storage.close()


@pytest.fixture
def house(
    sqlite_storage: SqlStorage, clock: FixedClock, plugins: Plugins, tmp_path: Path, app: FastAPI
) -> Iterator[House]:
    """The application over SQLite."""
    with opened_house(_world(sqlite_storage, clock, plugins, tmp_path), app) as opened:
        yield opened


@pytest.fixture
def any_house(
    storage: SqlStorage, clock: FixedClock, plugins: Plugins, tmp_path: Path, app: FastAPI
) -> Iterator[House]:
    """The application over each kind of database in turn."""
    with opened_house(_world(storage, clock, plugins, tmp_path), app) as opened:
        yield opened


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A local receiver of webhooks."""
    with receiving() as found:
        yield found

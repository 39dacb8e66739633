"""The API of a test behind a real port, for clients that are programs: the command line and the Python client."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from api_house import House, Parts, opened_house
from cryptography.fernet import Fernet
from engine_world import World
from fastapi import FastAPI

from outrider_api.cli.web_server import WebServer, listener
from outrider_api.http.app import create_app
from outrider_engine.adapters.artifact_folder import ArtifactFolder
from outrider_engine.adapters.secret_box import FernetBox
from outrider_engine.adapters.sql.storage import SqlStorage
from outrider_engine.plugin_manager import Plugins
from outrider_engine.testing import FixedClock, RecordingNotifier, ScriptedCheckType, plugins_with


@dataclass(frozen=True)
class Served:
    """A house, where it answers, the text of its owner's key, and the paths that it was asked for."""

    house: House
    url: str
    key: str
    asked: list[str]

    @property
    def variables(self) -> dict[str, str]:
        """What the command line needs in its environment."""
        return {"OUTRIDER_SERVER": self.url, "OUTRIDER_API_KEY": self.key}


@pytest.fixture(scope="session")
def served_plugins() -> Plugins:
    """The installed plugins, with a scripted check type and a recording notifier."""
    return plugins_with(check_types=[ScriptedCheckType()], notifiers=[RecordingNotifier()], discover=True)


def _world(storage: SqlStorage, clock: FixedClock, plugins: Plugins, folder: Path) -> World:
    return World(
        storage=storage,
        clock=clock,
        plugins=plugins,
        secrets=FernetBox(Fernet.generate_key().decode()),
        artifacts=ArtifactFolder(folder / "artifacts"),
    )


@pytest.fixture(scope="session")
def served_app(
    sqlite_template: Path, served_plugins: Plugins, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FastAPI]:
    """The one application of the session; each house hands it its own services."""
    folder = tmp_path_factory.mktemp("served")
    url = f"sqlite:///{shutil.copy(sqlite_template, folder / 'outrider.db')}"
    storage = SqlStorage(url)
    yield create_app(Parts.of(_world(storage, FixedClock(), served_plugins, folder)))
    storage.close()


@contextmanager
def listening() -> Iterator[socket.socket]:
    """Open a socket that listens on a free port of this machine."""
    with listener("127.0.0.1", 0) as sock:
        yield sock


def served_by(app: Any, sock: socket.socket, house: House) -> WebServer:
    """Return the server of a house, which ends its streams before it stops."""
    return WebServer(app, sock, before_stop=house.app.state.event_feed.stop)


@pytest.fixture
def served(
    sqlite_storage: SqlStorage, clock: FixedClock, served_plugins: Plugins, served_app: FastAPI, tmp_path: Path
) -> Iterator[Served]:
    """A house over SQLite that answers at a port of this machine."""
    world = _world(sqlite_storage, clock, served_plugins, tmp_path)
    asked: list[str] = []

    async def noting(scope: Any, receive: Any, send: Any) -> None:
        await served_app(scope, receive, send)
        asked.append(scope.get("path", ""))

    with opened_house(world, served_app) as house, listening() as sock, served_by(noting, sock, house):
        assert house.owner.key is not None
        yield Served(house=house, url=f"http://127.0.0.1:{sock.getsockname()[1]}", key=house.owner.key, asked=asked)

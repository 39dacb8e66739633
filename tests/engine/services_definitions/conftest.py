"""The services of definitions, without HTTP, over every database."""

from pathlib import Path

import pytest
from api_house import Parts
from cryptography.fernet import Fernet
from engine_world import World

from outrider_engine.adapters.artifact_folder import ArtifactFolder
from outrider_engine.adapters.secret_box import FernetBox
from outrider_engine.adapters.sql.storage import SqlStorage
from outrider_engine.services.identity import IdentityService
from outrider_engine.testing import FixedClock, RecordingNotifier, ScriptedCheckType, plugins_with


@pytest.fixture
def notifier() -> RecordingNotifier:
    return RecordingNotifier()


@pytest.fixture
def world(storage: SqlStorage, clock: FixedClock, tmp_path: Path, notifier: RecordingNotifier) -> World:
    return World(
        storage=storage,
        clock=clock,
        plugins=plugins_with(check_types=[ScriptedCheckType()], notifiers=[notifier]),
        secrets=FernetBox(Fernet.generate_key().decode()),
        artifacts=ArtifactFolder(tmp_path / "artifacts"),
    )


@pytest.fixture
def services(world: World) -> Parts:
    return Parts.of(world)


@pytest.fixture
def first_start(storage: SqlStorage) -> IdentityService:
    """Who asks, in an installation that has not been started yet."""
    return IdentityService(storage=storage)

"""The world of the flow: scripted checks and a recording notifier, on every database."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from engine_world import World

from outrider_engine.adapters.artifact_folder import ArtifactFolder
from outrider_engine.adapters.secret_box import FernetBox
from outrider_engine.adapters.sql.storage import SqlStorage
from outrider_engine.testing import FixedClock, RecordingNotifier, ScriptedCheckType, plugins_with


@pytest.fixture
def notifier() -> RecordingNotifier:
    return RecordingNotifier()


@pytest.fixture
def scripted() -> ScriptedCheckType:
    return ScriptedCheckType()


@pytest.fixture
def world(
    storage: SqlStorage, clock: FixedClock, tmp_path: Path, scripted: ScriptedCheckType, notifier: RecordingNotifier
) -> World:
    return World(
        storage=storage,
        clock=clock,
        plugins=plugins_with(check_types=[scripted], notifiers=[notifier]),
        secrets=FernetBox(Fernet.generate_key().decode()),
        artifacts=ArtifactFolder(tmp_path / "artifacts"),
    )

"""The importers and exporters that come with Outrider."""

import pytest

from outrider_journeys.actions.registry import StepActions
from outrider_journeys.exporting.registry import Exporters
from outrider_journeys.importing.registry import Importers
from outrider_journeys.plugin import outrider_register_exporters, outrider_register_importers


@pytest.fixture(scope="session")
def importers(actions: StepActions) -> Importers:
    return Importers([("journeys", outrider_register_importers())], actions)


@pytest.fixture(scope="session")
def exporters() -> Exporters:
    return Exporters([("journeys", outrider_register_exporters())])

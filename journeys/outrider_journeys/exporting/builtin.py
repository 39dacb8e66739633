"""The exporters that come with Outrider."""

from .contract import Exporter
from .outrider_yaml import OutriderYaml
from .pytest_playwright import PytestPlaywright
from .recorder_json.exporter import RecorderJson


def builtin_exporters() -> tuple[Exporter, ...]:
    """Return one of each."""
    return (RecorderJson(), OutriderYaml(), PytestPlaywright())

"""The billing provider ``none``."""

from outrider_engine.plugin_manager import load_plugins
from outrider_plugins.unbilled.provider import Unbilled


def test_it_is_found_by_its_entry_point() -> None:
    assert isinstance(load_plugins().billing_providers["none"], Unbilled)

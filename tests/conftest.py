"""Fixtures of the whole suite: throw-away PostgreSQL and Redis, and empty databases of both kinds."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "services"))

pytest_plugins = ("throwaway_postgresql", "throwaway_redis", "empty_databases")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the slow ones, so that no worker is left with them when the others are done."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)

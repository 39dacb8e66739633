"""Fixtures of the whole suite: throw-away PostgreSQL and Redis, and empty databases of both kinds."""

import gc
import sys
from pathlib import Path

import pytest
import structlog

sys.path.insert(0, str(Path(__file__).parent / "services"))

pytest_plugins = ("pytester", "throwaway_postgresql", "throwaway_redis", "empty_databases")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the slow modules, which mostly wait, so that no worker is left alone with them at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over all that was imported: it is there to stay."""
    gc.collect()
    gc.freeze()


def pytest_configure() -> None:
    """Log exceptions plainly: with source and all local variables, as structlog would by itself, one takes seconds."""
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])

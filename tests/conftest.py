"""Fixtures of the whole suite: throw-away PostgreSQL and Redis, and empty databases of both kinds."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "services"))

pytest_plugins = ("throwaway_postgresql", "throwaway_redis", "empty_databases")

from collections.abc import Iterator
from pathlib import Path

import pytest

ROOMS = {
    "engine": "outrider_engine",
    "journeys": "outrider_journeys",
    "plugins": "outrider_plugins",
    "api": "outrider_api",
}


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the checkout."""
    return Path(__file__).parents[2]


@pytest.fixture(scope="session")
def rooms() -> dict[str, str]:
    """The package that lives in each room."""
    return ROOMS


@pytest.fixture(scope="session")
def sources(root: Path) -> list[Path]:
    """Every Python file of the rooms, migrations and the examples of strangers left out."""
    return sorted(_python_files(root, "migrations", "examples"))


@pytest.fixture(scope="session")
def sources_of_tests(root: Path) -> list[Path]:
    """Every Python file of the tests."""
    return sorted(path for path in (root / "tests").rglob("*.py"))


def _python_files(root: Path, *without: str) -> Iterator[Path]:
    for room in ROOMS:
        yield from (p for p in (root / room).rglob("*.py") if not set(without) & set(p.relative_to(root).parts))

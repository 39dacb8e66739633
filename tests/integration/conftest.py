"""A cluster of processes and a site to watch."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster import Cluster
from web_target import WebTarget


@pytest.fixture
def cluster(postgresql_url: str, redis_url: str, tmp_path: Path) -> Iterator[Cluster]:
    cluster = Cluster(postgresql_url, redis_url, tmp_path)
    yield cluster
    cluster.close()


@pytest.fixture
def target() -> Iterator[WebTarget]:
    with WebTarget() as target:
        yield target

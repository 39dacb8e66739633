from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from outrider_api.demo.shop import create_shop


@pytest.fixture
def visitor() -> Iterator[TestClient]:
    """Somebody in front of a newly opened shop, who follows redirects and keeps cookies."""
    with TestClient(create_shop(), raise_server_exceptions=False) as client:
        yield client

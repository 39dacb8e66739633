import pytest
from served_house import Served, served, served_app, served_plugins

from outrider_api.client import Client

__all__ = ["served", "served_app", "served_plugins"]


@pytest.fixture
def client(served: Served) -> Client:
    """A client with the owner's key."""
    return Client(served.url, served.key)

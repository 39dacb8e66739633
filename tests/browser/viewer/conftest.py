"""A server of the API, a browser, and a clock that stands still for links."""

import pytest
from served_house import served, served_app, served_plugins

from outrider_engine.testing import FixedClock

__all__ = ["served", "served_app", "served_plugins"]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()

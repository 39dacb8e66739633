"""What slots of browsers and of suites have in common: a site, a server that nobody may reach, and limits."""

import ipaddress
from collections.abc import Iterator

import pytest

from outrider_engine.domain.egress import EgressMode, EgressPolicy
from outrider_engine.ports.slots import SlotLimits
from tests.site.odd_site import ForbiddenServer, OddSite, odd_site

LIMITS = SlotLimits(memory=900_000_000, disk=100_000_000, grace_s=2.0)
FORBIDDEN = EgressPolicy(EgressMode.PRIVATE, denied=(ipaddress.ip_network(ForbiddenServer.ADDRESS),))


@pytest.fixture(scope="session")
def site() -> Iterator[OddSite]:
    with odd_site() as site:
        yield site


@pytest.fixture(scope="session")
def forbidden() -> Iterator[ForbiddenServer]:
    with ForbiddenServer() as server:
        yield server

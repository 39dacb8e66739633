"""A page that tries every way out to a forbidden server reaches nothing (and would, if it were not forbidden)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from outrider_engine.adapters.egress import EgressProxy
from outrider_engine.adapters.slots.factory import RunnerSlots
from outrider_engine.adapters.slots.slot import RunnerSlot
from outrider_engine.domain.egress import EgressMode, EgressPolicy
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.ports.slots import SlotTask
from tests.site.odd_site import ForbiddenServer, OddSite, odd_site, write_certificate

from .conftest import Walk, shows

pytestmark = pytest.mark.browser


@pytest.fixture
def open_slot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunnerSlot]:
    """A slot whose proxy forbids nothing."""
    proxy = EgressProxy(EgressPolicy(EgressMode.PRIVATE))
    proxy.start()
    slot = RunnerSlots(proxy=proxy, blocked_plugins=("http", "webhook", "log")).create()
    yield slot
    slot.close()
    proxy.close()


def opening(url: str) -> dict[str, object]:
    """A step that does not wait for what the page asks of others: some of it never answers."""
    return {"action": "goto", "url": url, "wait_until": "commit"}


def test_no_way_leads_to_a_forbidden_server(walk: Walk, forbidden: ForbiddenServer) -> None:
    observation = walk(opening(f"/ways-out?to={forbidden.url}"), shows("#done", timeout=40), timeout_s=60.0)
    assert observation.failure is None
    assert forbidden.reached == []
    assert observation.facts["denied_hosts"] == [ForbiddenServer.ADDRESS]


def test_the_same_ways_lead_to_a_server_that_is_allowed(open_slot: RunnerSlot, site: OddSite) -> None:
    with ForbiddenServer() as server:
        steps = [opening(f"{site.url}/ways-out?to={server.url}"), shows("#done", timeout=40)]
        task = SlotTask(check_type="browser", check_name="x", config={"steps": steps}, timeout_s=60.0)
        assert open_slot.run(task, lambda step: None).failure is None
        reached = {
            line.split("/", 1)[1].split(" ")[0] for line in server.reached if line.startswith("tcp") and "/" in line
        }
        packets = [line for line in server.reached if line.startswith("udp")]
    ways = {
        "fetch",
        "redirected",
        "xhr",
        "events",
        "beacon",
        "worker",
        "image.png",
        "frame",
        "redirected-frame",
        "form",
    }
    assert ways <= reached
    assert any("CONNECT" not in line for line in server.reached)
    assert packets == [], "UDP would bypass the proxy even where its target is allowed"


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("{to}/direct", id="directly"),
        pytest.param("/redirect?to={to}/redirected", id="by a redirect"),
        pytest.param("{to_tls}/direct", id="over TLS"),
        pytest.param("/redirect?to={to_tls}/redirected", id="over TLS by a redirect"),
    ],
)
def test_a_page_on_a_forbidden_server_is_denied(walk: Walk, forbidden: ForbiddenServer, path: str) -> None:
    observation = walk(path.format(to=forbidden.url, to_tls=forbidden.url.replace("http:", "https:")))
    assert observation.failure is not None
    assert (observation.failure.verdict, observation.failure.reason) == (Verdict.ERROR, Reason.EGRESS_DENIED)
    assert ForbiddenServer.ADDRESS in observation.failure.message
    assert observation.steps[0].reason is Reason.EGRESS_DENIED
    assert forbidden.reached == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_click_that_leads_to_a_forbidden_server_is_denied(
    walk: Walk, forbidden: ForbiddenServer, scheme: str
) -> None:
    link = forbidden.url.replace("http:", f"{scheme}:")
    observation = walk(f"/hop?to={link}/", {"action": "click", "locator": "a"}, shows("#never", timeout=1))
    assert observation.failure is not None
    assert observation.failure.reason is Reason.EGRESS_DENIED
    assert forbidden.reached == []


def test_a_websocket_to_an_allowed_server_works(walk: Walk) -> None:
    assert walk("/socket", {"action": "assert", "locator": "#said", "text": "hello"}).failure is None


def test_tls_goes_through_the_proxy(walk: Walk, tmp_path: Path) -> None:
    with odd_site(write_certificate(tmp_path / "site.pem")) as secure:
        trusting = {"browser": {"ignore_https_errors": True}}
        accepted = walk(f"{secure.url}/calm", shows("h1"), journey=trusting)
        refused = walk(f"{secure.url}/calm")
    assert accepted.failure is None
    assert refused.failure is not None
    assert (refused.failure.verdict, refused.failure.reason) == (Verdict.FAILED, Reason.TLS)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        pytest.param("https://nowhere.invalid/", Reason.DNS, id="no such name"),
        pytest.param("http://nowhere.invalid/", Reason.DNS, id="no such name in the clear"),
        pytest.param("https://127.0.0.1:40999/", Reason.CONNECT, id="nobody listens"),
    ],
)
def test_a_server_that_is_away_is_the_targets_fault(walk: Walk, url: str, reason: Reason) -> None:
    failure = walk(url).failure
    assert failure is not None
    assert (failure.verdict, failure.reason) == (Verdict.FAILED, reason)

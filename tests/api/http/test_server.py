"""What the server tells about itself: health, status, catalog and documentation."""

from copy import copy
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from api_house import House, Parts, error_of

from outrider_engine.adapters.sql.storage import SqlStorage
from outrider_engine.ports.identity_repository import Heartbeat
from outrider_engine.services.status import StatusService


def beat(house: House, component: str, *, location: str = "", ago_s: float = 0.0) -> None:
    seen_at = house.world.clock.now() - timedelta(seconds=ago_s)
    queues = ("light", "browser") if component == "worker" else ()
    with house.world.storage.begin() as tx:
        tx.heartbeats.beat(
            Heartbeat(component=component, instance=component, seen_at=seen_at, location=location, queues=queues)
        )


def test_health_and_readiness_need_no_key(any_house: House) -> None:
    nobody = any_house.caller(None)
    assert nobody.get("/healthz") == {"status": "ok"}
    assert nobody.get("/readyz") == {"status": "ok"}


def test_a_database_without_schema_is_not_ready(house: House, tmp_path: Path) -> None:
    storage = SqlStorage(f"sqlite:///{tmp_path / 'empty.db'}")
    house.serve(replace(house.services, status=StatusService(storage=storage, plugins=house.world.plugins)))
    error = error_of(house.client.get("/readyz"), 503)
    storage.close()
    assert error["code"] == "not_ready"
    assert house.client.get("/healthz").status_code == 200


def test_while_the_database_is_away_every_request_is_told_to_come_back(house: House) -> None:
    storage = SqlStorage("postgresql://nobody@127.0.0.1:9/away_test")
    away = copy(house.world)
    away.storage = storage
    house.serve(Parts.of(away))
    answers = [house.owner.send("GET", path) for path in ("/api/v1/monitors", "/readyz", "/status")]
    storage.close()
    for answer in answers:
        error = error_of(answer, 503)
        assert "nobody" not in str(error)
    assert answers[0].headers["Retry-After"] == "2"
    assert house.client.get("/healthz").status_code == 200


def test_status_tells_ages_and_what_waits(any_house: House) -> None:
    nobody = any_house.caller(None)
    fresh = nobody.get("/status")
    assert fresh["ages"] == {"scheduler": None, "reaper": None, "notifier": None, "worker": None}
    assert (fresh["oldest_queued_run_s"], fresh["unserved_locations"]) == (None, [])
    monitor = any_house.owner.monitor(locations=["fra", "local"])
    any_house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    beat(any_house, "scheduler", ago_s=3)
    beat(any_house, "worker", location="local")
    any_house.world.clock.advance(5)
    status = nobody.get("/status")
    assert (status["ages"]["scheduler"], status["ages"]["worker"]) == (8.0, 5.0)
    assert (status["oldest_queued_run_s"], status["unserved_locations"]) == (5.0, ["fra"])
    assert status["workers"] == [{"location": "local", "queues": ["light", "browser"], "count": 1}]


def test_a_worker_that_serves_a_location_ends_the_warning_until_it_falls_silent(house: House) -> None:
    path = f"/api/v1/monitors/{house.owner.monitor(locations=['fra'])['id']}"
    beat(house, "worker", location="fra")
    assert house.owner.get(path)["warnings"] == []
    assert house.owner.get("/api/v1/locations") == [
        {"name": "fra", "served": True},
        {"name": "local", "served": False},
    ]
    assert house.owner.monitor()["locations"] == ["fra"]
    house.world.clock.advance(61)
    assert len(house.owner.get(path)["warnings"]) == 1


def test_the_catalog_shows_what_is_installed(house: House) -> None:
    types = {one["type"]: one for one in house.owner.get("/api/v1/check-types")}
    assert {"url", "browser", "scripted"} <= set(types)
    assert types["scripted"]["config_schema"]["properties"]["target"]["default"] == "anything"
    assert types["browser"]["family"] == "journey"
    notifiers = {one["type"] for one in house.owner.get("/api/v1/notifiers")}
    assert {"webhook", "log", "recording"} <= notifiers
    assert "steps" in house.owner.get("/api/v1/schemas/journey")["properties"]


class _Links(HTMLParser):
    """Collects what a page loads from elsewhere, and the anchors in it."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.targets: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("src") or tag in ("script", "link"):
            self.loaded.append(tag)
        if found.get("id"):
            self.anchors.add(str(found["id"]))
        if tag == "a" and str(found.get("href")).startswith("#"):
            self.targets.add(str(found["href"])[1:])


def test_the_documentation_page_loads_nothing_and_shows_every_operation(house: House) -> None:
    response = house.client.get("/docs")
    page = _Links()
    page.feed(response.text)
    document = house.client.get("/openapi.json").json()
    ids = {operation["operationId"] for item in document["paths"].values() for operation in item.values()}
    assert response.status_code == 200
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert page.loaded == []
    assert ids <= page.anchors
    assert page.targets <= page.anchors


def test_the_address_of_the_server_leads_to_the_documentation(house: House) -> None:
    assert house.client.get("/").url.path == "/docs"


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("<strong>required</strong>", id="a required field"),
        pytest.param("one of <code>active</code>, <code>paused</code>", id="an enum"),
        pytest.param("10 to 86,400", id="a limit"),
        pytest.param("Default: <code>60</code>", id="a default"),
        pytest.param("at most 60.", id="the longest wait"),
    ],
)
def test_the_documentation_page_tells_what_the_schema_knows(house: House, said: str) -> None:
    assert said in house.client.get("/docs").text

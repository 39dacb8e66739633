"""The stream of events over a real port: live, resumed, filtered, of one organization, and over when the server is."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlencode

import pytest
from api_house import House, error_of
from served_house import Served, listening, served_by

from outrider_api.http import feeding

EVENTS = "/api/v1/events"


class Stream:
    """Reads a stream, event by event."""

    def __init__(self, response: HTTPResponse) -> None:
        self._response = response
        self.last_id = ""

    def next(self) -> dict[str, Any]:
        """Return the next event; comments are passed over, their ids are kept."""
        fields: dict[str, str] = {}
        while True:
            line = self._response.readline().decode()
            if not line:
                raise EOFError
            name, _, value = line.rstrip("\n").partition(": ")
            if name:
                fields[name] = value
                continue
            self.last_id = fields.get("id", self.last_id)
            if "data" in fields:
                data: dict[str, Any] = json.loads(fields["data"])
                assert (fields["event"], fields["id"]) == (data["type"], data["id"])
                return data
            fields = {}

    def begin(self) -> "Stream":
        """Read up to the first comment, with which a stream begins."""
        while self._response.readline().strip():
            continue
        return self


@contextmanager
def opened(
    served: Served, *, key: str | None = None, headers: dict[str, str] | None = None, **query: str
) -> Iterator[Any]:
    """Open a stream."""
    host = served.url.removeprefix("http://")
    connection = HTTPConnection(host, timeout=10)
    auth = {"Authorization": f"Bearer {key or served.key}"}
    connection.request("GET", f"{EVENTS}?{urlencode(query)}", headers=auth | (headers or {}))
    response = connection.getresponse()
    try:
        assert response.status == 200, response.read()
        assert response.headers["Content-Type"].startswith("text/event-stream")
        yield Stream(response)
    finally:
        response.close()
        connection.close()


def run_once(house: House, id: str) -> None:
    """Queue a run of a scripted monitor, and let it pass."""
    house.owner.post(f"/api/v1/monitors/{id}/check")
    house.finish_all()


def test_what_happens_is_told_as_it_happens_and_again_to_whoever_comes_back(served: Served) -> None:
    house = served.house
    monitor = house.owner.monitor(type="scripted")["id"]
    with opened(served) as stream:
        stream.begin()
        run_once(house, monitor)
        first = [stream.next() for _ in range(3)]
    assert [event["type"] for event in first] == ["run.queued", "run.started", "run.finished"]
    assert {event["check_id"] for event in first} == {monitor}
    assert (first[2]["status"], first[2]["location"]) == ("passed", "local")
    run_once(house, monitor)
    with opened(served, headers={"Last-Event-ID": first[1]["id"]}) as stream:
        again = [stream.next() for _ in range(4)]
        run_once(house, monitor)
        live = [stream.next() for _ in range(3)]
    assert again[0] == first[2]
    assert [event["type"] for event in again[1:]] == [event["type"] for event in live] == [e["type"] for e in first]
    with opened(served, after=first[1]["id"], types="run.finished") as stream:
        assert [stream.next() for _ in range(3)] == [first[2], again[3], live[2]]


def test_a_client_that_saw_nothing_yet_goes_on_from_where_it_was(served: Served) -> None:
    monitor = served.house.owner.monitor(type="scripted")["id"]
    begin = _first_id(served)
    run_once(served.house, monitor)
    with opened(served, after=begin, types="run.finished") as stream:
        assert stream.next()["check_id"] == monitor


def _first_id(served: Served) -> str:
    """Return the id that a stream is given before anything happens."""
    host = served.url.removeprefix("http://")
    connection = HTTPConnection(host, timeout=10)
    connection.request("GET", EVENTS, headers={"Authorization": f"Bearer {served.key}"})
    response = connection.getresponse()
    comment, place = response.readline().decode(), response.readline().decode()
    response.close()
    connection.close()
    assert comment.startswith(":")
    return place.removeprefix("id: ").strip()


def test_streams_show_what_is_asked_for_and_may_be_read_and_nobody_elses(served: Served) -> None:
    house = served.house
    one, two = (house.owner.monitor(type="scripted", name=name)["id"] for name in "ab")
    stranger = house.stranger()
    assert stranger.key is not None
    error_of(stranger.send("GET", EVENTS, params={"check_id": one}), 404)
    begin = _first_id(served)
    run_once(house, one)
    run_once(house, two)
    theirs = stranger.monitor(type="scripted")["id"]
    stranger.post(f"/api/v1/monitors/{theirs}/check")
    with opened(served, after=begin, check_id=two, types="run.queued,run.finished") as stream:
        assert [(event["type"], event["check_id"]) for event in (stream.next(), stream.next())] == [
            ("run.queued", two),
            ("run.finished", two),
        ]
    with opened(served, key=stranger.key, after=begin) as stream:
        assert stream.next()["check_id"] == theirs
    journeys_only = house.key("viewer", scopes=["journeys:read"])
    assert journeys_only.key is not None
    with opened(served, key=journeys_only.key, after=begin) as stream:
        journey = house.owner.journey()["id"]
        house.owner.post(f"/api/v1/journeys/{journey}/run-now")
        assert stream.next()["check_id"] == journey
    error_of(journeys_only.send("GET", EVENTS, params={"types": "alert.opened"}), 403)


@pytest.mark.parametrize(
    ("query", "field"), [({"types": "run.begun"}, "types"), ({"after": "1.2"}, "after"), ({"type": "x"}, "type")]
)
def test_what_is_asked_in_vain_is_named(house: House, query: dict[str, str], field: str) -> None:
    assert error_of(house.owner.send("GET", EVENTS, params=query), 400)["data"]["field"] == field
    malformed = house.owner.send("GET", EVENTS, headers={"Last-Event-ID": "x"})
    assert error_of(malformed, 400)["data"]["field"] == "Last-Event-ID"


def test_whoever_was_away_for_too_long_is_told_to_read_again(served: Served) -> None:
    begin = _first_id(served)
    old = begin.rpartition(".")[0] + ".1000"
    with opened(served, after=old) as stream:
        assert stream.next()["type"] == "reset"


def test_whoever_falls_behind_what_is_remembered_misses_nothing(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeding, "KEPT_IN_MIND", 2)
    monkeypatch.setattr(feeding, "PAGE", 3)
    monitor = served.house.owner.monitor(type="scripted")["id"]
    begin = _first_id(served)
    for _ in range(5):
        run_once(served.house, monitor)
    with opened(served, after=begin) as stream:
        seen = [stream.next() for _ in range(15)]
        run_once(served.house, monitor)
        seen += [stream.next() for _ in range(3)]
    assert [event["type"] for event in seen] == ["run.queued", "run.started", "run.finished"] * 6
    assert len({event["id"] for event in seen}) == 18


def test_there_are_so_many_streams_of_an_organization_and_no_more(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeding, "MOST_STREAMS", 1)
    with opened(served) as stream:
        stream.begin()
        refused = error_of(served.house.owner.send("GET", EVENTS), 429)
        assert (refused["code"], refused["data"]["retry_after"]) == ("too_many_streams", 10)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            with opened(served) as stream:
                stream.begin()
            break
        except AssertionError:  # the server has not noticed yet that the first one is gone
            time.sleep(0.05)
    else:
        pytest.fail("the place of the stream that was closed is not free again")


def test_streams_end_at_once_when_the_server_stops(served: Served) -> None:
    house = served.house
    with listening() as sock:
        server = served_by(house.app, sock, house)
        with server:
            host, port = sock.getsockname()
            other = Served(house=house, url=f"http://{host}:{port}", key=served.key, asked=[])
            with opened(other) as stream:
                stream.begin()
                began = time.monotonic()
                server.__exit__(None, None, None)
                with pytest.raises(EOFError):
                    stream.next()
    assert time.monotonic() - began < 4


def test_a_key_that_is_bound_to_a_project_hears_of_that_alone(served: Served) -> None:
    house = served.house
    key = house.key(project_id=house.owner.post("/api/v1/projects", {"name": "Shop"})["id"])
    own, other = key.monitor(type="scripted")["id"], house.owner.monitor(type="scripted")["id"]
    with opened(served, key=key.key) as stream:
        stream.begin()
        run_once(house, other)
        house.owner.post("/api/v1/incidents", {"title": "elsewhere"})
        run_once(house, own)
        key.post("/api/v1/incidents", {"title": "here"})
        told = [stream.next() for _ in range(4)]
    assert [event["type"] for event in told] == ["run.queued", "run.started", "run.finished", "incident.created"]
    assert ({event["check_id"] for event in told[:3]}, told[3]["title"]) == ({own}, "here")

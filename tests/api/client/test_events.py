"""Events are followed over lost connections, by programs and by the command line."""

from itertools import islice

import pytest
from served_house import Served

from outrider_api.client import Client, Refused, Unreachable
from outrider_api.http.feeding import EventFeed

WORDS = ["run.queued", "run.started", "run.finished"]


def run_once(served: Served, monitor: str) -> None:
    served.house.owner.post(f"/api/v1/monitors/{monitor}/check")
    served.house.finish_all()


def test_following_goes_on_after_the_stream_was_lost(served: Served) -> None:
    house = served.house
    monitor = house.owner.monitor(type="scripted")["id"]
    away: list[Refused | Unreachable] = []
    client = Client(served.url, served.key, sleep=lambda _s: None)
    after = str(house.services.events.newest()).rpartition(".")[0] + ".99999999999"
    events = client.events.follow(after=after, check_ids=[monitor], when_away=away.append)
    run_once(served, monitor)
    assert [event.type for event in islice(events, 3)] == WORDS
    house.app.state.event_feed.stop()
    house.app.state.event_feed = EventFeed(house.services.events, poll_s=0.02)
    run_once(served, monitor)
    again = list(islice(events, 3))
    assert [event.type for event in again] == WORDS
    assert (again[2].status, again[2].check_id) == ("passed", monitor)
    assert again[2].at is not None
    assert len(away) == 1
    events.close()


def test_what_the_server_does_not_let_us_follow_is_said(served: Served, client: Client) -> None:
    with pytest.raises(Refused) as refusal:
        next(client.events.follow(types=["run.begun"]))
    assert (refusal.value.status, refusal.value.field) == (400, "types")
    with pytest.raises(Unreachable):
        next(Client("http://127.0.0.1:9", served.key).events.follow())

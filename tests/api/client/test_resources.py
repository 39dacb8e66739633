"""The client against the real API: what it makes, finds, walks through, runs and waits for."""

import threading
from typing import Any

import pytest
from engine_world import FAILED
from served_house import Served

from outrider_api.client import Ambiguous, ChangedMeanwhile, Client, NoSuchName, Refused, RefusedInput, RunNotOver
from outrider_engine.domain.observations import Failure, Observation, StepResult
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import InvalidInput

STEPS = [{"action": "goto", "url": "/"}]


def test_a_monitor_is_made_read_changed_paused_resumed_and_deleted(client: Client) -> None:
    made = client.monitors.create(name="shop", type="url", url="http://127.0.0.1:9/", interval=30, tags=["a"])
    assert (made.name, made.url, made.interval, made.every_s, made.tags) == ("shop", made.url, 30, 30, ("a",))
    assert made.created_at is not None
    assert client.monitors.get(made.id) == made
    assert client.monitors.update(made.id, interval=60).interval == 60
    assert client.monitors.pause(made.id).status == "paused"
    assert client.monitors.resume(made.id).status == "active"
    client.monitors.delete(made.id)
    with pytest.raises(Refused, match="404") as refusal:
        client.monitors.get(made.id)
    assert (refusal.value.status, refusal.value.code) == (404, "not_found")
    assert refusal.value.request_id


def test_journeys_channels_and_rules_have_the_same_words(client: Client) -> None:
    journey = client.journeys.create(name="path", base_url="http://shop", steps=STEPS, interval_seconds=60)
    channel = client.channels.create(name="on call", type="recording")
    rule = client.rules.create(
        name="broken", type="consecutive_failures", threshold=2, journey_id=journey.id, channel_ids=[channel.id]
    )
    assert (journey.base_url, journey.every_s, journey.raw["steps"][0]["action"]) == ("http://shop", 60, "goto")
    assert (rule.threshold, rule.journey_id, rule.channel_ids) == (2, journey.id, (channel.id,))
    assert client.channels.test(channel.id).delivered
    assert client.rules.find("broken") == rule
    assert client.rules.update(rule.id, threshold=5).threshold == 5
    client.rules.delete(rule.id)
    assert list(client.rules.list()) == []


def test_the_secret_of_a_channel_is_in_no_repr(client: Client) -> None:
    made = client.channels.create(name="hook", type="webhook", config={"url": "http://127.0.0.1:9/"})
    assert made.secret
    assert made.secret not in repr(made)
    assert client.channels.get(made.id).secret is None


def test_lists_are_walked_to_their_end_and_filtered(client: Client, served: Served) -> None:
    names = [f"m{number}" for number in range(7)]
    for name in names:
        served.house.owner.monitor(name=name, tags=["odd" if int(name[1:]) % 2 else "even"])
    assert sorted(monitor.name for monitor in client.monitors.list(page_size=3)) == names
    assert sorted(monitor.name for monitor in client.monitors.list(tag="odd")) == names[1::2]


def test_a_check_is_found_by_its_name_or_its_id_unless_several_have_it(client: Client) -> None:
    first = client.monitors.create(name="shop", type="url", url="http://127.0.0.1:9/")
    assert client.monitors.find("shop") == client.monitors.find(first.id) == first
    second = client.monitors.create(name="shop", type="url", url="http://127.0.0.1:9/")
    with pytest.raises(Ambiguous, match=second.id) as error:
        client.monitors.find("shop")
    assert set(error.value.ids) == {first.id, second.id}
    with pytest.raises(NoSuchName, match="no monitor of the name 'elephant'"):
        client.monitors.find("elephant")


def test_put_makes_what_is_not_there_and_changes_what_is(client: Client) -> None:
    fields = {"name": "shop", "type": "url", "url": "http://127.0.0.1:9/"}
    made = client.monitors.put({**fields, "interval": 30})
    changed = client.monitors.put({**fields, "interval": 90})
    assert (changed.id, changed.interval) == (made.id, 90)


def test_what_is_wrong_with_a_field_is_told_for_programs(client: Client) -> None:
    with pytest.raises(RefusedInput) as error:
        client.monitors.create(name="shop", type="mood")
    assert (error.value.status, error.value.code, error.value.field) == (400, "invalid_input", "type")
    assert "url" in (error.value.allowed or ())
    assert error.value.is_ours


def test_a_run_is_waited_for(client: Client, served: Served) -> None:
    monitor = served.house.owner.monitor(type="scripted")
    run = client.monitors.run(monitor["id"])
    assert (run.is_over, run.trigger, run.check_id) == (False, "manual", monitor["id"])
    with pytest.raises(RunNotOver, match="no verdict within 0 s; the run is queued"):
        client.runs.wait(run.id, timeout_s=0)
    ending = threading.Timer(0.2, served.house.finish_all, [FAILED])
    ending.start()
    ended = client.runs.wait(run.id, timeout_s=30)
    ending.join()
    assert (ended.status, ended.cause, ended.reason, ended.is_up) == ("failed", "target", "connect", False)


def test_a_triggered_run_shows_its_steps(client: Client, served: Served) -> None:
    monitor = served.house.owner.monitor(type="scripted")
    run = client.monitors.trigger(monitor["id"], variables={"a": "b"})
    assert run.trigger == "ci"
    now = served.house.world.clock.now()
    step = StepResult(
        index=0,
        id="open",
        name="Open",
        action="goto",
        status=Verdict.FAILED,
        started_at=now,
        duration_ms=3.0,
        error="no",
    )
    failure = Failure(Verdict.FAILED, Reason.ASSERTION, "no")
    served.house.finish_all(Observation(duration_ms=5.0, failure=failure, steps=(step,)))
    steps = client.runs.get(run.id).steps
    assert [(step.name, step.status, step.error) for step in steps] == [("Open", "failed", "no")]


def test_runs_are_walked_by_cursor_newest_first(client: Client, served: Served) -> None:
    monitor = served.house.owner.monitor(type="scripted")
    made = []
    for _ in range(7):
        served.house.world.clock.advance(1)
        made.append(client.monitors.run(monitor["id"]).id)
        served.house.finish_all()
    assert [run.id for run in client.runs.list(page_size=3)] == made[::-1]
    assert [run.id for run in client.monitors.runs(monitor["id"], status="passed")] == made[::-1]
    assert list(client.runs.list(status="failed")) == []
    chosen = client.runs.list(status=["passed", "failed"], trigger="manual", family="monitor", location="local")
    assert [run.id for run in chosen] == made[::-1]
    assert list(client.runs.list(until="2000-01-01T00:00:00Z")) == []


def test_incidents_and_releases_are_narrowed(client: Client) -> None:
    for severity in ("p1", "p2"):
        client.incidents.create(title=severity, severity=severity)
    assert [each.title for each in client.incidents.list(severity="p1", state="open")] == ["p1"]
    assert list(client.incidents.list(since="2100-01-01T00:00:00Z")) == []
    for place in ("production", "staging"):
        client.releases.create(name=place, environment=place)
    assert [each.name for each in client.releases.list(environment="staging")] == ["staging"]


def test_an_alert_is_listed_and_resolved(client: Client, served: Served) -> None:
    monitor = served.house.owner.monitor(type="scripted")
    served.house.owner.rule(monitor_id=monitor["id"])
    client.monitors.run(monitor["id"])
    served.house.finish_all(FAILED)
    (alert,) = client.alerts.list(status="open")
    assert (alert.resource_id, alert.resource_type) == (monitor["id"], "monitor")
    assert client.alerts.resolve(alert.id).status == "resolved"
    assert list(client.alerts.list(status="open")) == []


def test_who_was_overtaken_changes_and_deletes_nothing(client: Client) -> None:
    made = client.monitors.create(name="shop", type="url", url="http://127.0.0.1:9/")
    read = client.monitors.get(made.id)
    assert read.etag
    assert client.monitors.update(read, interval=30).etag not in (None, read.etag)
    for attempt in (lambda: client.monitors.update(read, interval=90), lambda: client.monitors.delete(read)):
        with pytest.raises(ChangedMeanwhile, match="412") as refusal:
            attempt()
        assert (refusal.value.status, refusal.value.code) == (412, "precondition_failed")
    assert client.monitors.get(made.id).interval == 30
    assert client.monitors.update(made.id, interval=60).interval == 60, "an id alone expects nothing"
    client.monitors.delete(client.monitors.get(made.id))


def test_lists_are_narrowed_and_sorted_by_the_server(client: Client) -> None:
    for name, place in (("alpha", "local"), ("alpine", "fra"), ("beta", "fra")):
        client.monitors.create(name=name, type="url", url="http://127.0.0.1:9/", locations=[place])
    client.monitors.create(name="alps", type="tcp", host="127.0.0.1", port=9)

    def names(**filters: Any) -> list[str]:
        return [monitor.name for monitor in client.monitors.list(**filters)]

    assert names(q="alp", sort="name", order="desc") == ["alps", "alpine", "alpha"]
    assert names(type="url", location="fra", sort="name") == ["alpine", "beta"]
    client.monitors.pause(client.monitors.find("beta").id)
    assert names(status="paused") == ["beta"]
    for name, enabled in (("on", True), ("off", False)):
        client.channels.create(name=name, type="recording", enabled=enabled)
    assert [channel.name for channel in client.channels.list(enabled=False)] == ["off"]
    assert [channel.name for channel in client.channels.list(q="o", sort="name", page_size=1)] == ["off", "on"]
    with pytest.raises(RefusedInput, match="sort"):
        names(sort="colour")


def test_keys_are_made_rotated_and_revoked(client: Client, served: Served) -> None:
    made = client.keys.create(name="ci", role="viewer", scopes=["monitors:read"])
    assert made.key
    assert made.key not in repr(made)
    assert (made.role, made.scopes) == ("viewer", ("monitors:read",))
    read = client.keys.find("ci")
    assert (read.id, read.key) == (made.id, None)
    assert len(list(Client(served.url, made.key).monitors.list())) == 0
    held = client.keys.get(made.id)
    again = client.keys.rotate(held)
    assert again.key not in (None, made.key)
    with pytest.raises(ChangedMeanwhile):
        client.keys.revoke(held)
    client.keys.revoke(made.id)
    with pytest.raises(NoSuchName):
        client.keys.find("ci")


def test_members_are_invited_found_changed_and_removed(client: Client) -> None:
    invited = client.members.invite("Lin@example.com", "viewer")
    assert invited.token
    assert invited.token not in repr(invited)
    assert (invited.email, invited.status, invited.email_status) == ("lin@example.com", "invited", "not_configured")
    assert client.members.resend(invited.id).token != invited.token
    assert client.members.find("LIN@example.com").id == invited.id
    read = client.members.get(invited.id)
    assert client.members.update(read, "member").role == "member"
    with pytest.raises(ChangedMeanwhile):
        client.members.remove(read)
    client.members.remove(invited.id)
    with pytest.raises(NoSuchName, match="no member of the name"):
        client.members.find("lin@example.com")
    client.request("POST", "/api/v1/organizations", {"name": "Second"})
    with pytest.raises(InvalidInput, match="there are several; say which"):
        list(client.members.list())


def test_an_alert_is_taken_on(client: Client, served: Served) -> None:
    monitor = served.house.owner.monitor(type="scripted")
    served.house.owner.rule(monitor_id=monitor["id"])
    client.monitors.run(monitor["id"])
    served.house.finish_all(FAILED)
    (alert,) = client.alerts.list(resource_id=monitor["id"])
    taken = client.alerts.acknowledge(alert.id)
    assert (taken.status, taken.acknowledged_by) == ("acknowledged", "the owner's")
    assert list(client.alerts.list(status="open")) == []
    assert list(client.alerts.list(since="2100-01-01T00:00:00Z")) == []


def test_any_other_request_can_be_sent(client: Client) -> None:
    assert client.request("GET", "/api/v1/api-keys", query={"per_page": 1})["meta"]["per_page"] == 1


def test_versions_are_walked_compared_and_had_back(client: Client) -> None:
    made = client.journeys.create(name="v", steps=[{"action": "goto", "url": "http://a.test/"}])
    read = client.journeys.get(made.id)
    client.journeys.update(made.id, timeout_seconds=90)
    assert [each.number for each in client.journeys.versions(made.id)] == [2, 1]
    assert client.journeys.version(made.id, 1).definition["timeout_seconds"] == 60
    assert client.journeys.diff(made.id, 2).text == "~ timeout_seconds: 60 → 90\n"
    with pytest.raises(ChangedMeanwhile):
        client.journeys.restore(read, 1)
    assert client.journeys.restore(made.id, 1, "back").raw["timeout_seconds"] == 60

"""Monitors over HTTP: made, read, changed, paused, run and deleted."""

from typing import Any

import pytest
from api_house import House, error_of

from outrider_engine.testing import FixedClock

MONITORS = "/api/v1/monitors"
STATUS_200 = {"type": "status_code", "operator": "equals", "value": 200}


def test_a_monitor_is_echoed_and_read_back_as_it_was_sent(any_house: House) -> None:
    body = {
        "name": "Production API",
        "type": "url",
        "url": "http://127.0.0.1/health",
        "interval": 120,
        "timeout": 10,
        "locations": ["fra", "local"],
        "assertions": [STATUS_200, {"type": "json_path", "path": "$.ok", "equals": True}],
        "tags": ["prod"],
        "description": "it lives",
        "variables": {"HOST": "a"},
        "headers": {"X-A": "{{HOST}}"},
        "retries": 2,
    }
    made = any_house.owner.post(MONITORS, body)
    read = any_house.owner.get(f"{MONITORS}/{made['id']}")
    assert read.pop("stats") == {"uptime_24h": None, "avg_response_ms": None}
    assert read == made
    assert {key: made[key] for key in body} == body
    assert made["method"] == "GET"
    assert made["status"] == "active"
    assert made["tls"] == {"verify": True}
    assert made["next_run_at"].endswith("Z")
    assert made["last_run"] is None


def test_defaults_are_a_minute_at_one_location_for_thirty_seconds(house: House) -> None:
    made = house.owner.monitor()
    assert (made["interval"], made["timeout"], made["retries"], made["locations"]) == (60, 30, 0, ["local"])


def test_the_kind_http_is_another_spelling_of_url(house: House) -> None:
    made = house.owner.post(MONITORS, {"name": "shop", "type": "http", "url": "http://a"})
    assert made["type"] == "url"
    assert house.owner.put(f"{MONITORS}/{made['id']}", {"type": "http", "name": "renamed"})["type"] == "url"
    assert [one["id"] for one in house.owner.get(MONITORS, type="http")] == [made["id"]]


def test_a_strangers_type_takes_its_settings_under_config_or_flat(house: House) -> None:
    under = house.owner.monitor(type="scripted", config={"target": "a"})
    flat = house.owner.monitor(type="scripted", target="b")
    assert under["config"] == {"target": "a"}
    assert flat["config"] == {"target": "b"}
    listed = house.owner.get(MONITORS, type="scripted")
    assert {one["id"] for one in listed} == {under["id"], flat["id"]}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"type": "nonsense"}, "type", id="unknown-type"),
        pytest.param({"type": 7}, "type", id="type-no-text"),
        pytest.param({"name": ""}, "name", id="empty-name"),
        pytest.param({"name": "   "}, "name", id="blank-name"),
        pytest.param({"name": "x" * 201}, "name", id="long-name"),
        pytest.param({"name": "a\0b"}, "name", id="nul"),
        pytest.param({"name": "\ud800"}, "name", id="lone-surrogate"),
        pytest.param({"name": 5}, "name", id="name-no-text"),
        pytest.param({"interval": 9}, "interval", id="interval-too-short"),
        pytest.param({"interval": 86_401}, "interval", id="interval-too-long"),
        pytest.param({"interval": "60"}, "interval", id="interval-as-text"),
        pytest.param({"interval": True}, "interval", id="interval-as-bool"),
        pytest.param({"interval": 10**40}, "interval", id="interval-huge"),
        pytest.param({"timeout": 0}, "timeout", id="no-timeout"),
        pytest.param({"timeout": 10_000}, "timeout", id="timeout-too-long"),
        pytest.param({"retries": 6}, "retries", id="too-many-retries"),
        pytest.param({"retries": 1, "max_retries": 2}, "retries", id="retries-said-twice"),
        pytest.param({"locations": []}, "locations", id="no-location"),
        pytest.param({"locations": ["mars"]}, "locations[0]", id="unknown-location"),
        pytest.param({"locations": ["fra", "fra"]}, "locations[1]", id="location-twice"),
        pytest.param({"locations": "fra"}, "locations", id="locations-as-text"),
        pytest.param({"cron": "* * * * *", "interval": 60}, "cron", id="cron-and-interval"),
        pytest.param({"cron": "61 * * * *"}, "cron", id="bad-cron"),
        pytest.param({"cron": "0 0 30 2 *"}, "cron", id="cron-that-never-fires"),
        pytest.param({"cron": "* * * * *", "timezone": "Mars/Base"}, "timezone", id="unknown-time-zone"),
        pytest.param({"timezone": "UTC"}, "timezone", id="time-zone-without-cron"),
        pytest.param({"status": "asleep"}, "status", id="unknown-status"),
        pytest.param({"colour": "red"}, "colour", id="unknown-field"),
        pytest.param({"url": None}, "url", id="no-url"),
        pytest.param({"headers": {"A": 1}}, "headers.A", id="header-no-text"),
        pytest.param({"tls": {"verify": "no"}}, "tls.verify", id="tls-no-bool"),
        pytest.param({"tls": {"trust": True}}, "tls.trust", id="tls-unknown"),
        pytest.param({"secrets": ["A"]}, "secrets", id="names-of-secrets-only"),
        pytest.param({"tags": ["x" * 65]}, "tags[0]", id="long-tag"),
        pytest.param({"variables": {"1a": "x"}}, "variables", id="bad-variable-name"),
        pytest.param({"variables": {"A": []}}, "variables.A", id="variable-no-text"),
        pytest.param({"variables": {"A": "x"}, "secrets": {"A": "y"}}, "variables", id="variable-and-secret"),
        pytest.param({"assertions": [{"type": "mood"}]}, "assertions[0].type", id="unknown-assertion"),
        pytest.param({"assertions": [{}]}, "assertions[0].type", id="empty-assertion"),
        pytest.param({"assertions": ["x"]}, "assertions[0]", id="assertion-no-object"),
        pytest.param(
            {"assertions": [STATUS_200, STATUS_200 | {"operator": "is"}]}, "assertions[1].operator", id="bad-operator"
        ),
        pytest.param({"assertions": [{"type": "status_code"}]}, "assertions[0].value", id="no-value"),
        pytest.param({"assertions": [{"type": "body_regex", "pattern": "("}]}, "assertions[0].pattern", id="bad-regex"),
        pytest.param(
            {"assertions": [{"type": "json_path", "path": "$[", "value": 1}]}, "assertions[0].path", id="bad-path"
        ),
        pytest.param({"config": {"colour": 1}}, "config.colour", id="unknown-setting"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_stored(house: House, changes: dict[str, Any], field: str) -> None:
    body = {"name": "shop", "type": "url", "url": "http://127.0.0.1/"} | changes
    error = house.owner.refused(400, "POST", MONITORS, body)
    assert error["data"]["field"] == field
    assert house.owner.get(MONITORS) == []


def test_refusals_list_what_is_allowed(house: House) -> None:
    types = house.owner.refused(400, "POST", MONITORS, {"name": "a", "type": "nonsense"})["data"]["allowed"]
    fields = house.owner.refused(400, "POST", MONITORS, {"name": "a", "type": "url", "colour": 1})["data"]["allowed"]
    places = house.owner.refused(
        400, "POST", MONITORS, {"name": "a", "type": "url", "url": "http://a", "locations": ["mars"]}
    )["data"]["allowed"]
    assert {"url", "scripted"} <= set(types)
    assert {"name", "url", "interval", "tls"} <= set(fields)
    assert places == ["fra", "local"]


def test_put_changes_what_is_sent_and_keeps_the_rest(house: House) -> None:
    made = house.owner.monitor(assertions=[STATUS_200], headers={"A": "b"}, tags=["x"])
    changed = house.owner.put(f"{MONITORS}/{made['id']}", {"name": "renamed", "interval": 300, "method": "HEAD"})
    kept = ("url", "assertions", "headers", "tags", "locations", "timeout")
    assert {key: changed[key] for key in kept} == {key: made[key] for key in kept}
    assert (changed["name"], changed["interval"], changed["method"]) == ("renamed", 300, "HEAD")
    assert changed["revision"] == 2


def test_a_monitor_that_was_read_can_be_sent_back_whole(house: House) -> None:
    made = house.owner.monitor(interval=300, retries=1, tls={"verify": False}, assertions=[STATUS_200])
    sent_back = house.owner.put(f"{MONITORS}/{made['id']}", made | {"retries": 2})
    assert sent_back["retries"] == 2
    same = set(made) - {"retries", "max_retries", "revision", "current_version", "updated_at"}
    assert {key: sent_back[key] for key in same} == {key: made[key] for key in same}


def test_a_refused_change_changes_nothing(house: House) -> None:
    monitor = f"{MONITORS}/{house.owner.monitor()['id']}"
    before = house.owner.get(monitor)
    house.owner.refused(400, "PUT", monitor, {"name": "new", "interval": 1})
    assert house.owner.get(monitor) == before


def test_an_interval_becomes_cron_and_back(house: House, clock: FixedClock) -> None:
    path = f"{MONITORS}/{house.owner.monitor()['id']}"
    cron = house.owner.put(path, {"cron": "*/15 * * * *", "timezone": "Europe/Berlin"})
    assert (cron["interval"], cron["cron"], cron["timezone"]) == (None, "*/15 * * * *", "Europe/Berlin")
    assert cron["next_run_at"] == "2026-01-15T12:15:00.000Z"
    back = house.owner.put(path, {"interval": 30})
    assert (back["interval"], back["cron"]) == (30, None)
    never = house.owner.put(path, {"interval": None})
    assert (never["interval"], never["next_run_at"]) == (None, None)


def test_secrets_are_write_only_and_merged(house: House) -> None:
    made = house.owner.monitor(secrets={"TOKEN": "s3cret-token", "OTHER": "s3cret-other"})
    path = f"{MONITORS}/{made['id']}"
    changed = house.owner.send("PUT", path, {"secrets": {"OTHER": None, "NEW": "s3cret-new"}})
    everything = f"{made} {changed.text} {house.owner.send('GET', path).text}"
    assert made["secret_names"] == ["OTHER", "TOKEN"]
    assert changed.json()["data"]["secret_names"] == ["NEW", "TOKEN"]
    assert "s3cret" not in everything
    with house.world.storage.read() as tx:
        stored = tx.checks.get(house.world.organization, made["id"])
    assert stored is not None
    assert stored.sealed_secrets is not None
    assert "s3cret" not in stored.sealed_secrets
    assert house.world.secrets.open(stored.sealed_secrets) == '{"TOKEN": "s3cret-token", "NEW": "s3cret-new"}'


@pytest.mark.parametrize("how", ["put", "path"])
def test_pausing_stops_the_schedule_and_cancels_what_waits(house: House, how: str) -> None:
    made = house.owner.monitor()
    path = f"{MONITORS}/{made['id']}"
    run = house.owner.post(f"{path}/check")
    paused = house.owner.put(path, {"status": "paused"}) if how == "put" else house.owner.post(f"{path}/pause")
    assert (paused["status"], paused["next_run_at"]) == ("paused", None)
    assert house.owner.get(f"/api/v1/runs/{run['id']}")["status"] == "cancelled"
    resumed = house.owner.put(path, {"status": "active"}) if how == "put" else house.owner.post(f"{path}/resume")
    assert resumed["status"] == "active"
    assert resumed["next_run_at"] == made["next_run_at"]


def test_a_deleted_monitor_is_gone_and_its_runs_stay(house: House) -> None:
    made = house.owner.monitor()
    run = house.owner.post(f"{MONITORS}/{made['id']}/check")
    assert house.owner.delete(f"{MONITORS}/{made['id']}") == {"id": made["id"], "deleted": True}
    house.owner.refused(404, "GET", f"{MONITORS}/{made['id']}")
    house.owner.refused(404, "DELETE", f"{MONITORS}/{made['id']}")
    house.owner.refused(404, "GET", f"{MONITORS}/{made['id']}/results")
    assert house.owner.get(MONITORS) == []
    assert house.owner.get(f"/api/v1/runs/{run['id']}")["status"] == "cancelled"


def test_check_now_queues_a_run_at_each_location_and_hints_once_each(house: House) -> None:
    made = house.owner.monitor(locations=["fra", "local"])
    response = house.owner.send("POST", f"{MONITORS}/{made['id']}/check")
    run = response.json()["data"]
    assert response.status_code == 202
    assert (run["status"], run["trigger"], run["location"]) == ("queued", "manual", "fra")
    assert run["id"] == run["run_id"]
    listed = house.owner.get(f"{MONITORS}/{made['id']}/results")
    assert sorted(one["location"] for one in listed) == ["fra", "local"]
    assert house.world.hints.sent == [("light", "fra"), ("light", "local")]


def test_results_tell_what_came_of_a_run(house: House) -> None:
    made = house.owner.monitor(type="scripted")
    run = house.owner.post(f"{MONITORS}/{made['id']}/check")
    for claim in house.world.take():
        house.world.finish(claim)
    ended = house.owner.get(f"{MONITORS}/{made['id']}/results")[0]
    assert (ended["id"], ended["status"], ended["duration_ms"]) == (run["id"], "passed", 5.0)
    assert ended["started_at"] <= ended["completed_at"]
    last = house.owner.get(f"{MONITORS}/{made['id']}")["last_run"]
    assert (last["id"], last["status"]) == (run["id"], "passed")


@pytest.mark.parametrize("id", ["unknown", "mon_000000000000", "00000000-0000-4000-8000-000000000000", "%00", "%F0%9F"])
def test_an_id_that_does_not_exist_is_404_in_whatever_form(any_house: House, id: str) -> None:
    assert any_house.owner.refused(404, "GET", f"{MONITORS}/{id}")["code"] == "not_found"


def test_a_location_that_nobody_serves_is_a_warning(house: House) -> None:
    made = house.owner.monitor(locations=["fra"])
    assert made["warnings"] == ["no worker is alive that takes its runs at fra"]


def test_lists_are_filtered_and_paged_with_a_total(house: House) -> None:
    ids = [house.owner.monitor(name=f"m{number}")["id"] for number in range(5)]
    house.owner.post(f"{MONITORS}/{ids[0]}/pause")
    first = house.owner.send("GET", MONITORS, params={"status": "active", "type": "url", "page": 1, "per_page": 3})
    second = house.owner.send("GET", MONITORS, params={"status": "active", "page": 2, "per_page": 3})
    assert first.json()["meta"] == {"total": 4, "page": 1, "per_page": 3}
    assert sorted(one["id"] for one in first.json()["data"] + second.json()["data"]) == sorted(ids[1:])
    assert "count" not in first.json()
    limited = house.owner.send("GET", MONITORS, params={"limit": 2}).json()
    assert (limited["count"], limited["limit"], len(limited["data"])) == (2, 2, 2)


@pytest.mark.parametrize(
    "params",
    [{"page": 0}, {"page": "x"}, {"per_page": 0}, {"per_page": 101}, {"limit": -1}, {"status": "x"}, {"page": 10**30}],
    ids=str,
)
def test_wrong_query_parameters_are_400(house: House, params: dict[str, Any]) -> None:
    error = error_of(house.owner.send("GET", MONITORS, params=params), 400)
    assert error["data"]["field"] == next(iter(params))

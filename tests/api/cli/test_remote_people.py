"""The commands about channels, rules, members and keys, and changes of checks."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from engine_world import FAILED
from served_house import Served

from .conftest import Outrider


@pytest.fixture
def asked(outrider: Outrider, served: Served) -> Callable[..., Any]:
    """Run a command with `--json` and return what it printed."""

    def ask(*arguments: str, **variables: str) -> Any:
        done = outrider(*arguments, "--json", **served.variables, **variables)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ask


@pytest.fixture
def told(outrider: Outrider, served: Served) -> Callable[..., str]:
    """Run a command and return what it printed for people."""

    def tell(*arguments: str) -> str:
        done = outrider(*arguments, **served.variables)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return tell


def test_checks_are_changed_field_by_field(asked: Callable[..., Any], told: Callable[..., str], served: Served) -> None:
    owner = served.house.owner
    owner.monitor(name="shop", interval=30, tags=["a"], timeout=7)
    changed = asked("monitors", "update", "shop", "--interval", "90", "--tag", "b", "--set", 'method="HEAD"')
    assert (changed["interval"], changed["tags"], changed["method"], changed["timeout"]) == (90, ["b"], "HEAD", 7)
    assert "changed" in told("monitors", "update", "shop", "--name", "store", "--expect-status", "204")
    assert asked("monitors", "show", "store")["assertions"][0]["value"] == 204
    owner.monitor(name="nightly", description="at three")
    assert (
        asked("monitors", "update", "nightly", "--cron", "0 3 * * *", "--set", "interval=null")["cron"] == "0 3 * * *"
    )
    owner.journey(name="path", interval_seconds=60)
    assert asked("journeys", "update", "path", "--interval", "300", "--timeout", "20")["interval_seconds"] == 300
    owner.api_monitor(name="calls")
    assert asked("api-monitors", "update", "calls", "--location", "fra")["locations"] == ["fra"]
    assert [each["name"] for each in asked("monitors", "list", "--query", "STO", "--location", "local")] == ["store"]


def test_a_channel_and_a_rule_live_their_lives(
    asked: Callable[..., Any], told: Callable[..., str], served: Served
) -> None:
    served.house.owner.monitor(name="shop", type="scripted")
    hook = asked("channels", "create", "hook", "--type", "webhook", "--set", 'url="http://127.0.0.1:9/"')
    assert hook["secret"]
    assert asked("channels", "rotate-secret", "hook")["secret"] not in (None, hook["secret"])
    bot = ("channels", "create", "workspace", "--type", "slack", "--secret", "bot_token=TOKEN")
    token = "xoxb-1234567890-abcdefABCDEF"
    made = asked(*bot, "--notify-on", "recovery", TOKEN=token)
    assert (made["notify_on"], token in json.dumps(made)) == (["recovery"], False)
    shown = told("channels", "show", "hook")
    assert [word for word in ("hook", "webhook", "http://127.0.0.1:9/", "on") if word not in shown] == []
    assert "workspace" in told("channels", "list", "--type", "slack")
    rule = asked("rules", "create", "broken", "--check", "shop", "--threshold", "2", "--channel", "hook")
    assert (rule["threshold"], rule["channel_ids"]) == (2, [hook["id"]])
    listed = told("rules", "list", "--check", "shop")
    assert [word for word in ("broken", "shop", "consecutive_failures", "2") if word not in listed] == []
    assert "hook" in told("rules", "show", "broken")
    changed = asked("rules", "update", "broken", "--threshold", "4", "--disable", "--channel", "workspace")
    assert (changed["threshold"], changed["enabled"], changed["channel_ids"]) == (4, False, [made["id"]])
    assert "changed" in told("channels", "update", "workspace", "--disable", "--set", 'channel="#ops"')
    kept = asked("channels", "update", "workspace", "--name", "slack", "--notify-on", "alert")
    assert (kept["enabled"], kept["config"]["channel"], kept["notify_on"]) == (False, "#ops", ["alert"])
    assert "deleted" in told("rules", "delete", "broken", "--yes")
    assert "deleted" in told("channels", "delete", "hook", "--yes")
    assert [each["name"] for each in asked("channels", "list")] == ["slack"]


def test_a_channel_is_tried_out(outrider: Outrider, told: Callable[..., str], served: Served) -> None:
    served.house.owner.channel(name="good")
    assert told("channels", "test", "good") == "delivered\n"
    served.house.owner.channel(name="bad", type="webhook", config={"url": "http://127.0.0.1:9/"})
    done = outrider("channels", "test", "bad", **served.variables)
    assert (done.returncode, "not delivered: " in done.stderr) == (1, True)


def test_an_alert_is_taken_on(asked: Callable[..., Any], told: Callable[..., str], served: Served) -> None:
    owner = served.house.owner
    monitor = owner.monitor(name="shop", type="scripted")
    owner.rule(monitor_id=monitor["id"])
    owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    served.house.finish_all(FAILED)
    (alert,) = asked("alerts", "list")
    assert "acknowledged" in told("alerts", "acknowledge", alert["id"])
    assert "the owner's" in told("alerts", "show", alert["id"])


def test_members_and_keys(
    asked: Callable[..., Any], told: Callable[..., str], outrider: Outrider, served: Served
) -> None:
    said = outrider("members", "invite", "lin@example.com", **served.variables)
    (link,) = [line for line in said.stdout.splitlines() if line.startswith(served.url)]
    assert "hand the link over" in said.stderr
    assert served.house.client.get(link.removeprefix(served.url)).status_code == 200
    assert asked("members", "role", "lin@example.com", "admin")["role"] == "admin"
    assert "not_configured" in told("members", "show", "lin@example.com")
    assert asked("members", "resend", "lin@example.com")["token"]
    assert "removed" in told("members", "remove", "lin@example.com", "--yes")
    assert "lin@" not in told("members", "list")
    text = told("api-keys", "create", "ci", "--scope", "monitors:read").strip()
    assert text.startswith("outr_")
    assert text not in told("api-keys", "list") + told("api-keys", "show", "ci")
    assert told("api-keys", "rotate", "ci").strip() != text
    assert "revoked" in told("api-keys", "revoke", "ci", "--yes")


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        pytest.param(["monitors", "update", "shop"], 2, "nothing is to be changed", id="no-change"),
        pytest.param(["rules", "update", "r"], 2, "nothing is to be changed", id="no-change-of-a-rule"),
        pytest.param(["monitors", "update", "shop", "--set", "interval=-1"], 2, "interval", id="wrong-change"),
        pytest.param(["channels", "create", "a", "--type", "pigeon"], 2, "type", id="no-such-notifier"),
        pytest.param(
            ["channels", "create", "a", "--type", "slack", "--secret", "bot_token=NOT_SET"], 2, "NOT_SET", id="unset"
        ),
        pytest.param(["channels", "create", "a", "--type", "slack", "--secret", "x"], 2, "SETTING=VARIABLE", id="form"),
        pytest.param(["channels", "delete", "nothing", "--yes"], 1, "no channel of the name", id="no-channel"),
        pytest.param(["rules", "create", "a", "--check", "nothing"], 1, "no monitor, API monitor", id="no-check"),
        pytest.param(["members", "remove", "no@example.com", "--yes"], 1, "no member of the name", id="no-member"),
        pytest.param(["members", "invite", "nobody"], 2, "email: is not an e-mail address", id="no-address"),
        pytest.param(["api-keys", "revoke", "the owner's"], 2, "--yes: is needed", id="not-sure"),
        pytest.param(["monitors", "list", "--location", "moon"], 2, "location", id="no-location"),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    outrider: Outrider, served: Served, arguments: list[str], status: int, sentence: str
) -> None:
    served.house.owner.monitor(name="shop")
    done = outrider(*arguments, **served.variables)
    assert (done.returncode, sentence in done.stderr) == (status, True), done.stderr
    assert len(done.stderr.splitlines()) == 1

"""The notifiers ``x`` and ``twitter`` against a receiver that keeps what X would get."""

import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from outrider_engine.domain.alerts import AlertEvent
from outrider_engine.domain.notifications import Message
from outrider_engine.errors import NotifyError
from outrider_engine.plugin_manager import load_plugins
from outrider_engine.testing import deliver, notifier_problems, sample_message
from outrider_plugins.x.notifier import XNotifier
from outrider_plugins.x.post_text import post_text, unlinked, weight
from outrider_plugins.x.settings import XSettings

X = XNotifier("x", "X")
URL = "https://shop.example"


def posted(receiver: Any, message: Message, **config: Any) -> str:
    with receiver(status=201) as hook:
        settings = {"handle": "acme", "bearer_token": "t0ken", "api_url": hook.url, **config}
        assert deliver(X, settings, message).status_code == 201
        path, headers, body = hook.received[0]
    assert path == "/hook/2/tweets"
    assert headers["authorization"] == "Bearer t0ken"
    return str(json.loads(body)["text"])


@pytest.mark.parametrize("kind", ["x", "twitter"])
def test_register_notifiers_offers_x_under_both_names(kind: str) -> None:
    installed = load_plugins(blocked=("browser",)).notifiers[kind]
    assert installed.kind == kind
    assert notifier_problems(installed) == []


def test_the_usual_posts(receiver: Any) -> None:
    assert posted(receiver, sample_message()) == f"Shop is DOWN (4 minutes) {URL}"
    assert posted(receiver, sample_message(AlertEvent.RESOLVED)) == f"Shop is UP (7 minutes) {URL}"
    assert posted(receiver, sample_message(AlertEvent.TEST)) == "Test message from Outrider"


def test_a_template_is_followed_and_the_address_appended_only_when_missing(receiver: Any) -> None:
    assert posted(receiver, sample_message(), template="{status}!") == f"DOWN! {URL}"
    assert posted(receiver, sample_message(), template="See {monitorUrl} now") == f"See {URL} now"


def test_the_public_is_told_no_addresses_and_no_errors_unless_that_is_wished(receiver: Any) -> None:
    check = {"id": "m", "name": "db 10.0.0.1", "url": "http://10.0.0.1/"}
    message = replace(sample_message(), data={**sample_message().data, "check": check})
    assert posted(receiver, message, template="{monitorName} {error} {location}") == "db [hidden]"
    private = posted(receiver, message, template="{monitorName} {error}", visibility="private")
    assert private == "db 10.0.0.1 connection refused http://10.0.0.1/"


def test_what_comes_from_outside_mentions_nobody_and_links_nowhere(receiver: Any) -> None:
    check = {"id": "m", "name": "@all #sale evil.test https://evil.test/x 1.5", "url": URL}
    message = replace(sample_message(), data={**sample_message().data, "check": check})
    text = posted(receiver, message)
    assert "@" not in text
    assert "#" not in text
    assert "evil.test" not in text
    assert text.endswith(f" {URL}")
    assert "1.5" in unlinked("1.5 s")


@pytest.mark.parametrize(
    ("text", "count"),
    [("abc", 3), ("äöü…", 5), ("日本", 4), ("😀", 2), ("see https://a.test/" + "x" * 200 + " now", 31)],
)
def test_characters_are_counted_as_x_does(text: str, count: int) -> None:
    assert weight(text) == count


@pytest.mark.parametrize(
    "text", ["a" * 400, "日" * 400, "👩\u200d👧" * 200, "e\u0301x" * 300, f"{'b ' * 200}{URL} {'c' * 300}"]
)
def test_what_is_too_long_is_cut_before_the_address(text: str) -> None:
    post = post_text(text, URL)
    assert 270 <= weight(post) <= 280
    assert post.endswith(f"… {URL}")
    assert post.encode()


@pytest.mark.parametrize(("status", "permanent"), [(401, True), (403, True), (429, False), (500, False)])
def test_refusals_tell_whether_to_come_again(receiver: Any, status: int, *, permanent: bool) -> None:
    with receiver(status=status) as hook, pytest.raises(NotifyError) as refusal:
        deliver(X, {"handle": "a", "bearer_token": "t", "api_url": hook.url}, sample_message())
    assert (refusal.value.permanent, refusal.value.status_code) == (permanent, status)


def test_handles_are_kept_in_lower_case_without_at() -> None:
    assert XSettings(handle="@AcmeStatus", bearer_token="t").handle == "acmestatus"  # type: ignore[arg-type]
    for wrong in ("", "@", "two words", "a" * 16, "@@a"):
        with pytest.raises(ValidationError):
            XSettings(handle=wrong, bearer_token="t")  # type: ignore[arg-type]

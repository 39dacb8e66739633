"""The words of messages, for friends and for the public."""

from dataclasses import replace
from datetime import timedelta

import pytest

from outrider_engine.contracts import facts_of
from outrider_engine.contracts.facts import without_addresses
from outrider_engine.domain.alerts import AlertEvent
from outrider_engine.domain.durations import in_words
from outrider_engine.testing import sample_message

OPENED = sample_message()


def test_an_opened_alert_says_everything() -> None:
    facts = facts_of(OPENED, public_url="https://outrider.example")
    assert facts.listed() == {
        "Monitor": "Shop",
        "Status": "DOWN (3 failures in a row)",
        "Location": "local",
        "Duration": "4 minutes",
        "Address": "https://shop.example",
    }
    assert facts.error == "connection refused"
    assert facts.page_url == "https://outrider.example/api/v1/monitors/mon_sample"
    assert facts.run_url == "https://outrider.example/api/v1/runs/run_sample"


def test_a_resolved_one_says_how_long_it_was() -> None:
    facts = facts_of(sample_message(AlertEvent.RESOLVED))
    assert (facts.status, facts.duration, facts.error, facts.page_url) == ("UP", "7 minutes", "", "")


@pytest.mark.parametrize("event", list(AlertEvent))
def test_every_event_has_its_words(event: AlertEvent) -> None:
    facts = facts_of(sample_message(event))
    assert facts.title
    assert facts.text
    assert all(isinstance(value, str) for value in facts.values().values())


def test_the_public_learns_no_addresses_and_no_errors() -> None:
    data = {
        **OPENED.data,
        "check": {"id": "m", "name": "db 10.1.2.3", "family": "monitor", "url": "http://10.1.2.3:80/x"},
    }
    message = replace(OPENED, data=data, title="db 10.1.2.3 is failing", text="connect to fd00::1 failed")
    facts = facts_of(message, public_url="https://outrider.example", visibility="public")
    told = " ".join([facts.title, facts.text, *facts.values().values(), *facts.listed().values()])
    for secret in ("10.1.2.3", "fd00", "refused", "local", "outrider.example"):
        assert secret not in told
    assert facts.title == "db [hidden] is failing"
    assert facts.text == "db [hidden] is DOWN."


def test_what_is_secret_in_an_address_is_not_told() -> None:
    def shown(url: str) -> str:
        return facts_of(replace(OPENED, data={"check": {"url": url}})).monitor_url

    assert shown("https://shop.example/a?token=s3cret#x") == "https://shop.example/a"
    assert shown("https://me:word@shop.example/") == ""
    assert shown("javascript:alert(1)") == ""
    assert shown("https://[::1") == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("10.0.0.1:80 and 2001:db8::1, ::1", "[hidden]:80 and [hidden], [hidden]"),
        ("version 1.2.3.4.5, 999.1.1.1, 12:30:45, a::b::c", "version 1.2.3.4.5, 999.1.1.1, 12:30:45, a::b::c"),
        ("from 192.168.0.1.", "from [hidden]."),
        ("::ffff:10.0.0.1", "[hidden]"),
    ],
)
def test_addresses_are_told_from_other_numbers(text: str, shown: str) -> None:
    assert without_addresses(text) == shown


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "less than a minute"),
        (59, "less than a minute"),
        (60, "1 minute"),
        (240, "4 minutes"),
        (3900, "1 hour 5 minutes"),
        (93_900, "1 day 2 hours"),
    ],
)
def test_durations_in_words(seconds: int, words: str) -> None:
    assert in_words(timedelta(seconds=seconds)) == words

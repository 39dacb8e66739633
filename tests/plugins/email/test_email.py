"""The notifier ``email`` through a mail server on this machine."""

import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest
from pydantic import ValidationError
from smtp_server import SmtpServer, running_smtp

from outrider_engine.adapters.mail.smtp import SmtpMailer
from outrider_engine.adapters.mail.smtp_address import smtp_address
from outrider_engine.domain.alerts import AlertEvent
from outrider_engine.domain.notifications import Message
from outrider_engine.errors import NotifyError
from outrider_engine.plugin_manager import load_plugins
from outrider_engine.testing import deliver, notifier_problems, sample_message
from outrider_plugins.email.notifier import EmailNotifier
from outrider_plugins.email.settings import EmailSettings

EMAIL = EmailNotifier()


def send(server: SmtpServer, message: Message, recipients: tuple[str, ...] = ("ops@b.test",), **config: Any) -> None:
    mailer = SmtpMailer(smtp_address(f"smtp://127.0.0.1:{server.port}"), "outrider@a.test")
    deliver(EMAIL, {"recipients": recipients, **config}, message, public_url="https://o.test", mailer=mailer)


def received(server: SmtpServer, index: int = 0) -> EmailMessage:
    parsed = email.message_from_bytes(server.mails[index][1], policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_register_notifiers_offers_email_as_its_contract_says() -> None:
    assert notifier_problems(load_plugins(blocked=("browser",)).notifiers["email"]) == []


@pytest.mark.parametrize("event", list(AlertEvent))
def test_a_mail_has_a_text_and_an_html_form(event: AlertEvent) -> None:
    message = sample_message(event)
    with running_smtp() as server:
        send(server, message, ("ops@b.test", "duty@c.test"))
    mail = received(server)
    assert server.mails[0][0] == ["ops@b.test", "duty@c.test"]
    assert (mail["From"], mail["To"]) == ("outrider@a.test", "ops@b.test, duty@c.test")
    assert (mail["Subject"], mail["Message-ID"]) == (message.title, f"<{message.id}@a.test>")
    assert message.text in part(mail, "plain")
    assert "<h2" in part(mail, "html")


def test_an_alert_says_where_it_failed_and_links_to_the_run() -> None:
    with running_smtp() as server:
        send(server, sample_message())
    for kind in ("plain", "html"):
        text = part(received(server), kind)
        assert "DOWN (3 failures in a row)" in text
        assert "connection refused" in text
        assert "https://o.test/api/v1/runs/run_sample" in text


def test_the_id_is_the_same_on_every_try() -> None:
    with running_smtp() as server:
        for _ in range(2):
            send(server, sample_message())
    assert received(server)["Message-ID"] == received(server, 1)["Message-ID"]


def test_nothing_from_outside_begins_a_header_or_a_tag() -> None:
    attack = "x\r\nBcc: all@b.test\r\n\r\n<script>\u2028\ud800"
    data: dict[str, Any] = {"run": {"error": attack}, "check": {"name": attack}}
    with running_smtp() as server:
        send(server, replace(sample_message(), title=attack, text=attack, data=data))
        send(server, replace(sample_message(), title="t", data=data), template="{error}")
    for index in range(2):
        mail = received(server, index)
        assert mail["Bcc"] is None
        assert "<script>" not in part(mail, "html")
    assert server.mails[0][0] == ["ops@b.test"]


@pytest.mark.parametrize(
    ("answers", "permanent", "told"),
    [
        ({"RCPT": "550 who"}, True, "refused all recipients (550)"),
        ({"RCPT": "450 later"}, False, "refused all recipients (450)"),
        ({"MAIL": "553 not you"}, True, "refused the mail (553)"),
        ({"DATA": "451 later"}, False, "refused the mail (451)"),
    ],
)
def test_what_is_refused_is_permanent_or_not(answers: dict[str, str], told: str, *, permanent: bool) -> None:
    with running_smtp(answers=answers) as server, pytest.raises(NotifyError) as refusal:
        send(server, sample_message())
    assert refusal.value.permanent is permanent
    assert told in str(refusal.value)


def test_one_recipient_who_is_taken_is_enough() -> None:
    with running_smtp(answers={"RCPT TO:<gone@b.test>": "550 who"}) as server:
        send(server, sample_message(), ("gone@b.test", "ops@b.test"))
    assert server.mails[0][0] == ["ops@b.test"]


def test_a_server_that_is_away_is_tried_again() -> None:
    with running_smtp() as server:
        pass
    with pytest.raises(NotifyError, match="was not reached") as refusal:
        send(server, sample_message())
    assert not refusal.value.permanent


def test_without_a_mail_server_it_says_what_to_set() -> None:
    with pytest.raises(NotifyError, match="OUTRIDER_SMTP_URL") as refusal:
        deliver(EMAIL, {"recipients": ["ops@b.test"]}, sample_message())
    assert not refusal.value.permanent


def test_a_password_is_used_and_never_without_encryption() -> None:
    with running_smtp(extensions=("AUTH PLAIN",)) as server:
        open_door = SmtpMailer(smtp_address(f"smtp://me:w%40rd@127.0.0.1:{server.port}?starttls=off"), "o@a.test")
        deliver(EMAIL, {"recipients": ["ops@b.test"]}, sample_message(), mailer=open_door)
        assert any(command.startswith("AUTH PLAIN") for command in server.commands)
        server.commands.clear()
        guarded = SmtpMailer(smtp_address(f"smtp://me:word@127.0.0.1:{server.port}"), "o@a.test")
        with pytest.raises(NotifyError, match="no STARTTLS"):
            deliver(EMAIL, {"recipients": ["ops@b.test"]}, sample_message(), mailer=guarded)
        assert not any(command.startswith("AUTH") for command in server.commands)


@pytest.mark.parametrize(
    "recipients",
    [
        [],
        ["nobody"],
        ["a@b.test\r\nBcc: c@d.test"],
        ["A <a@b.test>"],
        ["a@b.test", "A@B.test"],
        ["a@b..test"],
        "a@b.test",
    ],
)
def test_recipients_that_are_refused(recipients: Any) -> None:
    with pytest.raises(ValidationError) as refusal:
        EmailSettings.model_validate({"recipients": recipients})
    assert refusal.value.errors()[0]["loc"][0] == "recipients"
